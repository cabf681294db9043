"""The drawn line and the rule in SQL agree, and windows say how much is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.club import people
from clubmon.load import marts
from clubmon.storage.store import Row
from clubmon.web.athletes import trace
from clubmon.web.frame import views

RULE: Row = {
    "enabled": True, "basis": "max", "threshold_pct": 15, "floor_base": 10_000,
    "floor_rise": 3_000, "from_day": 35,
}  # fmt: skip
KNOWN: Row = {
    "v7": 40_000.0, "prev7": 40_000.0, "b4": 40_000.0, "known7": 7, "known_prev7": 7,
    "known_b4": 28, "day_number": 60,
}  # fmt: skip


def test_a_week_above_the_line_is_what_the_rule_in_sql_calls_a_spike(
    club: Any, record: Callable[..., None]
) -> None:
    last = people.local_today(club.settings, None, club.now) - timedelta(days=1)
    chance = random.Random(4)
    for who in ("athlete", "reserved", "minor", "athlete_b"):
        record(club.ids[who], last, km=[chance.choice([0, 0, 6, 9, 12, 20]) for _ in range(100)])
    marts.rebuild(club.store, last + timedelta(days=1), club.now)
    rule = views.spike_rules(club.store, [])["run_m"]
    said = {
        (row["athlete_id"], row["local_date"])
        for row in club.store.rows("SELECT * FROM lake.marts.load_metric WHERE channel = 'run_m'")
        if (line := trace.flag_line(row, rule)) is not None and row["v7"] >= line + 0.001
    }
    fired = {
        (row["athlete_id"], row["morning"] - timedelta(days=1))
        for row in club.store.rows(
            "SELECT athlete_id, morning FROM lake.marts.flag_candidate "
            "WHERE rule = 'spike' AND channel = 'run_m'"
        )
    }
    assert fired
    assert said == fired


@pytest.mark.parametrize(
    "changed",
    [{"known7": 5}, {"known_prev7": 5}, {"known_b4": 24}, {"b4": 9_000.0}, {"day_number": 34},
     {"prev7": None}],
)  # fmt: skip
def test_where_the_rule_cannot_fire_there_is_no_line(changed: Row) -> None:
    assert trace.flag_line(KNOWN, RULE) == pytest.approx(46_000)
    assert trace.flag_line({**KNOWN, **changed}, RULE) is None


def test_a_small_base_has_to_grow_by_the_least_rise() -> None:
    assert trace.flag_line({**KNOWN, "prev7": 10_000.0, "b4": 10_000.0}, RULE) == 13_000


def test_a_rule_switched_off_draws_no_line() -> None:
    assert trace.flag_line(KNOWN, {**RULE, "enabled": False}) is None
    assert trace.flag_line(KNOWN, None) is None


@given(st.sampled_from(["max", "literal", "four_week"]), st.floats(1, 1e6), st.floats(1e4, 1e6))
def test_the_line_is_always_above_its_basis(basis: str, prev7: float, b4: float) -> None:
    line = trace.flag_line({**KNOWN, "prev7": prev7, "b4": b4}, {**RULE, "basis": basis})
    if line is not None:
        assert line > {"max": max(prev7, b4), "literal": prev7, "four_week": b4}[basis]


@given(st.integers(0, 7))
def test_a_week_with_two_days_missing_has_no_figure(known: int) -> None:
    found = trace.whole_week({"v7": 40_000.0, "known7": known})
    assert (found is None) == (known < 6)


def test_the_teams_own_rule_goes_before_the_clubs(club: Any) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.rule VALUES ('spike', ?, 'run_m', 1, true, 'literal', 30, 1, 1, 1, 7, 14, "
        "'2026-02-01 00:00:00+00', 'rolling', NULL, NULL, false)",
        [club.ids["team"]],
    )
    assert views.spike_rules(club.store, [club.ids["team"]])["run_m"]["threshold_pct"] == 30
    assert views.spike_rules(club.store, [])["run_m"]["threshold_pct"] == 15


def test_a_window_ends_on_the_last_day() -> None:
    made = trace.Trace(date(2026, 11, 16), {}, None, {})
    days = trace.window(made, 6)
    assert (len(days), days[-1]) == (42, date(2026, 11, 16))
