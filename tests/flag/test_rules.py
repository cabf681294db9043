"""Rules on record: versions are added, never rewritten, and one person at a time decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import enrolling
from clubmon.flag import rules, ruletypes
from clubmon.flag.ruletypes import CLUB, Rule, RuleError
from clubmon.load import marts
from clubmon.policy import Role
from clubmon.storage.store import Row, Store

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
RUNNING = ("spike", "run_m")


def all_rows(store: Store) -> list[Row]:
    return store.rows("SELECT * FROM app.rule ORDER BY ALL")


def change(store: Store, team_id: str, based_on: int, threshold: int, days: int = 0) -> Rule:
    now = rules.in_force(store, [team_id])[RUNNING]
    new = ruletypes.proposed(now, team_id, {"threshold": str(threshold)})
    return rules.save(store, new, based_on, "kim", NOW + timedelta(days=days))


def test_the_shipped_rules_are_in_force_at_first(store: Store) -> None:
    found = rules.in_force(store, ())
    assert found[RUNNING].threshold_pct == 15
    assert found["single_run", "run_m"].floor_base == 5_000
    assert not found["acwr", ""].enabled
    assert not found["spike", "run_s"].enabled
    assert found[RUNNING].by_person_id is None


def test_saving_adds_a_version_and_rewrites_none(store: Store) -> None:
    before = all_rows(store)
    saved = change(store, CLUB, 1, 20)
    after = all_rows(store)
    assert [row for row in after if row in before] == before
    assert len(after) == len(before) + 1
    assert (saved.version, saved.by_person_id, saved.known_at) == (2, "kim", NOW)
    assert rules.in_force(store, ())[RUNNING] == saved


def test_the_history_has_every_version_the_newest_first(store: Store) -> None:
    change(store, CLUB, 1, 20)
    change(store, CLUB, 2, 30, days=1)
    found = rules.history(store, CLUB, RUNNING)
    assert [(one.version, one.threshold_pct) for one in found] == [(3, 30), (2, 20), (1, 15)]
    assert rules.history(store, "t", RUNNING) == []


def test_a_version_number_is_given_once_whatever_the_team(store: Store) -> None:
    saved = [change(store, "t", 0, 30), change(store, CLUB, 1, 20), change(store, "u", 0, 10)]
    assert [one.version for one in saved] == [2, 3, 4]


def test_who_decides_on_an_older_version_is_told_to_look_again(store: Store) -> None:
    change(store, CLUB, 1, 20)
    with pytest.raises(rules.RuleChanged, match="look at it again"):
        change(store, CLUB, 1, 30)
    with pytest.raises(RuleError):
        rules.check_newest(store, CLUB, RUNNING, 1)
    rules.check_newest(store, CLUB, RUNNING, 2)
    assert rules.in_force(store, ())[RUNNING].threshold_pct == 20


def test_of_two_who_save_at_once_one_is_told(store: Store) -> None:
    def attempt(threshold: int) -> str:
        now = rules.in_force(store, ())[RUNNING]
        try:
            rules.save(store, replace(now, threshold_pct=threshold), 1, "kim", NOW)
        except rules.RuleChanged:
            return "told"
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, [20, 30])) == ["saved", "told"]
    assert len(rules.history(store, CLUB, RUNNING)) == 2


def test_a_change_of_the_club_does_not_disturb_who_decides_for_a_team(store: Store) -> None:
    change(store, "t", 0, 30)
    change(store, CLUB, 1, 20)
    assert change(store, "t", 2, 10).threshold_pct == 10


def test_a_team_goes_back_to_what_the_club_has_and_follows_it(store: Store) -> None:
    own = change(store, "t", 0, 30)
    rules.save(store, ruletypes.back_to_club(own), own.version, "kim", NOW)
    assert rules.in_force(store, ["t"])[RUNNING].threshold_pct == 15
    change(store, CLUB, 1, 20, days=1)
    assert rules.in_force(store, ["t"])[RUNNING].threshold_pct == 20
    assert [one.inherits for one in rules.history(store, "t", RUNNING)] == [True, False]


def test_a_rule_that_was_never_set_can_be_turned_on(store: Store) -> None:
    key = ("spike", "descent_m")
    new = ruletypes.proposed(rules.in_force(store, ())[key], CLUB, {"enabled": "yes"})
    assert rules.save(store, new, 0, "kim", NOW).version == 1
    assert rules.in_force(store, ())[key].enabled


def test_the_mart_and_the_pages_agree_on_what_is_in_force(store: Store, record: Any) -> None:
    athletes = {}
    for number, teams in enumerate([(), ("t",), ("u",), ("t", "u"), ("back",)]):
        email = f"a{number}@example.org"
        athlete_id = enrolling.add_person(store, f"A{number}", email, NOW - timedelta(days=9))
        athletes[athlete_id] = teams
        for team in teams or ("none",):
            enrolling.add_role(store, athlete_id, Role.ATHLETE, team, NOW - timedelta(days=9))
    change(store, "u", 0, 10, days=-3)
    own = change(store, "back", 0, 20, days=-3)
    change(store, "t", 0, 30, days=-2)
    rules.save(store, ruletypes.back_to_club(own), own.version, "kim", NOW - timedelta(days=1))
    change(store, CLUB, 1, 20, days=-1)
    for athlete_id in athletes:  # a day of load makes an athlete one whom the mart knows
        record(athlete_id, NOW.date() - timedelta(days=1), km=[5])
    marts.rebuild(store, NOW.date(), NOW)
    for athlete_id, teams in athletes.items():
        rows = store.rows(
            "SELECT version FROM lake.marts.rule AS r WHERE r.athlete_id = ? "
            "AND r.rule = 'spike' AND r.channel = 'run_m'",
            [athlete_id],
        )
        assert [row["version"] for row in rows] == [rules.in_force(store, teams)[RUNNING].version]
