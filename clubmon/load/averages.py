"""Exponentially weighted averages over many series at once.

sql/marts/load_average.sql says what is meant. SQL has no recursion over rows, so its closed form
must weigh every day of a history; this goes day by day over all series side by side and can start
where an earlier run ended. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

Matrix = Any  # numpy array of doubles, one row per series and one column per day
Column = Any  # numpy array of doubles, one entry per series

ACUTE, CHRONIC = 2 / (7 + 1), 2 / (28 + 1)  # Williams 2017
FITNESS, FATIGUE = 1 - exp(-1 / 42), 1 - exp(-1 / 7)  # Banister, Coggan


@dataclass(frozen=True, slots=True)
class Averages:
    """One entry per series, or one column per evening of it.

    The EWMA are NaN where no day was known yet; CTL and ATL start at 0.
    """

    acute: Column
    chronic: Column
    ctl: Column
    atl: Column


def nothing(series: int) -> Averages:
    """Where series start of which no day is known."""
    unknown, zero = np.full(series, np.nan), np.zeros(series)
    return Averages(unknown, unknown, zero, zero)


def run(loads: Matrix, start: Averages, keep: int) -> Averages:
    """One column for each evening of the last `keep` days, after one for the evening before them.

    A load that is NaN is unknown and changes nothing. X += w (L - X); the acute and the chronic
    EWMA start at the first known load.
    """
    days = [start]
    for load in loads.T:
        days = [*days, _next(days[-1], load)][-keep - 1 :]
    return Averages(
        *(
            np.column_stack([getattr(day, name) for day in days])
            for name in ("acute", "chronic", "ctl", "atl")
        )
    )


def _next(before: Averages, load: Column) -> Averages:
    return Averages(
        _step(np.where(np.isnan(before.acute), load, before.acute), load, ACUTE),
        _step(np.where(np.isnan(before.chronic), load, before.chronic), load, CHRONIC),
        _step(before.ctl, load, FITNESS),
        _step(before.atl, load, FATIGUE),
    )


def _step(value: Column, load: Column, weight: float) -> Column:
    return np.where(np.isnan(load), value, value + weight * (load - value))
