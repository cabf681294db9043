"""What the distances of Activities.csv mean, told by the other columns.

The file names no unit. Distance, time and pace of a row agree in kilometres as well as in miles,
so they tell how a number is to be read, and pool swims and track runs, which are in metres.
Cadence times stride is metres per minute: that tells kilometres from miles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["km", "mi"]
Scale = Literal["far", "hundred", "near"]  # km or mi; m or yd, paced by 100; m or yd, paced by far

METRES: dict[Unit, float] = {"km": 1000.0, "mi": 1609.344}
SMALL_M: dict[Unit, float] = {"km": 1.0, "mi": 0.9144}
CLIMB_M: dict[Unit, float] = {"km": 1.0, "mi": 0.3048}

_STRIDES: tuple[tuple[float, Unit], ...] = ((1000.0, "km"), (1609.344, "mi"), (5280.0, "mi"))
_NEAR_ENOUGH = math.log(1.22)  # treadmills are off by a tenth; the units are six tenths apart
_AGREE = 0.1
_MOST = 0.8
_FASTEST_MPS = 45.0


@dataclass(frozen=True, slots=True)
class Far:
    """A distance as a number, and what it counts."""

    value: float
    scale: Scale

    def metres(self, unit: Unit) -> float:
        """In metres, where far ones are in this unit."""
        return self.value * (METRES[unit] if self.scale == "far" else SMALL_M[unit])


def told_unit(rows: Iterable[tuple[float, float, float, float]]) -> Unit | None:
    """The unit that rows of distance, seconds, steps a minute and stride tell, None if they don't.

    A stride is in metres, or in feet where distances are in miles.
    """
    votes = [vote for row in rows if (vote := _vote(*row))]
    units: tuple[Unit, ...] = ("km", "mi")
    return next((unit for unit in units if 0 < _MOST * len(votes) <= votes.count(unit)), None)


def reading(
    values: Sequence[float], spans: Sequence[float], paces: Sequence[float], speeds: Sequence[float]
) -> Far | None:
    """The reading of a distance that agrees with time and pace; None where none is clear.

    `paces` are seconds per km, mile or 100 m; `speeds` km or miles an hour.
    """
    ways = [way for value in values for way in _ways(value, spans, paces, speeds)]
    error, best = min(ways, key=lambda way: way[0], default=(math.inf, None))
    if best and error <= _AGREE:
        return best
    return _plausible(values[0], spans) if len(values) == 1 else None


def _vote(distance: float, seconds: float, steps: float, stride: float) -> Unit | None:
    if min(distance, seconds, steps, stride) <= 0:
        return None
    ratio = steps * seconds / 60 * stride / distance
    return next(
        (unit for size, unit in _STRIDES if abs(math.log(ratio / size)) <= _NEAR_ENOUGH), None
    )


def _ways(
    value: float, spans: Sequence[float], paces: Sequence[float], speeds: Sequence[float]
) -> Iterable[tuple[float, Far]]:
    """Every way to read a number, with how far its time is off."""
    takes: list[tuple[float, Scale]] = [(value / speed * 3_600, "far") for speed in speeds if speed]
    for pace in paces:
        takes += [(value * pace, "far"), (value / 100 * pace, "hundred")]
        takes += [(value / 1000 * pace, "near")]
    for taken, scale in takes:
        for span in spans:
            if span > 0:
                yield abs(taken - span) / span, Far(value, scale)


def _plausible(value: float, spans: Sequence[float]) -> Far:
    """Without a pace to check by: far, unless nobody is that fast."""
    fast = all(value * METRES["km"] > _FASTEST_MPS * span for span in spans if span)
    return Far(value, "near" if spans and fast else "far")
