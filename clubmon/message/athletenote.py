"""The sections of a morning's note that an athlete reads, each of a kind of its own."""

from __future__ import annotations

from dataclasses import dataclass

from clubmon.club import links
from clubmon.club.people import Person
from clubmon.drill.drills import Drill
from clubmon.drill.plans import Course
from clubmon.flag import morningflags, nextstep, wording
from clubmon.flag.morningflags import Open
from clubmon.flag.nextstep import Step
from clubmon.hamstring import planday
from clubmon.message import mailkinds
from clubmon.message.mailkinds import Kind
from clubmon.message.noteworld import World
from clubmon.words import daywords


@dataclass(frozen=True, slots=True)
class Own:
    """What is unusual, and one thing to do about it."""

    reasons: list[str]
    step: Step


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan that an athlete is on, as far as it may be shown at this moment.

    `drills` is empty where both lists have to be answered first; then there is no tap either.
    """

    drills: tuple[Drill, ...]
    last_day: str
    done: int
    times: int  # that it was to be done so far
    tap_url: str | None


@dataclass(frozen=True, slots=True)
class Sections:
    """What one athlete is told; whatever is None or empty is left out."""

    flag: Own | None = None
    plan: Planned | None = None  # a new one
    due: Planned | None = None  # what a plan asks today
    recheck: int | None = None  # days since the plan began
    week: tuple[str, ...] = ()
    reminded: bool = False  # of a check-in that is open
    checkin_url: str | None = None

    @property
    def drills(self) -> tuple[Drill, ...]:
        """Drills that are shown in any of them."""
        planned = self.plan or self.due
        flagged = self.flag.step.drills if self.flag else ()
        return (*flagged, *(planned.drills if planned else ()))

    @property
    def tap_url(self) -> str | None:
        """Where today's drills are said to be done."""
        planned = self.plan or self.due
        return planned.tap_url if planned else None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of the sections that there are."""
        there: dict[Kind, bool] = {
            "flag": self.flag is not None,
            "plan": self.plan is not None,
            "reminder": self.due is not None or self.reminded,
            "recheck": self.recheck is not None,
            "week": bool(self.week),
        }
        return mailkinds.known(kind for kind, found in there.items() if found)


def sections(world: World, who: Person) -> Sections:
    """An athlete's sections; none for somebody who is no athlete."""
    if who.person_id not in world.athletes:
        return Sections()
    flag = _flag(world, who) if world.wants(who, "flag") else None
    week = _week(world, who) if world.wants(who, "week") else []
    plan, due = _plans(world, who, flag)
    recheck = _recheck(world, who) if world.wants(who, "recheck") else None
    reminded = world.wants(who, "reminder") and _is_open(world, who)
    first = next((one for one in (plan, due) if one), None)
    needed = reminded or recheck is not None or (first is not None and not first.drills)
    return Sections(
        flag,
        plan,
        due,
        recheck,
        tuple(said for said in week if not flag or said not in flag.reasons),
        reminded,
        checkin_url(world, who) if needed else None,
    )


def new_plan(world: World, who: Person) -> Sections:
    """The section on a plan that the athlete was not told of yet, alone."""
    told = _new_plan(world, who) if world.wants(who, "plan") else None
    needed = told is not None and not told.drills
    return Sections(plan=told, checkin_url=checkin_url(world, who) if needed else None)


def _plans(world: World, who: Person, flag: Own | None) -> tuple[Planned | None, Planned | None]:
    """A new plan, or else what the running one asks today; neither beside "to the physio"."""
    if flag and flag.step.kind == "physio":
        return None, None
    plan = _new_plan(world, who) if world.wants(who, "plan") else None
    if plan or not world.wants(who, "reminder"):
        return plan, None
    course = _course(world, who)
    day = world.today_of(who)
    return None, _planned(world, who, course) if course and course.due(day) else None


def _new_plan(world: World, who: Person) -> Planned | None:
    course = _course(world, who)
    told = world.told_of_plans.get(who.person_id, world.horizon)
    if course is None or course.plan.known_at <= max(told, world.horizon):
        return None
    return _planned(world, who, course)


def _course(world: World, who: Person) -> Course | None:
    """The plan that the athlete is on, where it may be spoken of now."""
    athlete_id = who.person_id
    silent = athlete_id in world.referred or not world.agreed_to_answers(athlete_id)
    return None if silent else world.running.get(athlete_id)


def _planned(world: World, who: Person, course: Course) -> Planned:
    day = world.today_of(who)
    due = planday.as_due(world.store, course, day, world.now)
    path = planday.tap_path(world.settings, who.person_id, due.plan_id, day)
    return Planned(
        due.drills,
        daywords.long_day(course.plan.end),
        due.adherence.done,
        due.adherence.due,
        links.url(world.settings, path) if due.drills and course.due(day) else None,
    )


def _recheck(world: World, who: Person) -> int | None:
    """Days since the plan began, on the day that asks for a look back and is not answered yet."""
    course = _course(world, who)
    if course is None or not _is_open(world, who):
        return None
    days = (world.today_of(who) - course.plan.start).days
    return days if days in course.plan.rechecks and days not in course.checked else None


def _flag(world: World, who: Person) -> Own | None:
    """Tier 2 flags that this athlete has not been told of yet.

    Nothing while a referral is open: gentler words would lower what was said there.
    """
    found = _flags_of(world, who)
    since = max(world.told.get(who.person_id, world.horizon), world.horizon)
    new = [one for one in found if one.flag.tier == 2 and one.known_at > since]
    if not new:
        return None
    load = [one for one in found if one.flag.tier == 1]
    to_physio = any(one.flag.to_physio for one in found if one in new or not one.settled)
    answers = world.agreed_to_answers(who.person_id)
    allowed = world.reaching(who.person_id) if answers else ()
    step = nextstep.step(2, to_physio, allowed, None, "athlete")
    told = wording.together(world.dated([*new, *load]), "athlete")
    return Own([said for said in told if said != step.title], step)


def _week(world: World, who: Person) -> list[str]:
    if not world.is_monday:
        return []
    found = [one for one in _flags_of(world, who) if one.flag.tier == 1]
    return wording.together(world.dated(found), "athlete")


def _flags_of(world: World, who: Person) -> list[Open]:
    about = world.subjects.get(who.person_id)
    if about is None or who.person_id in world.referred:
        return []
    return morningflags.own(world.flags.get(who.person_id, []), about)


def _is_open(world: World, who: Person) -> bool:
    """Only today, where check-ins are on, agreed to, and not answered yet."""
    on = any(team.checkins for team in world.athletes[who.person_id].teams)
    asked = world.is_today and on and world.agreed_to_answers(who.person_id)
    return asked and not world.has_answered(who)


def checkin_url(world: World, who: Person) -> str:
    """The link of today's check-in."""
    token = links.token(world.settings, "checkin", who.person_id)
    return links.url(world.settings, f"checkin/{token}")
