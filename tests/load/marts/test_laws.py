"""Metrics and rules against a plain reading of their definitions, on made-up series with gaps."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from laws import law

from clubmon.load import models
from clubmon.storage.store import Row, rows_of

START = date(2026, 1, 1)
METRICS = (
    *("acwr_coupled", "acwr_uncoupled", "acwr_ewma"),
    *("wow_pct", "monotony", "strain", "ctl", "atl", "tsb"),
)
Day = int | None
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _loop() -> Any:
    path = Path(__file__).parents[1] / "metrics" / "loop.py"
    spec = spec_from_file_location("loop", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


loop = _loop()

load = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 3_000_000), st.none())
any_days = st.lists(load, min_size=1, max_size=80)
# long enough for the rules, near their thresholds, with few gaps
near = st.one_of(*[st.integers(3900, 4900)] * 12, st.integers(0, 9000), st.none())
rule_days = st.lists(near, min_size=34, max_size=50)


def daily(con: duckdb.DuckDBPyConnection, loads: list[Day]) -> None:
    con.execute(
        "CREATE OR REPLACE TABLE lake.marts.daily_load AS "
        "SELECT 'a' AS athlete_id, local_date, 'run_m' AS channel, load, false AS imputed, "
        "if(load IS NULL, 'unknown', if(load > 0, 'trained', 'rest')) AS state "
        "FROM (SELECT unnest(?::DATE[]) AS local_date, unnest(?::BIGINT[]) AS load)",
        [[START + timedelta(t) for t in range(len(loads))], loads],
    )
    morning = START + timedelta(len(loads))
    models.bind(con, models.EVER, morning, None)
    con.execute("SET VARIABLE known_by = TIMESTAMPTZ '2027-01-01 00:00:00+00'")


def metric_rows(con: duckdb.DuckDBPyConnection, loads: list[Day]) -> list[Row]:
    daily(con, loads)
    sql = models.query("marts.load_metric", frozenset({"marts.daily_load"}))
    return rows_of(con, f"{sql} ORDER BY local_date")


@quick
@given(loads=any_days)
@example(loads=[None] * 5 + [10] * 40)
@example(loads=[None] * 40)
@example(loads=[10] * 30 + [None] * 40 + [20] * 3)
def test_metrics_with_unknown_days_agree_with_a_plain_loop(
    con: duckdb.DuckDBPyConnection, loads: list[Day]
) -> None:
    rows = metric_rows(con, loads)
    assert len(rows) == len(loads)
    for got, want in zip(rows, loop.metrics(loads), strict=True):
        for name in METRICS:
            assert (got[name] is None) == (want[name] is None), (name, got["local_date"])
            assert got[name] is None or got[name] == pytest.approx(want[name], rel=1e-9, abs=1e-6)


def test_averages_with_unknown_days_agree_over_twelve_years(con: duckdb.DuckDBPyConnection) -> None:
    loads: list[Day] = [None if t % 11 == 3 else (t * 7919) % 9001 for t in range(4400)]
    rows = metric_rows(con, loads)
    for got, want in zip(rows, loop.metrics(loads), strict=True):
        for name in ("acwr_ewma", "ctl", "atl", "tsb"):
            assert got[name] is None or got[name] == pytest.approx(want[name], rel=1e-9, abs=1e-9)


@quick
@given(loads=any_days)
def test_windows_scale_known_days_and_count_them(
    con: duckdb.DuckDBPyConnection, loads: list[Day]
) -> None:
    for t, row in enumerate(metric_rows(con, loads)):
        windows = {"v7": _window(loads, t - 6, t), "prev7": _window(loads, t - 13, t - 7)}
        b4 = _window(loads, t - 34, t - 7)
        for name, days in windows.items():
            assert row[name] == (float(7 * sum(days) / len(days)) if days else None)
        assert row["b4"] == (float(7 * sum(b4) / len(b4)) if b4 else None)
        known = (len(windows["v7"]), len(windows["prev7"]), len(b4))
        assert (row["known7"], row["known_prev7"], row["known_b4"]) == known
        assert row["incomplete"] == (known[0] < 6 or known[1] < 6 or known[2] < 25)


def _window(loads: list[Day], first: int, last: int) -> list[Fraction]:
    return [Fraction(d) for d in loads[max(first, 0) : max(last + 1, 0)] if d is not None]


def _spike(loads: list[Day], t: int) -> bool:
    """The default rule in fractions: 15 %, 10 km, 3 km; 6/7, 6/7, 25/28 days known; day 35."""
    v7, b1, b4 = (_window(loads, t - a, t - b) for a, b in ((6, 0), (13, 7), (34, 7)))
    if len(v7) < 6 or len(b1) < 6 or len(b4) < 25 or loop.day_number(loads, t) < 35:
        return False
    now, last, four = (7 * sum(days) / len(days) for days in (v7, b1, b4))
    base = max(last, four)
    return now > base * Fraction(115, 100) and four >= 10_000 and now - base >= 3000


@pytest.mark.slow
@law(25)
@given(loads=rule_days)
@example(loads=[4000] * 28 + [4600] * 7)
@example(loads=[4000] * 28 + [4600] * 6 + [4601])
@example(loads=[4000] * 28 + [None] + [4600] * 6)
@example(loads=[4000] * 28 + [None] + [4600] * 5 + [4601])
@example(loads=[4000] * 25 + [None] * 3 + [4600] * 6 + [9601])
@example(loads=[4000, None, None, None] + [4000] * 24 + [4600] * 6 + [4601])
@example(loads=[4000, None, None, None, None] + [4000] * 23 + [4600] * 6 + [4601])
def test_the_spike_rule_is_exact(con: duckdb.DuckDBPyConnection, loads: list[Day]) -> None:
    daily(con, loads)
    sql = models.query("marts.flag_candidate", frozenset({"marts.daily_load"}))
    fired = rows_of(con, f"SELECT * FROM ({sql}) WHERE rule = 'spike' ORDER BY morning")
    wanted = [t for t in range(len(loads)) if _spike(loads, t)]
    assert [row["morning"] for row in fired] == [START + timedelta(t + 1) for t in wanted]
    held = [1 + next(k for k in range(t + 1) if t - 1 - k not in wanted) for t in wanted]
    assert [row["held_days"] for row in fired] == held
    assert [row["holds"] for row in fired] == [days >= 3 for days in held]
