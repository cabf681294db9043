"""Bends the last days of a made-up history to the story that its athlete tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

import numpy as np

from clubmon.demo import training
from clubmon.demo.club import Athlete, Story
from clubmon.demo.training import Lift, Rng, Run, Training

SILENT_DAYS = 6
DOUBTFUL = 9  # the athlete whose watch was left running once
_AVOID = {"hills", "intervals", "team", "match", "tempo"}


def make(athlete: Athlete, today: date, seed: int) -> Training:
    """The athlete's half year, with the story's ending."""
    made = training.make(athlete, today, seed)
    rng = np.random.default_rng([seed, athlete.index, 2])
    bend = _BENDS.get(athlete.story)
    made = bend(made, athlete, today, rng) if bend else made
    made = _left_running(made, athlete, today) if athlete.index == DOUBTFUL else made
    return Training(
        tuple(sorted(made.runs, key=lambda run: run.start)),
        tuple(sorted(made.lifts, key=lambda lift: lift.start)),
    )


def _back(when: datetime, today: date) -> int:
    """How many days before `today`."""
    return (today - when.date()).days


def _volume(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """More than a week well above usual, from easy runs, none of them the longest."""
    return _more(made, athlete, today, rng, "easy")


def _hills(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """More than a week well above usual, from hill sessions."""
    return _more(made, athlete, today, rng, "hills")


def _more(made: Training, athlete: Athlete, today: date, rng: Rng, kind: str) -> Training:
    """Longer short runs and runs on free days in the last nine, as much as it takes."""
    busy = {_back(run.start, today) for run in made.runs}
    free = [today - timedelta(days=back) for back in range(1, 10) if back not in busy]
    runs = made.runs
    for grow, share in product((1.0, 1.15, 1.3), (0.1, 0.14, 0.18, 0.22, 0.26)):
        extra = [training.run(athlete, kind, day, athlete.base_m * share, rng) for day in free]
        runs = tuple(_grown(run, grow, today) for run in made.runs) + tuple(extra)
        if all(_rise(runs, today - timedelta(days=back)) > 1.22 for back in range(3)):
            break
    return replace(made, runs=runs)


def _grown(run: Run, grow: float, today: date) -> Run:
    """The run of the last nine days made longer at the same pace; long ones stay."""
    if _back(run.start, today) > 9 or run.kind in ("long", "match"):
        return run
    metres, seconds = round(run.distance_m * grow), round(run.moving_s * grow)
    climb = round(run.ascent_m * grow)
    return replace(
        run, distance_m=metres, moving_s=seconds, elapsed_s=seconds, ascent_m=climb, descent_m=climb
    )


def _rise(runs: tuple[Run, ...], morning: date) -> float:
    """The last seven days against the larger of the week and the four weeks before them."""
    v7, b1 = _metres(runs, morning, 7, 1), _metres(runs, morning, 14, 8)
    return v7 / max(b1, _metres(runs, morning, 35, 8) / 4, 1)


def _metres(runs: tuple[Run, ...], morning: date, first: int, last: int) -> int:
    """Distance of the days from `first` to `last` days before a morning."""
    return sum(run.distance_m for run in runs if last <= _back(run.start, morning) <= first)


def _long_run(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """Yesterday's run is 1.35 times the longest of the month, in a week that is as usual."""
    before = [run for run in made.runs if _back(run.start, today) > 7]
    longest = max(run.distance_m for run in before if _back(run.start, today) <= 31)
    usual = _metres(made.runs, today, 35, 8) / 4
    last = training.run(athlete, "long", today - timedelta(days=1), longest * 1.35, rng)
    share = max(2000.0, (usual - last.distance_m) / 2)
    for back in (4, 6):
        before.append(training.run(athlete, "easy", today - timedelta(days=back), share, rng))
    return replace(made, runs=(*before, last))


def _return(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """No run for six weeks, then one of 6 km yesterday; lifting went on."""
    before = tuple(run for run in made.runs if _back(run.start, today) > 43)
    first = training.run(athlete, "easy", today - timedelta(days=1), 6000, rng)
    return replace(made, runs=(*before, first))


def _silent(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """Nothing arrived for six days."""
    return Training(
        tuple(run for run in made.runs if _back(run.start, today) > SILENT_DAYS),
        tuple(lift for lift in made.lifts if _back(lift.start, today) > SILENT_DAYS),
    )


def _eccentric(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """Nordics and Romanian deadlifts two evenings ago, nothing else that is eccentric."""
    plain = _easy_only(made, athlete, today, rng)
    day = today - timedelta(days=2)
    sets = (
        *training.sets_of("Nordic Hamstring Curl", None, rng),
        *training.sets_of("Romanian Deadlift (Barbell)", 60.0, rng),
    )
    lift = Lift("Made-up hamstring session", datetime.combine(day, time(18, 30)), 2700, sets)
    others = tuple(found for found in plain.lifts if found.start.date() != day)
    return replace(plain, lifts=(*others, lift))


def _easy_only(made: Training, athlete: Athlete, today: date, rng: Rng) -> Training:
    """The same distances in the last ten days, all of them easy."""
    return replace(made, runs=tuple(_eased(run, athlete, today, rng) for run in made.runs))


def _eased(run: Run, athlete: Athlete, today: date, rng: Rng) -> Run:
    if _back(run.start, today) > 10 or run.kind not in _AVOID:
        return run
    return training.run(athlete, "easy", run.start.date(), run.distance_m, rng)


def _left_running(made: Training, athlete: Athlete, today: date) -> Training:
    """A watch that nobody stopped, 389 minutes for 1.28 km, instead of a run of the week before.

    It makes its day unknown. The run it replaces is no shorter than a seventh of a week, so
    that filling the day up from the others raises nothing.
    """
    usual = [
        run
        for run in made.runs
        if 9 <= _back(run.start, today) <= 15 and run.distance_m >= athlete.base_m / 7
    ]
    replaced = min(usual, key=lambda run: run.distance_m)
    odd = replace(
        replaced, title="Made-up run, watch left running", distance_m=1280, moving_s=23340,
        elapsed_s=23340, ascent_m=6, descent_m=6, avg_hr=92, max_hr=141, rpe=None,
    )  # fmt: skip
    return replace(made, runs=tuple(odd if run is replaced else run for run in made.runs))


_Bend = Callable[[Training, Athlete, date, Rng], Training]
_BENDS: dict[Story, _Bend] = {
    Story.NEURAL: _easy_only,
    Story.PELVIC: _easy_only,
    Story.SYNERGIST: _easy_only,
    Story.MOVEMENT: _easy_only,
    Story.ECCENTRIC: _eccentric,
    Story.TIGHT_SPIKE: _volume,
    Story.VOLUME: _volume,
    Story.HILLS: _hills,
    Story.LONG_RUN: _long_run,
    Story.RETURN: _return,
    Story.SILENT: _silent,
}
