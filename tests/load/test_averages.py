"""Weighted averages over many series: by hand, and however a history is cut."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.load.averages import Averages, nothing, run

NAMES = ("acute", "chronic", "ctl", "atl")
UNKNOWN = float("nan")
law = settings(max_examples=40, deadline=None)

day = st.one_of(st.just(0.0), st.just(UNKNOWN), st.integers(0, 3_000_000).map(float))


@st.composite
def matrices(draw: st.DrawFn) -> Any:
    """A few series of the same days."""
    days = draw(st.integers(1, 50))
    rows = draw(st.lists(st.lists(day, min_size=days, max_size=days), min_size=1, max_size=3))
    return np.array(rows)


def evening(found: Averages, name: str, column: int = -1) -> list[float]:
    return list(getattr(found, name)[:, column])


def same(one: Averages, other: Averages) -> bool:
    return all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in NAMES)


def test_the_first_load_starts_the_two_ewma_and_the_rest_starts_at_nothing() -> None:
    found = run(np.array([[100.0]]), nothing(1), keep=1)
    assert (evening(found, "acute"), evening(found, "chronic")) == ([100], [100])
    assert evening(found, "ctl") == [pytest.approx(100 * (1 - exp(-1 / 42)))]
    assert evening(found, "atl") == [pytest.approx(100 * (1 - exp(-1 / 7)))]


def test_two_days_by_hand() -> None:
    found = run(np.array([[100.0, 20.0]]), nothing(1), keep=2)
    assert evening(found, "acute") == [0.25 * 20 + 0.75 * 100]
    assert evening(found, "chronic") == [pytest.approx(2 / 29 * 20 + 27 / 29 * 100)]
    first = 100 * (1 - exp(-1 / 7))
    assert evening(found, "atl") == [pytest.approx(20 * (1 - exp(-1 / 7)) + first * exp(-1 / 7))]


def test_an_unknown_day_changes_nothing_and_a_rest_day_does() -> None:
    found = run(np.array([[80.0, UNKNOWN], [80.0, 0.0]]), nothing(2), keep=2)
    assert evening(found, "acute") == [80, 60]
    assert evening(found, "ctl")[0] == evening(found, "ctl", -2)[0] > evening(found, "ctl")[1]


def test_before_the_first_known_day_there_is_no_ewma() -> None:
    found = run(np.array([[UNKNOWN, UNKNOWN, 50.0]]), nothing(1), keep=3)
    assert np.isnan(found.acute[0, :3]).all()
    assert evening(found, "acute") == [50]
    assert list(found.ctl[0, :3]) == [0, 0, 0]


def test_as_many_evenings_as_asked_for_come_after_the_one_before_them() -> None:
    loads = np.array([[10.0, 20.0, 30.0, 40.0]])
    whole = run(loads, nothing(1), keep=4)
    assert whole.acute.shape == (1, 5)
    assert same(
        run(loads, nothing(1), keep=2), Averages(*(getattr(whole, n)[:, 2:] for n in NAMES))
    )
    assert run(loads, nothing(1), keep=0).acute.shape == (1, 1)


def test_no_days_leave_everything_where_it_stood() -> None:
    start = Averages(*(np.array([value]) for value in (3.0, 2.0, 1.0, 4.0)))
    assert [evening(run(np.empty((1, 0)), start, keep=0), name) for name in NAMES] == [
        [3], [2], [1], [4],
    ]  # fmt: skip


@law
@given(loads=matrices(), cut=st.integers(0, 50))
def test_a_history_cut_anywhere_and_carried_on_gives_the_same(loads: Any, cut: int) -> None:
    first = run(loads[:, :cut], nothing(len(loads)), keep=0)
    start = Averages(*(getattr(first, name)[:, -1] for name in NAMES))
    rest = loads[:, cut:]
    whole = run(loads, nothing(len(loads)), keep=rest.shape[1])
    assert same(run(rest, start, keep=rest.shape[1]), whole)


@law
@given(loads=matrices())
def test_a_series_is_the_same_alone_and_beside_others(loads: Any) -> None:
    together = run(loads, nothing(len(loads)), keep=5)
    for index in range(len(loads)):
        alone = run(loads[index : index + 1], nothing(1), keep=5)
        assert same(alone, Averages(*(getattr(together, n)[index : index + 1] for n in NAMES)))


@law
@given(loads=matrices())
def test_an_average_stays_within_the_loads(loads: Any) -> None:
    found = run(loads, nothing(len(loads)), keep=0)
    for name in NAMES:
        values = np.array(evening(found, name))
        top = np.nan_to_num(loads).max(axis=1)
        assert (np.nan_to_num(values) <= top * (1 + 1e-12)).all()
        assert (np.nan_to_num(values) >= 0).all()


@law
@given(load=st.integers(1, 3_000_000), days=st.integers(1, 60))
def test_equal_days_keep_the_ewma_where_they_are(load: int, days: int) -> None:
    found = run(np.full((1, days), float(load)), nothing(1), keep=0)
    assert (evening(found, "acute"), evening(found, "chronic")) == ([load], [load])
    assert evening(found, "ctl") == [pytest.approx(load * (1 - exp(-days / 42)))]
