"""Load conditions of one morning, read from the mart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from clubmon.flag import candidates
from clubmon.load import marts
from clubmon.storage.store import Store

M = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 4, tzinfo=UTC)


def insert(store: Store, athlete_id: str, morning: date, **more: Any) -> None:
    row = {"athlete_id": athlete_id, "morning": morning, "rule": "spike", "channel": "run_m",
           "rule_version": 1, "held_days": 1, "holds": False, "v7": 54000.0, "b1": 38000.0,
           "b4": 41000.0, "rise": 13000.0, "hill": False, **more}  # fmt: skip
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    sql = f"INSERT INTO lake.marts.flag_candidate ({names}) VALUES ({marks})"
    store.execute("lake", sql, list(row.values()))


def test_before_the_first_night_nothing_is_true(store: Store) -> None:
    assert not candidates.true_on(store, ["a"], M)


def test_only_this_morning_and_only_those_asked_for(store: Store) -> None:
    marts.rebuild(store, M, NOW)
    insert(store, "a", M)
    insert(store, "a", M, rule="single_run", rise=4000.0, day_m=19000, previous_longest_m=15000)
    insert(store, "a", M - timedelta(days=1), channel="ascent_m")
    insert(store, "b", M)
    found = candidates.true_on(store, ["a"], M)
    assert set(found) == {"a"}
    assert set(found["a"]) == {("spike", "run_m"), ("single_run", "run_m")}
    assert found["a"]["spike", "run_m"]["base"] == 41000.0
    assert found["a"]["single_run", "run_m"]["base"] is None
    assert len(candidates.up_to(store, ["a"], M)) == 3
