"""What a session's samples come to: graded distance, metres by speed, seconds by heart rate; pure.

Everything that may be asked later of the samples, whatever an athlete's thresholds are then,
in a few hundred whole numbers. Reckoned once, when a session arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clubmon.sdk import Samples, SpeedZone

GRADE_FROM_M = 30.0  # shorter pieces hold more noise than slope
STEEPEST = 0.45  # beyond it Minetti measured nobody
FAST_FROM_MPS = 4.0  # no threshold for high-speed running lies below
FASTEST_MPS = 12.5  # nobody runs faster: what is above counts as this
BANDS_PER_MPS = 10
LONGEST_STEP_S = 10.0  # recording pauses beyond it, unless its steps are long throughout
ZONES_APART_MPS = 0.3  # exports leave 0.01 to 1 km/h between a zone's end and the next one's start
SAME_MPS = 0.012  # limits written in km/h with one or two decimals
LOWEST_HR, HIGHEST_HR = 30, 230
COVERS = 0.8  # of a session (ours): with less the sums would be too small

Column = Any  # numpy array of floats, NaN where nothing was recorded


@dataclass(frozen=True, slots=True)
class Sums:
    """See sql/migrations/lake/0003_samples.sql; None: not recorded, or too little of it."""

    graded_m: int | None = None
    fast_dm: Sequence[int | None] | None = None  # None inside: told only with slower metres
    hr_from: int | None = None
    hr_s: list[int] | None = None


def sums(
    samples: Samples | None,
    distance_m: float | None = None,
    seconds: float | None = None,
    zones: Sequence[SpeedZone] = (),
) -> Sums:
    """All sums of one session; without samples only what zones of speed tell is known.

    What covers less than four fifths of the session's own distance or moving time, where it
    tells them, is not known either: a part would stand for the whole.
    """
    if samples is None or len(samples.t_s) < 2:
        return Sums(fast_dm=fast_of(zones))
    time, distance, speed, elevation, hr = (
        np.array([np.nan if value is None else value for value in column], dtype=float)
        for column in (
            samples.t_s,
            samples.distance_m,
            samples.speed_mps,
            samples.elevation_m,
            samples.hr,
        )
    )
    passed = np.diff(time)
    step = np.clip(passed, 0, _longest_step(passed))
    least = COVERS * (seconds or float(step.sum()))
    lowest, beats = _heart_rate(hr[:-1], step, least)
    graded = graded_distance(distance, elevation, COVERS * (distance_m or 0))
    fast = _fast(distance, speed, passed, step, least)
    return Sums(None if graded is None else round(graded), fast, lowest, beats)


def fast_of(zones: Sequence[SpeedZone]) -> list[int | None] | None:
    """Decimetres in each tenth of a metre per second from 4.0 on, from the metres per zone.

    A zone's metres stand at its lower limit; the tenths above it within the zone are None, as
    a threshold there would cut it. So are those below a gap, or where the highest zone ends
    at a speed that can be run. None where no limit is a whole tenth.
    """
    found: list[int | None] = [None] * (round((FASTEST_MPS - FAST_FROM_MPS) * BANDS_PER_MPS) + 1)
    known = range(len(found))  # of slower or faster limits nothing is asked
    above = FASTEST_MPS
    for zone in sorted(zones, key=lambda zone: -zone.from_mps):
        to = FASTEST_MPS if zone.to_mps is None else min(zone.to_mps, FASTEST_MPS)
        if to < above - ZONES_APART_MPS:
            break  # metres are missing between the two, so nothing below is known
        above = min(zone.from_mps, FASTEST_MPS)
        tenth = round((zone.from_mps - FAST_FROM_MPS) * BANDS_PER_MPS)
        if (
            abs(FAST_FROM_MPS + tenth / BANDS_PER_MPS - zone.from_mps) <= SAME_MPS
            and tenth in known
        ):
            lower = sum(each.distance_m for each in zones if each.from_mps >= zone.from_mps)
            higher = sum(number for number in found[tenth:] if number is not None)
            found[tenth] = round(lower * 10) - higher
    return found if any(number is not None for number in found) else None


def _longest_step(passed: Column) -> float:
    """A longer step is a pause: some watches write every few seconds, some twice a minute."""
    moving = passed[passed > 0]
    return (
        max(LONGEST_STEP_S, 3 * float(np.quantile(moving, 0.25, method="lower")))
        if len(moving)
        else LONGEST_STEP_S
    )


def graded_distance(distance: Column, elevation: Column, least: float = 0) -> float | None:
    """Metres on the flat that cost as much as these: the sum of d C(i) / C(0) (Minetti 2002).

    Both columns in metres, distance from the start. The grade i is taken over pieces of at
    least 30 m and held within 45 %; None where the pieces cover less than `least` metres. A
    metabolic measure, not one of what tissue bears.
    """
    known = ~np.isnan(distance) & ~np.isnan(elevation)
    metres, height = np.maximum.accumulate(distance[known]), elevation[known]
    ends = _pieces(metres)
    if len(ends) < 2 or metres[-1] - metres[0] < least:
        return None
    length, climb = np.diff(metres[ends]), np.diff(height[ends])
    return float(np.sum(length * cost(climb / length) / cost(np.float64(0))))


def cost(grade: Any) -> Any:
    """Energy cost of running at a grade, J per kg and m (Minetti 2002), within 45 %."""
    i = np.clip(grade, -STEEPEST, STEEPEST)
    return 155.4 * i**5 - 30.4 * i**4 - 43.3 * i**3 + 46.3 * i**2 + 19.5 * i + 3.6


def _pieces(metres: Column) -> list[int]:
    """Where pieces of at least 30 m end, from the first sample on; the rest joins the last one."""
    if len(metres) == 0:
        return []
    ends = [0]
    while (end := int(np.searchsorted(metres, metres[ends[-1]] + GRADE_FROM_M))) < len(metres):
        ends.append(end)
    if len(ends) > 1:
        ends[-1] = len(metres) - 1
    return ends


def _fast(
    distance: Column, speed: Column, passed: Column, step: Column, least: float
) -> list[int] | None:
    """Decimetres in each tenth of a metre per second from 4.0 m/s on, up to the last one used."""
    covered = np.diff(distance)
    # over all the time that passed: metres of a long step were not run in its first ten seconds
    own = covered / np.where(passed > 0, passed, np.nan)
    pace = np.where(np.isnan(speed[1:]), own, speed[1:])
    metres = np.where(np.isnan(covered), pace * step, covered)
    known = ~np.isnan(pace) & ~np.isnan(metres)
    if not known.any() or step[known].sum() < least:
        return None
    quick = known & (pace >= FAST_FROM_MPS) & (metres > 0)
    tenths = np.round(np.minimum(pace[quick], FASTEST_MPS) * 1000).astype(int)  # as stored: mm/s
    band = (tenths - round(FAST_FROM_MPS * 1000)) * BANDS_PER_MPS // 1000
    found: list[int] = np.round(np.bincount(band, weights=metres[quick]) * 10).astype(int).tolist()
    return found


def _heart_rate(hr: Column, step: Column, least: float) -> tuple[int | None, list[int] | None]:
    """The lowest heart rate and the seconds at each beat per minute from there on."""
    good = (hr >= LOWEST_HR) & (hr <= HIGHEST_HR)
    if not step[good].any() or step[good].sum() < least:
        return None, None
    beats = np.round(hr[good]).astype(int)
    lowest = int(beats.min())
    seconds = np.bincount(beats - lowest, weights=step[good])
    return lowest, np.round(seconds).astype(int).tolist()
