"""The same ratios of the same daily loads by PyPI's acwr, pandas, polars and this project.

Each is written as its own documentation would have it, and all results are compared before a
time is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import acwr
import duckdb
import numpy as np
import pandas as pd
import polars as pl

from clubmon.load import averages, windows

BEGIN = date(2023, 11, 17)
ROUNDS = 3
Method = Literal["rac", "rau", "ewma"]
RATIOS = ("coupled", "uncoupled", "ewma")


def compare(athletes: int, days: int) -> dict[str, Any]:
    """Best of three rounds, one library after the other in each; seconds and the largest gap."""
    loads = made_up_loads(athletes, days)
    frame = as_frame(loads)
    polar = pl.DataFrame({"athlete": frame["athlete"].to_numpy(), "load": frame["load"].to_numpy()})
    ways: dict[str, Callable[[], Any]] = {
        "acwr, by_athlete, one ratio": lambda: acwr.by_athlete(frame, acwr.acwr),
        "acwr, a loop over athletes, one ratio": lambda: acwr_loop(loads, ("rac",)),
        "acwr, a loop over athletes, three ratios": lambda: acwr_loop(loads),
        "pandas, three ratios": lambda: with_pandas(frame),
        "polars, three ratios": lambda: with_polars(polar),
        "clubmon, three ratios and all windows": lambda: with_clubmon(loads),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return {
        "seconds": {name: min(found) for name, found in seconds.items()},
        "gap": largest_gap(loads, frame, polar),
        "rows": int(loads.size),
    }


def made_up_loads(athletes: int, days: int) -> Any:
    """Metres per athlete and day, about half of them rest days; the same on every call."""
    dice = np.random.default_rng(1)
    return np.round(dice.gamma(2, 3000, (athletes, days))) * (dice.random((athletes, days)) < 0.5)


def as_frame(loads: Any) -> pd.DataFrame:
    """One row per athlete and day."""
    athletes, days = loads.shape
    return pd.DataFrame(
        {
            "athlete": np.repeat(np.arange(athletes), days),
            "date": np.tile(pd.date_range(BEGIN, periods=days), athletes),
            "load": loads.ravel(),
        }
    )


def acwr_loop(loads: Any, methods: tuple[Method, ...] = ("rac", "rau", "ewma")) -> list[Any]:
    """One call per athlete and ratio."""
    index = pd.date_range(BEGIN, periods=loads.shape[1])
    return [
        np.vstack(
            [acwr.acwr(pd.Series(row, index=index), method=method).to_numpy() for row in loads]
        )
        for method in methods
    ]


def with_pandas(frame: pd.DataFrame) -> list[Any]:
    """Rolling and exponentially weighted means per group."""
    groups = frame.groupby("athlete", sort=False)["load"]
    week = groups.rolling(7, min_periods=7).mean().to_numpy()
    month = groups.rolling(28, min_periods=28).mean().to_numpy()
    before = groups.shift(7).groupby(frame["athlete"], sort=False)
    three = before.rolling(21, min_periods=21).mean().to_numpy()
    acute, chronic = (
        groups.ewm(span=span, adjust=False, min_periods=28).mean().to_numpy() for span in (7, 28)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return [week / month, week / three, acute / chronic]


def with_polars(frame: pl.DataFrame) -> list[Any]:
    """The same as expressions over groups."""
    amount = pl.col("load")
    found = frame.select(
        coupled=(amount.rolling_mean(7) / amount.rolling_mean(28)).over("athlete"),
        uncoupled=(amount.rolling_mean(7) / amount.shift(7).rolling_mean(21)).over("athlete"),
        ewma=(
            amount.ewm_mean(span=7, adjust=False, min_samples=28)
            / amount.ewm_mean(span=28, adjust=False, min_samples=28)
        ).over("athlete"),
    )
    return [found[name].to_numpy() for name in RATIOS]


def with_clubmon(loads: Any) -> list[Any]:
    """What a night computes of one channel, for every day of the years."""
    series, days = loads.shape
    found = windows.run(loads, np.zeros(series), days)
    runs = averages.run(loads, averages.nothing(series), days)
    with np.errstate(divide="ignore", invalid="ignore"):
        week, shown = found["sum7"] / 7, found["day_number"] >= 28
        ratios = (
            week / (found["sum28"] / 28),
            week / (found["sum_prev21"] / 21),
            runs.acute[:, 1:] / runs.chronic[:, 1:],
        )
        return [np.where(shown, ratio, np.nan) for ratio in ratios]


def largest_gap(loads: Any, frame: pd.DataFrame, polar: pl.DataFrame) -> float:
    """The largest difference between any two of them where both have a number."""
    want = [ratio.ravel() for ratio in acwr_loop(loads)]
    gap = 0.0
    for found in (with_pandas(frame), with_polars(polar), with_clubmon(loads)):
        for one, other in zip(found, want, strict=True):
            both = np.isfinite(np.ravel(one)) & np.isfinite(other)
            gap = max(gap, float(np.max(np.abs(np.ravel(one)[both] - other[both]))))
    return gap


def engines() -> dict[str, str]:
    """Versions of everything that was timed."""
    return {
        "duckdb": duckdb.__version__,
        "acwr": acwr.__version__,
        "pandas": pd.__version__,
        "polars": pl.__version__,
        "numpy": np.__version__,
    }
