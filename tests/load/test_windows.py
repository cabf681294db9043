"""Sums over windows of many series: by hand, and whatever part of a history is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.load.windows import WINDOWS, counts, run

UNKNOWN = float("nan")
law = settings(max_examples=40, deadline=None)

day = st.one_of(st.just(0.0), st.just(UNKNOWN), st.integers(0, 30_000_000).map(float))


@st.composite
def matrices(draw: st.DrawFn) -> Any:
    """A few series of the same days."""
    days = draw(st.integers(1, 60))
    rows = draw(st.lists(st.lists(day, min_size=days, max_size=days), min_size=1, max_size=3))
    return np.array(rows)


def first_known(loads: Any) -> Any:
    known = ~np.isnan(loads)
    return np.where(known.any(axis=1), known.argmax(axis=1), np.nan)


def last(*loads: float) -> dict[str, float]:
    """What stands on the last of these days, each name once."""
    matrix = np.array([loads])
    return {name: values[0, -1] for name, values in run(matrix, first_known(matrix), 1).items()}


def test_eight_weeks_by_hand() -> None:
    """Kilometres: a month of 28 a week, then 35, then 49."""
    found = last(*[4.0] * 28, *[5.0] * 7, *[7.0] * 7)
    assert (found["v7"], found["prev7"]) == (49, 35)
    assert found["b4"] == 7 * (21 * 4 + 7 * 5) / 28
    assert (found["sum28"], found["sum_prev21"]) == (49 + 35 + 56, 35 + 56)
    assert found["wow_pct"] == pytest.approx(40)
    assert found["day_number"] == 42


def test_a_week_with_an_unknown_day_is_scaled_to_seven() -> None:
    found = last(6.0, 0.0, UNKNOWN, 6.0, 6.0, 0.0, 0.0)
    assert (found["sum7"], found["known7"], found["v7"]) == (18, 6, 21)
    assert found["sd7"] == pytest.approx(np.std([6, 0, 6, 6, 0, 0], ddof=1))


def test_equal_days_have_no_spread() -> None:
    assert np.isnan(last(*[5.0] * 7)["sd7"])
    assert np.isnan(last(*[5.0] * 6, UNKNOWN)["sd7"])
    assert np.isnan(last(5.0)["sd7"])


def test_a_window_without_a_known_day_has_no_sum() -> None:
    found = last(5.0, *[UNKNOWN] * 7)
    assert found["known7"] == 0
    assert np.isnan([found["sum7"], found["v7"], found["wow_pct"], found["sd7"]]).all()
    assert (found["sum_prev7"], found["sum28"]) == (5, 5)


def test_change_begins_with_the_fourteenth_day_and_needs_a_week_before() -> None:
    assert np.isnan(last(*[5.0] * 13)["wow_pct"])
    assert last(*[5.0] * 14)["wow_pct"] == 0
    assert np.isnan(last(*[0.0] * 7, *[5.0] * 7)["wow_pct"])


def test_days_count_from_the_first_known_one_also_before_the_matrix() -> None:
    loads = np.array([[UNKNOWN, 3.0, UNKNOWN]] * 3)
    found = run(loads, np.array([1.0, -40.0, np.nan]), 3)["day_number"]
    assert np.isnan(found[0, 0])
    assert list(found[0, 1:]) == [1, 2]
    assert list(found[1]) == [41, 42, 43]
    assert np.isnan(found[2]).all()


def test_marked_days_are_counted_over_five_weeks() -> None:
    marked = np.array([[True] * 3 + [False] * 40])
    assert list(counts(marked, 43)[0]) == [1, 2, 3, *[3] * 32, 2, 1, *[0] * 6]


@law
@given(loads=matrices(), keep=st.integers(1, 60))
def test_every_window_is_the_sum_of_its_known_days(loads: Any, keep: int) -> None:
    days = loads.shape[1]
    found = run(loads, first_known(loads), min(keep, days))
    for series, back in np.ndindex(len(loads), min(keep, days)):
        at = days - 1 - back
        for name, (begin, end) in WINDOWS.items():
            part = loads[series, max(at - begin, 0) : max(at - end + 1, 0)]
            known = part[~np.isnan(part)]
            assert found[f"known{name}"][series, -1 - back] == len(known)
            got = found[f"sum{name}"][series, -1 - back]
            assert got == known.sum() if len(known) else np.isnan(got)


@law
@given(loads=matrices())
def test_the_spread_is_that_of_the_known_days(loads: Any) -> None:
    found = run(loads, first_known(loads), loads.shape[1])["sd7"]
    for series, at in np.ndindex(*loads.shape):
        part = loads[series, max(at - 6, 0) : at + 1]
        known = part[~np.isnan(part)]
        if len(set(known)) < 2:
            assert np.isnan(found[series, at])
        else:
            assert found[series, at] == pytest.approx(np.std(known, ddof=1), rel=1e-12)


@law
@given(loads=matrices(), keep=st.integers(1, 60))
def test_keeping_fewer_days_changes_none_of_them(loads: Any, keep: int) -> None:
    keep, first = min(keep, loads.shape[1]), first_known(loads)
    whole, part = run(loads, first, loads.shape[1]), run(loads, first, keep)
    for name, values in part.items():
        assert np.array_equal(values, whole[name][:, -keep:], equal_nan=True), name


@law
@given(loads=matrices(), before=st.integers(0, 40))
def test_days_further_back_than_a_window_change_nothing(loads: Any, before: int) -> None:
    """A matrix that begins 34 days before what is kept gives what the whole history gives."""
    longer = np.hstack([np.full((len(loads), before), 123.0), loads])
    cut = longer[:, before:]
    keep = loads.shape[1] - 34
    if keep > 0:
        whole = run(longer, np.full(len(loads), 0.0), keep)
        part = run(cut, np.full(len(loads), -float(before)), keep)
        for name, values in part.items():
            assert np.array_equal(values, whole[name], equal_nan=True), name


@law
@given(loads=matrices(), factor=st.integers(1, 1000))
def test_scaling_scales_sums_and_leaves_the_change(loads: Any, factor: int) -> None:
    first, keep = first_known(loads), loads.shape[1]
    one, other = run(loads, first, keep), run(factor * loads, first, keep)
    assert np.array_equal(other["sum28"], factor * one["sum28"], equal_nan=True)
    assert np.allclose(other["wow_pct"], one["wow_pct"], rtol=1e-9, equal_nan=True)
    assert np.allclose(other["sd7"], factor * one["sd7"], rtol=1e-9, equal_nan=True)
