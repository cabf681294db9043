"""A plan in words: what its athlete reads on a day, and what staff read of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clubmon.club import links, people
from clubmon.drill import planrows, planwords
from clubmon.drill.drills import Drill, library
from clubmon.drill.plans import Adherence, Course, Event
from clubmon.hamstring import checkins, planday, planning
from clubmon.web.frame import figures
from clubmon.web.frame.access import Context
from clubmon.web.frame.sight import Seen
from clubmon.words import language, units
from clubmon.words.language import N_, _, begun

ANSWERED = {
    "done": N_("Noted: done."),
    "not_today": N_("Noted: not today. It will be there next time."),
    "worse": N_("Noted. The plan has ended."),
}
OFTEN = {
    1: N_("once"),
    2: N_("twice"),
    3: N_("three times"),
    4: N_("four times"),
    5: N_("five times"),
    6: N_("six times"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan for its athlete on a day. `drills` is empty where the check-in comes first."""

    plan_id: str
    drills: tuple[Drill, ...]
    frequency: str
    adherence: str
    buttons: tuple[tuple[str, str], ...]  # what is sent, what it says
    said: str | None  # what was answered for this day
    hold_s: int | None
    weight: str | None
    running: bool
    until: date


@dataclass(frozen=True, slots=True)
class Row:
    """A plan as staff and its athlete read it on the athlete's page."""

    plan_id: str
    title: str
    drills: tuple[Drill, ...]
    by: str
    span: str
    adherence: str
    weight: str | None
    checks: tuple[str, ...]
    outcome: str | None
    running: bool


@dataclass(frozen=True, slots=True)
class Section:
    """An athlete's plans: what is to be answered today (for the athlete), and every plan.

    `checkin` is the path of a check-in, for who may answer one.
    """

    today: Shown | None
    rows: tuple[Row, ...]
    checkin: str = ""


def section(held: Context, one: Seen, today: date, *, own: bool) -> Section:
    """What the viewer may see of the athlete's plans; `own`: they may answer for a day."""
    found = tuple(rows(held, one, today))
    course = planday.running(held.store, one.athlete_id) if own and found else None
    if course is None or not (course.plan.start <= today <= course.plan.end):
        return Section(None, found)
    token = links.token(held.settings, "checkin", one.athlete_id)
    return Section(for_athlete(held, course, today), found, f"checkin/{token}")


def for_athlete(held: Context, course: Course, day: date) -> Shown:
    """What the athlete may be shown of a plan on a day, at this moment."""
    due = planday.as_due(held.store, course, day, held.now())
    per_day = course.plan.per_day
    done = [(f"done.{n}", _("Done") if per_day == 1 else _("Done {often}", often=OFTEN[n])) for n in
            range(per_day, 0, -1)]  # fmt: skip
    tap = course.taps.get(day)
    return Shown(
        course.plan.plan_id,
        due.drills,
        frequency(course),
        adherence(due.adherence, course),
        (*done, ("not_today", _("Not today"))),
        _said(tap) if tap else None,
        planday.holds(course),
        weight(course),
        course.ended is None,
        course.plan.end,
    )


def rows(held: Context, one: Seen, today: date) -> list[Row]:
    """Every plan of an athlete, the newest first; none where tightness is not for the viewer."""
    if not one.sight.tightness:
        return []
    found = planrows.courses(held.store, [one.athlete_id]).get(one.athlete_id, [])
    return [_row(held, one, course, today) for course in found]


def adherence(found: Adherence, course: Course) -> str:
    """'2 of 3 done so far'."""
    if not found.due:
        return _("starts today")
    said = _("{done} of {due} done") if course.ended else _("{done} of {due} done so far")
    return said.format(done=found.done, due=found.due)


def frequency(course: Course) -> str:
    """How often, for how long."""
    plan = course.plan
    weeks = ((plan.end - plan.start).days + 1) // 7
    days, often = plan.days_per_week, OFTEN[plan.per_day]
    if days is None:
        return _("Once, before the next session that fits")
    if days == 7 and plan.per_day == 1:
        return _("Every day, for {weeks} weeks", weeks=weeks)
    if days == 7:
        return begun(_("{often} a day, every day, for {weeks} weeks", often=often, weeks=weeks))
    if plan.per_day == 1:
        return _("On {days} days a week, for {weeks} weeks", days=days, weeks=weeks)
    said = _("{often} a day, on {days} days a week, for {weeks} weeks")
    return begun(said.format(often=often, days=days, weeks=weeks))


def weight(course: Course) -> str | None:
    """What the drill's rule of progression says at this point; None where it has none."""
    seconds = planday.holds(course)
    if seconds is None:
        return None
    if course.clean_hold:
        return _("A clean hold of {seconds} s was reported: weight may be added.", seconds=seconds)
    return _("No weight before a clean hold of {seconds} s.", seconds=seconds)


def title(course: Course) -> str:
    """'D1 Supine pelvic clock; D2 …'; drills that the library lost keep their id."""
    return "; ".join(_name(id_) for id_ in course.plan.drills)


def checks(events: Iterable[Event], *, load: bool) -> tuple[str, ...]:
    """Re-checks as sentences; metres only for who may see loads."""
    return tuple(_check(event, load=load) for event in events if event.kind == "recheck")


def age(held: Context, athlete_id: str) -> int | None:
    """The athlete's age, which decides what is asked."""
    person = people.person(held.store, athlete_id)
    day = planning.local_day(held.store, held.settings, athlete_id, held.now())
    return checkins.age_on(person, day) if person else None


def _row(held: Context, one: Seen, course: Course, today: date) -> Row:
    plan = course.plan
    known = tuple(library()[id_] for id_ in plan.drills if id_ in library())
    end = course.ended.day if course.ended else plan.end
    return Row(
        plan.plan_id,
        title(course),
        known,
        _by(held, plan.by_person_id),
        _("{start} to {end}", start=figures.day(plan.start), end=figures.day(end)),
        adherence(course.adherence(today), course),
        weight(course) if not course.ended else None,
        checks(course.events, load=one.sight.load),
        planwords.outcome(course),
        course.ended is None,
    )


def _by(held: Context, person_id: str) -> str:
    if not person_id:
        return _("after the check-in, without a coach")
    who = people.person(held.store, person_id)
    return _("by {name}", name=who.name) if who else _("by someone who has left")


def _check(event: Event, *, load: bool) -> str:
    number, score = event.detail["number"], event.detail["score"]
    if score is None:
        return _("After {number} days: not answered, so unknown.", number=number)
    said = [_("After {number} days: tightness {score}/10", number=number, score=score)]
    change = event.detail["change"]
    if change is not None:
        said.append(_("{change} against the start", change=_signed(change)))
    week, before = event.detail.get("week_m"), event.detail.get("start_week_m")
    run = ""
    if load and week is not None and before is not None:
        run = _(
            "; {week} run in the week before, {before} at the start",
            week=units.distance_text(week, 0),
            before=language.number(units.shown_distance(before)),
        )
    return f"{', '.join(said)}{run}."


def _signed(change: int) -> str:
    return _("the same") if change == 0 else f"{'+' if change > 0 else '−'}{abs(change)}"


def _said(tap: Event) -> str:
    if tap.kind == "done":
        count = int(tap.detail.get("times", 1))
        return _("Done") if count == 1 else _("Done {often}", often=OFTEN[count])
    return {"not_today": _("Not today"), "worse": _("It got worse")}[tap.kind]


def _name(drill_id: str) -> str:
    found = library().get(drill_id)
    return f"{drill_id} {found.name}" if found else drill_id
