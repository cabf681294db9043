"""Drills that the made-up athletes were given weeks ago, and how it went: past the real gate.

Everything happens at its own past moment, before the newer check-ins are saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from clubmon.demo import checkins as answers
from clubmon.demo.club import Story
from clubmon.drill.plans import Answer
from clubmon.hamstring import checkins, planday, planning
from clubmon.hamstring.planning import Tap
from clubmon.settings import Settings
from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Given:
    """One plan: how many days ago it began, tightness by day of the plan, answers by day."""

    back: int
    story: Story
    drills: tuple[str, ...]
    scores: Mapping[int, int]  # of day 0 at least
    taps: Mapping[int, Answer] = field(default_factory=dict)
    times: int = 1
    clean: bool | None = None
    more: Mapping[str, frozenset[str]] = field(default_factory=dict)  # answers of day 0


_OVER = timedelta(days=17)  # then the second re-check has been answered or missed
_LATE = {"when": frozenset({"late_runs"})}
_D3, _D1_D2 = ("D3",), ("D1", "D2")
_TAPPED: dict[int, Answer] = {day: "not_today" if day % 5 == 3 else "done" for day in range(18)}
PLANS: Mapping[int, Given] = {  # by athlete index
    4: Given(66, Story.NEURAL, _D3, {0: 6, 7: 4, 14: 3}, {0: "not_today", 1: "done"}),
    8: Given(64, Story.NEURAL, _D3, {0: 6, 7: 4, 14: 2}, {0: "done"}),
    9: Given(70, Story.NEURAL, _D3, {0: 5, 7: 5, 14: 3}, {1: "done"}),
    11: Given(67, Story.NEURAL, _D3, {0: 5, 7: 4, 15: 5}, {0: "done"}),
    12: Given(72, Story.NEURAL, _D3, {0: 4}, {0: "done", 3: "worse"}),
    13: Given(69, Story.NEURAL, _D3, {0: 4, 8: 3}),
    23: Given(24, Story.PELVIC, _D1_D2, {0: 4}, _TAPPED, times=2),
    26: Given(
        19, Story.QUIET, ("D4",), {0: 4}, {0: "done", 4: "done", 8: "done"}, clean=True, more=_LATE
    ),
}


def give(
    store: Store, settings: Settings, athlete_id: str, by: str, given: Given, today: date
) -> int:
    """One athlete's plan from its check-in to what is known of it; returns the check-ins saved."""
    start = today - timedelta(days=given.back)
    for day in sorted({*given.scores, *given.taps}):
        morning = _at(settings, start + timedelta(days=day), 7)
        if day in given.scores:
            score = (given.scores[day], 2)  # the other leg; quiet weeks wander up to 3
            said = answers.answers(given.story if day == 0 else Story.QUIET, score)
            more = given.more if day == 0 else {}
            said = replace(said, given={**said.given, **more})
            checkins.save(store, settings, athlete_id, said, morning)
        if day == 0:
            planning.assign(store, settings, athlete_id, given.drills, by, morning)
        if day in given.taps:
            _tap(store, settings, athlete_id, given, start + timedelta(days=day))
        planning.settle(store, settings, athlete_id, morning)
    planning.settle(store, settings, athlete_id, _at(settings, min(start + _OVER, today), 3))
    return len(given.scores)


def _tap(store: Store, settings: Settings, athlete_id: str, given: Given, day: date) -> None:
    course = planday.running(store, athlete_id)
    if course is None:
        return
    answer = given.taps[(day - course.plan.start).days]
    said = Tap(answer, given.times if answer == "done" else 1, given.clean)
    planning.tap(store, settings, course.plan.plan_id, day, said, "", _at(settings, day, 20))


def _at(settings: Settings, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), settings.zone).astimezone(UTC)
