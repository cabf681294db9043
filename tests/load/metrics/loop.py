"""Every metric as a plain loop over the days, for comparison; None is an unknown day or value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Day = float | None
Value = float | None
Row = dict[str, Value]


def metrics(loads: Sequence[Day]) -> list[Row]:
    """One row per day, with the names of the load_metric columns."""
    averages = _averages(loads)
    return [
        _windows(loads, t) | averages[t] | _ewma(averages[t], loads, t) for t in range(len(loads))
    ]


def _days(loads: Sequence[Day], first: int, last: int) -> list[Fraction]:
    """The known loads from day `first` to `last`, both counted from 0 and included."""
    found = [loads[t] for t in range(max(first, 0), last + 1)]
    return [Fraction(load) for load in found if load is not None]


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _ratio(top: Fraction | None, bottom: Fraction | None) -> Value:
    return None if top is None or not bottom else float(top / bottom)


def day_number(loads: Sequence[Day], t: int) -> int:
    """1 on the first known day, 0 or less before."""
    known = [i for i, load in enumerate(loads) if load is not None]
    return t - known[0] + 1 if known else 0


def _windows(loads: Sequence[Day], t: int) -> Row:
    number = day_number(loads, t)
    last7, prev7 = _days(loads, t - 6, t), _days(loads, t - 13, t - 7)
    v7, v1 = _mean(last7), _mean(prev7)
    change = None if v7 is None or v1 is None else v7 - v1
    wow = _ratio(change, v1)
    row: Row = {
        "wow_pct": None if wow is None else 100 * wow,
        "acwr_coupled": _ratio(v7, _mean(_days(loads, t - 27, t))),
        "acwr_uncoupled": _ratio(v7, _mean(_days(loads, t - 27, t - 7))),
        **_monotony(last7),
    }
    first = {"wow_pct": 14, "acwr_coupled": 28, "acwr_uncoupled": 28, "monotony": 7, "strain": 7}
    return {name: value if number >= first[name] else None for name, value in row.items()}


def _monotony(last7: list[Fraction]) -> Row:
    mean = _mean(last7)
    if mean is None or len(set(last7)) < 2:
        return {"monotony": None, "strain": None}
    variance = sum((load - mean) ** 2 for load in last7) / (len(last7) - 1)
    monotony = float(mean) / math.sqrt(variance)
    return {"monotony": monotony, "strain": float(7 * mean) * monotony}


def _averages(loads: Sequence[Day]) -> list[Row]:
    acute: Value = None
    chronic: Value = None
    ctl = atl = 0.0
    rows: list[Row] = []
    for load in loads:
        tsb = ctl - atl
        if load is not None:
            acute = load if acute is None else acute + (load - acute) * 0.25
            chronic = load if chronic is None else chronic + (load - chronic) * 2 / 29
            ctl += (load - ctl) * (1 - math.exp(-1 / 42))
            atl += (load - atl) * (1 - math.exp(-1 / 7))
        rows.append({"acute": acute, "chronic": chronic, "ctl": ctl, "atl": atl, "tsb": tsb})
    return rows


def _ewma(row: Row, loads: Sequence[Day], t: int) -> Row:
    acute, chronic = row["acute"], row["chronic"]
    shown = day_number(loads, t) >= 28 and acute is not None and chronic
    return {"acwr_ewma": acute / chronic if shown and acute is not None and chronic else None}
