"""Sums over the known days of each window, for many series at once.

sql/marts/load_window.sql says what is meant, and one athlete's history is made with it; a night
takes this, which a test holds against it. Loads are whole base units, so sums of doubles are
exact. Pure.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

Matrix = Any  # numpy array, one row per series and one column per day
Column = Any  # numpy array, one entry per series

# name: the window's first and last day, counted back from the day itself
WINDOWS = {"7": (6, 0), "_prev7": (13, 7), "28": (27, 0), "_prev21": (27, 7), "_b4": (34, 7)}


def run(loads: Matrix, first: Column, keep: int) -> dict[str, Matrix]:
    """One column for each of the last `keep` days; NaN where a window holds no known day.

    A load that is NaN is unknown. `first` is the column of the first known day, below 0 for one
    before the matrix, NaN for none.
    """
    known = _running(~np.isnan(loads), np.int64)
    total = _running(np.nan_to_num(loads), np.float64)
    found: dict[str, Matrix] = {}
    for name, (begin, end) in WINDOWS.items():
        days = _within(known, begin, end, keep)
        found[f"known{name}"] = days
        found[f"sum{name}"] = np.where(days > 0, _within(total, begin, end, keep), np.nan)
    number = np.arange(loads.shape[1] - keep, loads.shape[1]) - first[:, None] + 1
    found["day_number"] = np.where(number >= 1, number, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return found | _scaled(found) | {"sd7": _sd7(loads, keep)}


def metrics(found: dict[str, Matrix], acute: Matrix, chronic: Matrix) -> dict[str, Matrix]:
    """What sql/marts/load_metric.sql makes of windows and of the EWMA of the same days."""
    number = found["day_number"]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean7, mean28, mean21 = (
            found[f"sum{window}"] / found[f"known{window}"] for window in ("7", "28", "_prev21")
        )
        ratios = {
            "acwr_coupled": mean7 / mean28,
            "acwr_uncoupled": mean7 / mean21,
            "acwr_ewma": acute / chronic,
        }
        month = number >= 28
        shown = {
            name: np.where(month & np.isfinite(ratio), ratio, np.nan)
            for name, ratio in ratios.items()
        }
        monotony = np.where(number >= 7, mean7 / found["sd7"], np.nan)
    few = (found["known7"] < 6) | (found["known_prev7"] < 6) | (found["known_b4"] < 25)
    return {**shown, "monotony": monotony, "strain": found["v7"] * monotony, "incomplete": few}


def counts(marked: Matrix, keep: int) -> Matrix:
    """How many of the 35 days up to each of the last `keep` are marked (True)."""
    return _within(_running(marked, np.int64), 34, 0, keep)


def _running(values: Matrix, kind: type) -> Matrix:
    """Sums up to the evening before each column, and after the last."""
    totals = np.zeros((values.shape[0], values.shape[1] + 1), dtype=kind)
    np.cumsum(values, axis=1, out=totals[:, 1:])
    return totals


def _within(totals: Matrix, begin: int, end: int, keep: int) -> Matrix:
    days = np.arange(totals.shape[1] - 1 - keep, totals.shape[1] - 1)
    return totals[:, np.maximum(days - end + 1, 0)] - totals[:, np.maximum(days - begin, 0)]


def _scaled(found: dict[str, Matrix]) -> dict[str, Matrix]:
    """Known days scaled to the full week; week on week from the second week on."""
    v7, prev7, b4 = (7 * found[f"sum{w}"] / found[f"known{w}"] for w in ("7", "_prev7", "_b4"))
    now, before = found["sum7"] * found["known_prev7"], found["sum_prev7"] * found["known7"]
    change = np.where(before > 0, 100 * (now - before) / before, np.nan)
    wow = np.where(found["day_number"] >= 14, change, np.nan)
    return {"v7": v7, "prev7": prev7, "b4": b4, "wow_pct": wow}


def _sd7(loads: Matrix, keep: int) -> Matrix:
    """Sample SD of the known days; NaN where they are all equal."""
    padded = np.pad(loads, ((0, 0), (6, 0)), constant_values=np.nan)[:, -keep - 6 :]
    week = [padded[:, back : back + keep] for back in range(7)]  # seven days, each a matrix
    known = sum((~np.isnan(day)).astype(np.int64) for day in week)
    mean = sum(np.nan_to_num(day) for day in week) / known
    spread = sum(np.nan_to_num((day - mean) ** 2) for day in week)
    uneven = reduce(np.fmax, week) > reduce(np.fmin, week)
    return np.where(uneven, np.sqrt(spread / (known - 1)), np.nan)
