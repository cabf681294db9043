"""What a running plan asks of its athlete on a day, past the gate.

No drill leaves here without both lists answered "none of these" in the last 48 h and no open
referral: `Due.drills` is empty then, and the check-in comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clubmon.club import links
from clubmon.drill import planrows
from clubmon.drill.drills import Drill, library
from clubmon.drill.plans import Adherence, Course
from clubmon.hamstring import gate
from clubmon.settings import Settings
from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Due:
    """What an athlete is to do today. `drills` is empty where the check-in has to come first.

    `weight`: whether weight may be added, None where the drill says nothing of it.
    """

    course: Course
    day: date
    drills: tuple[Drill, ...]
    adherence: Adherence
    weight: bool | None

    @property
    def plan_id(self) -> str:
        """The plan's id."""
        return self.course.plan.plan_id


def running(store: Store, athlete_id: str) -> Course | None:
    """The plan that the athlete is on."""
    found = planrows.courses(store, [athlete_id]).get(athlete_id, [])
    return next((course for course in found if not course.ended), None)


def due_today(store: Store, athlete_id: str, day: date, now: datetime) -> Due | None:
    """What the athlete is to do on a day of theirs; None where nothing is left to do.

    `Due.drills` is empty unless the answers of the last 48 h allow every drill at this moment.
    """
    course = running(store, athlete_id)
    return as_due(store, course, day, now) if course and course.due(day) else None


def as_due(store: Store, course: Course, day: date, now: datetime) -> Due:
    """The plan as it may be put before its athlete at this moment."""
    known = tuple(library()[id_] for id_ in course.plan.drills if id_ in library())
    allowed = len(known) == len(course.plan.drills) and all(
        gate.may_assign(store, course.plan.athlete_id, drill, now) for drill in known
    )
    return Due(
        course,
        day,
        known if allowed and not course.ended else (),
        course.adherence(day),
        bool(course.clean_hold) if holds(course) else None,
    )


def holds(course: Course) -> int | None:
    """Seconds of a clean hold before weight is added; None where the drills say nothing of it."""
    known = [library()[id_] for id_ in course.plan.drills if id_ in library()]
    return max((one.weight_after_s for one in known if one.weight_after_s), default=None)


def recheck_due(store: Store, athlete_id: str, day: date) -> int | None:
    """The re-check (7, 14, or the plan's last day) that a check-in of this day would answer."""
    course = running(store, athlete_id)
    return course.recheck_due(day) if course else None


def tap_path(settings: Settings, athlete_id: str, plan_id: str, day: date) -> str:
    """The address of one day's buttons: bound to athlete, plan and day, good for two days."""
    token = links.token(settings, "plan", athlete_id, plan=plan_id, day=day.isoformat())
    return f"plan/{token}"
