"""Plans that a physio should look at: ended without a fall of 2 points, or because it got worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clubmon.club import consenting, people
from clubmon.drill import planrows, planwords
from clubmon.drill.plans import Course
from clubmon.policy import Viewer
from clubmon.web.frame.access import Context
from clubmon.web.physio.referral_list import may_read
from clubmon.web.plans import plan_words
from clubmon.words.language import begun


@dataclass(frozen=True, slots=True)
class Ended:
    """One such plan in words, with the athlete's day of its end."""

    plan_id: str
    athlete_id: str
    name: str
    title: str
    outcome: str
    adherence: str
    day: date


def ended(held: Context, who: Viewer) -> list[Ended]:
    """Those of athletes whose answers this physio may read now, the oldest end first."""
    subjects = consenting.subjects(held.store, held.settings, held.now())
    found = [
        _ended(held, course)
        for course in planrows.for_physio(held.store)
        if may_read(who, subjects.get(course.plan.athlete_id))
    ]
    return sorted(found, key=lambda one: (one.day, one.name, one.plan_id))


def _ended(held: Context, course: Course) -> Ended:
    plan, end = course.plan, course.ended
    assert end is not None  # as for_physio says
    who = people.person(held.store, plan.athlete_id)
    return Ended(
        plan.plan_id,
        plan.athlete_id,
        who.name if who else begun(str(people.GONE)),
        plan_words.title(course),
        planwords.outcome(course) or "",
        plan_words.adherence(course.adherence(end.day), course),
        end.day,
    )
