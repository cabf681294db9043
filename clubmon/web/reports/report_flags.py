"""What a week's report says of flags and plans: what was raised, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clubmon.club import consenting
from clubmon.drill import planrows, planwords
from clubmon.drill.plans import Course
from clubmon.flag import flagview
from clubmon.flag.accounting import Raised
from clubmon.policy import Viewer
from clubmon.storage.store import Row
from clubmon.web.coach import accounts, reasons, talk
from clubmon.web.frame import figures, views
from clubmon.web.frame.access import Context
from clubmon.web.frame.sight import Seen
from clubmon.web.plans import plan_words
from clubmon.words.calendarweek import Week
from clubmon.words.language import _

OUTCOMES = ("acted", "dismissed", "superseded", "nothing")  # as accounting has them


@dataclass(frozen=True, slots=True)
class Flagged:
    """One athlete's flags of the week. `raised`: each with what became of it, newest first."""

    seen: Seen
    tier: int
    need: tuple[int, int, bool]
    reasons: tuple[str, ...]
    became: tuple[str, ...]
    raised: tuple[Raised, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that ran in the week, in words."""

    seen: Seen
    title: str
    adherence: str
    outcome: str


def of_week(
    held: Context, who: Viewer, everyone: Sequence[Seen], week: Week
) -> tuple[Flagged, ...]:
    """Athletes with flags of the week's mornings that the reader may see, most in need first."""
    by_id = {one.athlete_id: one for one in everyone}
    rows = talk.visible(
        views.flags_between(held.store, list(by_id), week.monday, week.sunday),
        {id_: one.sight for id_, one in by_id.items()},
    )
    known = _raised(held, who, by_id, week)
    shown = talk.by_athlete(row for row in rows if row["flag_id"] in known)
    found = [_flagged(by_id[id_], mine, known, week) for id_, mine in shown.items()]
    return tuple(sorted(found, key=lambda one: (one.need, one.seen.name)))


def became(flagged: Sequence[Flagged]) -> Mapping[str, int]:
    """How many flags had which outcome; every one of OUTCOMES has its number."""
    counts: Counter[str] = Counter(flag.outcome for one in flagged for flag in one.raised)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def plans(held: Context, everyone: Sequence[Seen], week: Week) -> tuple[Planned, ...]:
    """Plans that ran on a day of the week, of whose tightness the reader may know, by name."""
    by_id = {one.athlete_id: one for one in everyone if one.sight.tightness}
    found = planrows.courses(held.store, list(by_id))
    return tuple(
        Planned(
            by_id[id_],
            plan_words.title(course),
            plan_words.adherence(course.adherence(week.sunday), course),
            planwords.outcome(course) or _("Runs until {day}.", day=figures.day(course.plan.end)),
        )
        for id_ in by_id
        for course in reversed(found.get(id_, []))
        if _ran(course, week)
    )


def _ran(course: Course, week: Week) -> bool:
    end = course.ended.day if course.ended else course.plan.end
    return course.plan.start <= week.sunday and end >= week.monday


def _raised(held: Context, who: Viewer, by_id: Mapping[str, Seen], week: Week) -> dict[str, Raised]:
    """What became of each flag since, by its id."""
    about = consenting.subjects(held.store, held.settings, held.now())
    mine = [one for id_, one in about.items() if id_ in by_id]
    found = accounts.raised(
        held.store,
        mine,
        week.monday,
        lambda row, one: flagview.may_show(row["uses_tightness"], flagview.sight(who, one)),
    )
    return {one.flag_id: one for one in found if one.morning <= week.sunday}


def _flagged(one: Seen, rows: Sequence[Row], known: Mapping[str, Raised], week: Week) -> Flagged:
    told = reasons.told(rows, one.sight, week.after, {})
    newest_first = sorted(rows, key=lambda row: row["morning"], reverse=True)
    raised = [known[row["flag_id"]] for row in newest_first]
    said = [
        _became(row, flag, notes=one.sight.tightness)
        for row, flag in zip(newest_first, raised, strict=True)
    ]
    return Flagged(
        one,
        max(flag.tier for flag in told),
        flagview.need(told, one.sight),
        tuple(reasons.sentences(told, one.sight)),
        tuple(dict.fromkeys(said)),
        tuple(raised),
    )


def _became(row: Row, flag: Raised, *, notes: bool) -> str:
    """One sentence; a note of staff only for who may know of tightness."""
    last = talk.last_action(row)
    if flag.outcome == "superseded":
        return _("Taken back: data that came later made it untrue.")
    if last is not None:
        return talk.done_sentence(last, notes=notes)
    if flag.contact_at is not None:
        return _("A physio has read it.") if row["tier"] == 3 else _("A drill was assigned.")
    return _("Nothing noted yet.")
