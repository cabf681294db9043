"""Laws of every history: what scaling, a rest day and the shared week do to the ratios."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clubmon.load import models
from clubmon.load.metrics import metrics
from clubmon.storage.store import Row, rows_of

START = date(2026, 1, 1)
UNCHANGED = ("acwr_coupled", "acwr_uncoupled", "acwr_ewma", "wow_pct", "monotony")
SCALED = ("v7", "prev7", "b4", "strain", "ctl", "atl", "tsb")
Days = Sequence[int | None]

load = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 3_000_000))
known_days = st.lists(load, min_size=28, max_size=60)
any_days = st.lists(st.one_of(load, load, load, st.none()), min_size=28, max_size=60)
law = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that holds daily loads and nothing else."""
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS lake; CREATE SCHEMA lake.marts")
        models.bind(con, models.EVER)
        yield con


def computed(con: duckdb.DuckDBPyConnection, *histories: Days) -> list[list[Row]]:
    """load_metric of each history, a row per day; None is an unknown day."""
    con.execute(
        "CREATE OR REPLACE TABLE lake.marts.daily_load "
        "(athlete_id BIGINT, local_date DATE, channel VARCHAR, load BIGINT, imputed BOOLEAN, "
        "state VARCHAR)"
    )
    for athlete, loads in enumerate(histories):
        con.execute(
            "INSERT INTO lake.marts.daily_load SELECT ?, d.day, 'run_m', d.metres, false, "
            "if(d.metres IS NULL, 'unknown', if(d.metres > 0, 'trained', 'rest')) "
            "FROM (SELECT unnest(?::DATE[]) AS day, unnest(?::BIGINT[]) AS metres) AS d",
            [athlete, [START + timedelta(t) for t in range(len(loads))], list(loads)],
        )
    sql = models.query("marts.load_metric", frozenset({"marts.daily_load"}))
    rows = rows_of(con, f"{sql} ORDER BY athlete_id, local_date")
    return [[row for row in rows if row["athlete_id"] == a] for a in range(len(histories))]


@law
@given(loads=known_days)
@example(loads=[0] * 28 + [9] * 7)
def test_the_coupled_ratio_never_exceeds_4(
    con: duckdb.DuckDBPyConnection, loads: list[int]
) -> None:
    for row in computed(con, loads)[0]:
        assert (row["acwr_coupled"] or 0) <= 4 + 1e-9


@law
@given(loads=known_days)
def test_the_ewma_ratio_never_exceeds_29_eighths(
    con: duckdb.DuckDBPyConnection, loads: list[int]
) -> None:
    """One day weighs at most 0.25 in the one average and 2/29 as much in the other."""
    for row in computed(con, loads)[0]:
        assert (row["acwr_ewma"] or 0) <= 29 / 8 + 1e-9


@law
@given(loads=known_days)
@example(loads=[0] * 28 + [9] * 7)
def test_the_coupled_ratio_follows_from_the_uncoupled_one(
    con: duckdb.DuckDBPyConnection, loads: list[int]
) -> None:
    for row in computed(con, loads)[0]:
        c, u = row["acwr_coupled"], row["acwr_uncoupled"]
        if u is not None:
            assert c == pytest.approx(4 * u / (3 + u), rel=1e-9)
        elif c is not None:  # all of four weeks in the last one
            assert c == pytest.approx(4, rel=1e-9)


@law
@given(loads=any_days)
def test_with_unknown_days_it_follows_by_how_many_are_known(
    con: duckdb.DuckDBPyConnection, loads: list[int | None]
) -> None:
    """For k of 7 and m of 21 known days, C = (k + m) U / (k U + m): at most (k + m) / k."""
    for t, row in enumerate(computed(con, loads)[0]):
        k, m = (sum(d is not None for d in part) for part in _week_and_before(loads, t))
        c, u = row["acwr_coupled"], row["acwr_uncoupled"]
        if c is not None:
            assert c <= (k + m) / k + 1e-9
        if u is not None:
            assert c == pytest.approx((k + m) * u / (k * u + m), rel=1e-9)


def _week_and_before(loads: Days, t: int) -> tuple[Days, Days]:
    return loads[max(t - 6, 0) : t + 1], loads[max(t - 27, 0) : max(t - 6, 0)]


@law
@given(loads=any_days, factor=st.integers(1, 100_000))
def test_scaling_all_loads_leaves_every_ratio_unchanged(
    con: duckdb.DuckDBPyConnection, loads: list[int | None], factor: int
) -> None:
    scaled = [None if load is None else factor * load for load in loads]
    one, other = computed(con, loads, scaled)
    for before, after in zip(one, other, strict=True):
        for name in UNCHANGED:
            assert_is(after[name], before[name], 1e-9)
        for name in SCALED:
            wanted = None if before[name] is None else factor * before[name]
            # TSB is a difference of averages: what is left of two large ones is as exact as they
            assert_is(after[name], wanted, 1e-12 * max(load or 0 for load in scaled))


def assert_is(got: float | None, want: float | None, absolute: float) -> None:
    if want is None:
        assert got is None
    else:
        assert got == pytest.approx(want, rel=1e-9, abs=absolute)


@law
@given(loads=any_days, rest=st.integers(1, 3))
def test_a_rest_day_more_never_raises_the_week_or_the_ewma_ratio(
    con: duckdb.DuckDBPyConnection, loads: list[int | None], rest: int
) -> None:
    rows = computed(con, [*loads, *[0] * rest])[0][-rest - 1 :]
    for before, after in pairwise(rows):
        assert before["v7"] is None or after["v7"] <= before["v7"]
        if before["acwr_ewma"] is not None:  # both averages only decay
            fallen = before["acwr_ewma"] * 0.75 / (27 / 29)
            assert after["acwr_ewma"] == pytest.approx(fallen, rel=1e-9)
            assert after["acwr_ewma"] <= before["acwr_ewma"]


@law
@given(loads=any_days, last=st.integers(0, 3_000_000))
def test_rest_instead_of_training_never_raises_the_week_or_the_ewma_ratio(
    con: duckdb.DuckDBPyConnection, loads: list[int | None], last: int
) -> None:
    trained, rested = (rows[-1] for rows in computed(con, [*loads, last], [*loads, 0]))
    assert rested["v7"] <= trained["v7"]
    if rested["acwr_ewma"] is not None:
        assert rested["acwr_ewma"] <= trained["acwr_ewma"] * (1 + 1e-12)


def test_the_laws_hold_of_what_the_command_prints(tmp_path: Path) -> None:
    loads = [(t * 7919) % 127 / 10 for t in range(90)]
    found = printed(tmp_path / "loads.csv", {
        "plain": loads, "miles": [load / 1.609344 for load in loads], "rested": [*loads, 0.0],
    })  # fmt: skip
    for plain, miles in zip(found["plain"], found["miles"], strict=True):
        assert (plain["acwr_coupled"] or 0) <= 4
        for name in UNCHANGED:
            assert_is(miles[name], plain[name], 1e-9)
    last, after = found["rested"][-2:]
    assert last == found["plain"][-1]
    assert after["acwr_ewma"] == pytest.approx((last["acwr_ewma"] or 0) * 0.75 / (27 / 29))


def printed(
    path: Path, histories: Mapping[str, Sequence[float]]
) -> dict[str, list[dict[str, float | None]]]:
    lines = [
        f"{athlete},{START + timedelta(t)},{load!r}"
        for athlete, loads in histories.items()
        for t, load in enumerate(loads)
    ]
    path.write_text("\n".join(["athlete,date,load", *lines]), encoding="utf-8")
    out = io.StringIO()
    assert metrics(path, out) == []
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    return {
        athlete: [
            {name: float(row[name]) if row[name] else None for name in UNCHANGED}
            for row in rows
            if row["athlete"] == athlete
        ]
        for athlete in histories
    }
