"""`clubmon metrics` and PyPI `acwr`, which share no code, print the same ratios of the same loads.

All that the two have in common is compared: the three ratios, week on week, monotony and
strain (both with the sample SD). CTL, ATL and TSB are not in `acwr`. Where a ratio has no base
or a week no spread it has inf or NaN, and we print nothing.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from subprocess import run
from typing import Any

import acwr
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clubmon.load.metrics import metrics

START = date(2025, 12, 30)
Cells = dict[tuple[str, str], dict[str, str]]
Entry = tuple[str, date, float]

Formulas = Mapping[str, Callable[[pd.Series], Any]]

THEIRS: Formulas = {
    "acwr_coupled": lambda load: acwr.acwr(load, method="rac"),
    "acwr_uncoupled": lambda load: acwr.acwr(load, method="rau"),
    "acwr_ewma": lambda load: acwr.acwr(load, method="ewma"),
    "wow_pct": acwr.week_to_week_change,
}
OF_A_WEEK: Formulas = {"monotony": acwr.monotony, "strain": acwr.strain}
with_file = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "loads.csv"


def written(file: Path, entries: list[Entry]) -> list[Entry]:
    lines = [f"{athlete},{day},{load!r}" for athlete, day, load in entries]
    file.write_text("\n".join(["athlete,date,load", *lines]), encoding="utf-8")
    return entries


def ours(file: Path) -> Cells:
    out = io.StringIO()
    assert metrics(file, out) == []
    return cells(out.getvalue())


def cells(text: str) -> Cells:
    return {(row["athlete"], row["date"]): row for row in csv.DictReader(io.StringIO(text))}


def theirs(entries: list[Entry]) -> dict[tuple[str, str], dict[str, float]]:
    """The ratios and the change of every athlete and day."""
    activities = pd.DataFrame(entries, columns=["athlete", "date", "load"])
    found: dict[tuple[str, str], dict[str, float]] = {}
    for athlete, own in activities.groupby("athlete"):
        load = acwr.daily_load(own)
        columns = {name: formula(load).tolist() for name, formula in THEIRS.items()}
        for t, day in enumerate(load.index):
            values = {name: column[t] for name, column in columns.items()}
            found[str(athlete), f"{day:%Y-%m-%d}"] = values
    return found


def of_a_week(loads: list[float], t: int) -> dict[str, float]:
    """Monotony and strain of the week that ends on day t, counted from 0."""
    week = pd.Series(loads[t - 6 : t + 1], index=pd.date_range(START, periods=7, freq="D"))
    return {name: float(formula(week).iloc[-1]) for name, formula in OF_A_WEEK.items()}


def assert_agree(got: Cells, want: Mapping[tuple[str, str], Mapping[str, float]]) -> None:
    """The same days; a number where `acwr` has a finite one, and that number."""
    assert set(got) == set(want)
    for where, values in want.items():
        for name, value in values.items():
            assert_same(got[where][name], value, (*where, name))


def assert_same(printed: str, value: float, where: object) -> None:
    if not math.isfinite(value):
        assert printed == "", where
    else:
        assert printed != "", where
        assert float(printed) == pytest.approx(value, rel=1e-9, abs=1e-9), where


@st.composite
def squads(draw: st.DrawFn) -> list[Entry]:
    """Several athletes' months: whole or decimal loads, rest days, long breaks, two a day."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    entries: list[Entry] = []
    for athlete in range(draw(st.integers(1, 4))):
        days, digits = draw(st.integers(28, 400)), draw(st.integers(0, 3))
        loads = rng.gamma(2, draw(st.sampled_from([0.5, 20, 300])), (days, 2)).round(digits)
        loads[:, 1] *= rng.random(days) < 0.1
        loads[rng.random(days) < draw(st.sampled_from([0, 0.3, 0.9]))] = 0
        rest = int(rng.integers(days))
        loads[rest : rest + draw(st.sampled_from([0, 0, 8, 40]))] = 0
        first = START + timedelta(int(rng.integers(100)))
        entries += _entries(f"athlete {athlete}", first, loads)
    rng.shuffle(entries)
    return entries


def _entries(athlete: str, first: date, loads: Any) -> list[Entry]:
    """A row per session; a rest day is a row with 0 or none, the last day always has one."""
    last = len(loads) - 1
    return [
        (athlete, first + timedelta(t), float(load))
        for t, two in enumerate(loads)
        for which, load in enumerate(two)
        if load or (which == 0 and (t % 3 == 0 or t == last))
    ]


@with_file
@given(entries=squads())
def test_random_series_of_a_squad_agree_to_1e_9(file: Path, entries: list[Entry]) -> None:
    written(file, entries)
    assert_agree(ours(file), theirs(entries))


some = st.one_of(st.just(0.0), st.integers(0, 30_000).map(lambda hundredths: hundredths / 100))


@with_file
@given(loads=st.lists(some, min_size=28, max_size=70))
@example(loads=[0.1] * 40)
@example(loads=[0.0] * 40)
@example(loads=[5.0] + [0.0] * 60)
@example(loads=[0.0] * 35 + [5.0] * 7)
@example(loads=[300.0] * 10 + [0.01] * 40)
def test_any_series_agrees_to_1e_9(file: Path, loads: list[float]) -> None:
    entries = [("a", START + timedelta(t), load) for t, load in enumerate(loads)]
    written(file, entries)
    assert_agree(ours(file), theirs(entries))


def test_the_command_itself_prints_what_agrees(file: Path) -> None:
    rng = np.random.default_rng(3)
    entries = [
        (who, START + timedelta(t), float(load))
        for who in ("Ana", "Bo")
        for t, load in enumerate(rng.gamma(2, 30, 120).round(1) * (rng.random(120) < 0.6))
    ]
    written(file, entries)
    command = [str(Path(sys.executable).with_name("clubmon")), "metrics", str(file)]
    done = run(command, capture_output=True, text=True, check=True)
    assert_agree(cells(done.stdout), theirs(entries))


@with_file
@given(loads=st.lists(some, min_size=7, max_size=30))
@example(loads=[300.0] * 7 + [0.0] * 6 + [0.01])
def test_monotony_and_strain_of_any_week_agree(file: Path, loads: list[float]) -> None:
    """Each week is handed over alone: pandas carries the rounding of earlier ones along."""
    rows = [*of_one(file, loads).values()]
    for t in range(6, len(loads)):
        for name, value in of_a_week(loads, t).items():
            assert_same(rows[t][name], value, (t, name))


def of_one(file: Path, loads: list[float]) -> Cells:
    written(file, [("a", START + timedelta(t), load) for t, load in enumerate(loads)])
    return ours(file)


@pytest.mark.parametrize(
    ("loads", "name", "their_word"),
    [
        ([0.0] * 28 + [5.0] * 7, "acwr_uncoupled", math.inf),
        ([0.0] * 28 + [5.0] * 7, "wow_pct", math.inf),
        ([0.0] * 35, "acwr_coupled", math.nan),
        ([0.0] * 35, "acwr_ewma", math.nan),
        ([5.0] * 35, "monotony", math.inf),
        ([5.0] * 35, "strain", math.inf),
        ([0.0] * 35, "monotony", math.nan),
    ],
)
def test_where_acwr_divides_by_nothing_we_print_nothing(
    file: Path, loads: list[float], name: str, their_word: float
) -> None:
    last = list(of_one(file, loads).values())[-1]
    entries = [("a", START + timedelta(t), load) for t, load in enumerate(loads)]
    value = (theirs(entries)["a", last["date"]] | of_a_week(loads, 34))[name]
    assert value == pytest.approx(their_word, nan_ok=True)
    assert last[name] == ""


def test_both_have_ratios_from_day_28_on_and_week_on_week_from_day_14(file: Path) -> None:
    loads = [float(1 + t * 7 % 11) for t in range(30)]
    entries = [("a", START + timedelta(t), load) for t, load in enumerate(loads)]
    want, rows = theirs(entries), list(of_one(file, loads).values())
    for name, day in zip(THEIRS, (28, 28, 28, 14), strict=True):
        assert [row[name] == "" for row in rows] == [t < day - 1 for t in range(30)]
        assert [math.isnan(v[name]) for v in want.values()] == [t < day - 1 for t in range(30)]
