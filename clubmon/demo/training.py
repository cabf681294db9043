"""Half a year of made-up runs and lifts for one athlete: pure, the same for the same seed.

A rhythm repeats weekly; around it come easy weeks, slow growth, missed sessions and a gap
for illness. The last days are then bent to the athlete's story (stories.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from clubmon.demo.club import TRACK, Athlete, Story

WEEKS = 26
STEADY = 80  # days back in which nothing is missed: 42 mornings, and the weeks they look back on
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Run:
    """One made-up run: local wall-clock start, metres, seconds, beats per minute, CR10."""

    kind: str
    title: str
    start: datetime
    distance_m: int
    moving_s: int
    elapsed_s: int
    ascent_m: int
    descent_m: int
    avg_hr: int
    max_hr: int
    rpe: int | None


@dataclass(frozen=True, slots=True)
class Set:
    """One made-up set; no weight is body weight."""

    exercise: str
    warmup: bool
    reps: int
    weight_kg: float | None
    rpe: float | None


@dataclass(frozen=True, slots=True)
class Lift:
    """One made-up strength session: local wall-clock start, seconds with the rests."""

    title: str
    start: datetime
    elapsed_s: int
    sets: tuple[Set, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """All that an athlete did, each list in order of time."""

    runs: tuple[Run, ...]
    lifts: tuple[Lift, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of run differs from an easy one."""

    title: str
    pace: float  # times the easy pace
    climb: float  # metres per km
    effort: float  # fraction of the maximum heart rate
    rpe: int


KINDS = {
    "easy": Kind("Made-up easy run", 1.0, 5.0, 0.72, 3),
    "long": Kind("Made-up long run", 1.02, 7.0, 0.75, 5),
    "tempo": Kind("Made-up tempo run", 0.86, 4.0, 0.84, 6),
    "intervals": Kind("Made-up intervals", 0.84, 2.0, 0.85, 7),
    "hills": Kind("Made-up hill session", 1.12, 22.0, 0.82, 7),
    "team": Kind("Made-up team training", 0.95, 1.0, 0.78, 5),
    "match": Kind("Made-up match", 0.9, 1.0, 0.85, 8),
}
# weekday (0 is Monday): kind and share of the week's distance; then the lifting days. They
# are days with a run, because a lift alone says nothing about whether its day had a run.
_RHYTHMS = (
    ({0: ("easy", 0.18), 1: ("intervals", 0.19), 3: ("easy", 0.19), 5: ("hills", 0.15),
      6: ("long", 0.29)}, (0, 3)),
    ({1: ("easy", 0.22), 3: ("tempo", 0.24), 5: ("easy", 0.20), 6: ("long", 0.34)}, (1, 5)),
    ({0: ("easy", 0.16), 2: ("intervals", 0.18), 3: ("easy", 0.16), 4: ("easy", 0.16),
      6: ("long", 0.34)}, (0, 4)),
)  # fmt: skip
_TEAM_RHYTHMS = (
    ({1: ("team", 0.26), 2: ("easy", 0.20), 3: ("team", 0.22), 5: ("match", 0.32)}, (1, 3)),
    ({0: ("easy", 0.24), 1: ("team", 0.26), 3: ("team", 0.22), 5: ("match", 0.28)}, (0, 3)),
)
_LIFTS = (
    ("Made-up strength A", ("Back Squat (Barbell)", 70.0), ("Bench Press (Barbell)", 45.0),
     ("Hip Thrust (Barbell)", 80.0), ("Pull Up", None)),
    ("Made-up strength B", ("Leg Press", 120.0), ("Overhead Press (Barbell)", 30.0),
     ("Seated Row (Cable)", 45.0), ("Calf Raise (Machine)", 60.0)),
)  # fmt: skip


def make(athlete: Athlete, today: date, seed: int, weeks: int = WEEKS) -> Training:
    """Runs and lifts of the `weeks` before `today`, the last on the day before it."""
    rng = np.random.default_rng([seed, athlete.index, 1])
    runs, lifts = rhythm(athlete)
    strength = rng.uniform(0.7, 1.3)
    found_runs: list[Run] = []
    found_lifts: list[Lift] = []
    away = _illness(rng, weeks) | {back for back in range(STEADY, weeks * 7) if rng.random() < 0.04}
    factors = _factors(rng, athlete, weeks)
    for back in range(weeks * 7, 0, -1):
        day, factor = today - timedelta(days=back), factors[(back - 1) // 7]
        if day.weekday() in runs and back not in away:
            kind, share = runs[day.weekday()]
            found_runs.append(run(athlete, kind, day, athlete.base_m * share * factor, rng))
        if day.weekday() in lifts and back not in away:
            which = lifts.index(day.weekday())
            found_lifts.append(lift(which, day, strength * (factor if back > 7 else 0.88), rng))
    return Training(tuple(found_runs), tuple(found_lifts))


def rhythm(athlete: Athlete) -> tuple[dict[int, tuple[str, float]], tuple[int, ...]]:
    """The athlete's usual week: runs by weekday, and the weekdays of lifts."""
    choices = _RHYTHMS if athlete.team == TRACK else _TEAM_RHYTHMS
    return choices[athlete.index % len(choices)]


def run(athlete: Athlete, kind: str, day: date, metres: float, rng: Rng) -> Run:
    """One run of about this length, with its pace, climb, heart rate and effort."""
    shape = KINDS[kind]
    distance = round(metres * rng.normal(1, 0.02))
    moving = round(distance / 1000 * athlete.easy_pace * shape.pace * rng.normal(1, 0.015))
    climb = round(distance / 1000 * shape.climb * rng.normal(1, 0.04))
    highest = 186 + athlete.index % 12
    average = round(highest * shape.effort * rng.normal(1, 0.01))
    silent = rng.random() < (0.5 if athlete.index % 9 == 8 else 0.06)
    return Run(
        kind=kind,
        title=shape.title,
        start=_start(day, 18 if kind in ("team", "tempo") else 7, rng),
        distance_m=distance,
        moving_s=moving,
        elapsed_s=moving + int(rng.choice([0, 0, 25, 70, 140])),
        ascent_m=climb,
        descent_m=climb,
        avg_hr=average,
        max_hr=min(average + 22, highest),
        rpe=None if silent and not athlete.keen else shape.rpe,
    )


def lift(which: int, day: date, strength: float, rng: Rng) -> Lift:
    """Strength session A (0) or B (1) on a day; `strength` scales every weight."""
    title, *exercises = _LIFTS[which]
    sets: list[Set] = []
    for name, weight in exercises:
        sets += sets_of(name, weight and weight * strength, rng)
    return Lift(title, _start(day, 17, rng), int(rng.integers(46, 56)) * 60, tuple(sets))


def sets_of(name: str, weight_kg: float | None, rng: Rng, rounds: int = 3) -> list[Set]:
    """A warm-up where there is a bar, then working sets, in steps of 2.5 kg."""
    if weight_kg is None:
        return [Set(name, False, int(rng.integers(6, 9)), None, None) for _ in range(rounds)]
    load = max(2.5, round(weight_kg / 2.5) * 2.5)
    warm = Set(name, True, 8, max(2.5, round(load / 5) * 2.5), None)
    rpe = float(rng.choice([7.0, 7.5, 8.0]))
    return [warm, *(Set(name, False, 8, load, rpe) for _ in range(rounds))]


def _start(day: date, hour: int, rng: Rng) -> datetime:
    return datetime.combine(day, time(hour, int(rng.integers(0, 50))))


def _factors(rng: Rng, athlete: Athlete, weeks: int) -> list[float]:
    """Size of each week, the newest first: growth, easy weeks, and a little wandering.

    The weeks wander so little that no rule sees a change. Of the five newest only the last
    can be an easy one, for some of the quiet athletes.
    """
    sizes = []
    for week in range(weeks):
        easy = (week + athlete.index) % 4 == 3
        if week < 5:
            easy = easy and week == 0 and athlete.story is Story.QUIET
        size = (0.75 if easy else 1.0) * (1 - 0.006 * max(0, week - 6))
        sizes.append(float(size * rng.uniform(0.97, 1.03)))
    return sizes


def _illness(rng: Rng, weeks: int) -> set[int]:
    """Days back that an illness took: up to nine, before the steady weeks."""
    if rng.random() < 0.4 or weeks < 16:
        return set()
    first = int(rng.integers(STEADY + 4, weeks * 7 - 20))
    return set(range(first, first + int(rng.integers(4, 10))))
