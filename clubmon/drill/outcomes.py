"""What came of plans, per drills and pattern: counts alone, and none of few people; pure.

It says what was recorded. It compares with nothing, so it shows no effect of any drill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from clubmon.drill.plans import Course

FEWEST = 5  # athletes behind a line; of fewer nothing is told


@dataclass(frozen=True, slots=True)
class Line:
    """Ended plans of the same drills for the same pattern. `median_change` None: none measured.

    `measured` counts those whose tightness is known at the start and at the end.
    """

    drills: tuple[str, ...]
    pattern: str | None
    plans: int
    athletes: int
    measured: int
    median_change: float | None
    better: int
    no_better: int
    worse: int
    stopped: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """Drills and pattern with fewer than five athletes behind them: no number is told."""

    drills: tuple[str, ...]
    pattern: str | None


def ledger(courses: Iterable[Course]) -> list[Line | Hidden]:
    """A line per drills and pattern, from plans that have ended, in the order of drill ids."""
    groups: dict[tuple[tuple[str, ...], str], list[Course]] = defaultdict(list)
    for course in courses:
        if course.ended:
            groups[course.plan.drills, course.plan.pattern or ""].append(course)
    return [_line(drills, pattern, groups[drills, pattern]) for drills, pattern in sorted(groups)]


def _line(drills: tuple[str, ...], pattern: str, found: list[Course]) -> Line | Hidden:
    athletes = {course.plan.athlete_id for course in found}
    if len(athletes) < FEWEST:
        return Hidden(drills, pattern or None)
    changes = [course.change for course in found if course.change is not None]
    counts = [sum(course.outcome == one for course in found) for one in
              ("better", "no_better", "worse", "stopped", "unknown")]  # fmt: skip
    return Line(
        drills,
        pattern or None,
        len(found),
        len(athletes),
        len(changes),
        _median(found, changes),
        *counts,
    )


def _median(found: list[Course], changes: list[int]) -> float | None:
    """Only where five athletes were measured: of fewer it would tell of one of them."""
    measured = {course.plan.athlete_id for course in found if course.change is not None}
    return float(median(changes)) if len(measured) >= FEWEST else None
