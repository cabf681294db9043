"""What a change would have raised: what the night then does raise, and nothing is written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clubmon.club import consenting, enrolling
from clubmon.flag import flagging, preview, rules, ruletypes
from clubmon.flag.flagtypes import Flag
from clubmon.flag.preview import Both, Count
from clubmon.flag.ruletypes import CLUB, Key
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from tests.conftest import copied, record_sessions

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
MORNING = NOW.date()
YESTERDAY = MORNING - timedelta(days=1)
BEFORE = NOW - timedelta(days=200)
RUNNING: Key = ("spike", "run_m")
SINGLE: Key = ("single_run", "run_m")


def add(store: Store, name: str, *teams: str) -> str:
    """An athlete of these teams who shares loads."""
    athlete_id = enrolling.add_person(
        store, name, f"{name}@example.org", BEFORE, born=date(2000, 1, 1)
    )
    for team in teams:
        enrolling.add_role(store, athlete_id, Role.ATHLETE, team, BEFORE)
    by = athlete_id
    consenting.record(store, athlete_id, Consent.LOAD, True, by, "athlete", None, BEFORE)
    return athlete_id


@pytest.fixture(scope="module")
def trained(
    empty_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """Six athletes with three months of uneven training; a folder to be copied, ids by name."""
    settings = load(tmp_path_factory.mktemp("trained") / "data")
    chance = random.Random(7)
    ids = {}
    with copied(empty_folder, settings) as store:
        for number in range(6):
            name = f"a{number}"
            ids[name] = add(store, name, "t" if number < 2 else "u")
            km = [chance.choice([0, 0, 5, 8, 12, 20, 26]) for _ in range(95)]
            tonnes = [chance.choice([0, 0, 3, 5, 9]) for _ in range(95)]
            record_sessions(store, ids[name], YESTERDAY, km=km, tonnes=tonnes)
        marts.rebuild(store, MORNING, NOW)
    return settings.data, ids


@pytest.fixture
def store(trained: tuple[Path, dict[str, str]], settings: Settings) -> Iterator[Store]:
    """The squad's, after a night."""
    with copied(trained[0], settings) as opened:
        yield opened


@pytest.fixture
def squad(trained: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """Six athletes by name; two of them in team t."""
    return dict(trained[1])


def ask(store: Store, squad: dict[str, str], key: Key, team: str = CLUB, **form: str) -> Any:
    now = rules.in_force(store, [team])[key]
    return preview.preview(
        store, ruletypes.proposed(now, team, form), list(squad.values()), MORNING, NOW
    )


def dump(store: Store) -> list[Any]:
    """All of `app` and the marts."""
    tables = store.rows(
        "SELECT database_name AS db, schema_name AS s, table_name AS t FROM duckdb_tables() "
        "WHERE database_name IN ('app', 'lake') ORDER BY ALL"
    )
    return [
        (row, store.rows(f"SELECT * FROM {row['db']}.{row['s']}.{row['t']} ORDER BY ALL"))
        for row in tables
    ]


def test_before_the_first_rebuild_there_is_nothing_to_preview(empty_store: Store) -> None:
    assert ask(empty_store, {}, RUNNING, threshold="10") is None


def test_a_preview_writes_nothing(store: Store, squad: dict[str, str]) -> None:
    before = dump(store)
    ask(store, squad, RUNNING, threshold="10", hold_days="1")
    assert dump(store) == before


@pytest.mark.parametrize(
    ("key", "team", "form"),
    [
        (RUNNING, CLUB, {"threshold": "10", "hold_days": "1"}),
        (RUNNING, CLUB, {"threshold": "30"}),
        (RUNNING, CLUB, {"basis": "literal", "from_day": "14", "rearm_days": "2"}),
        (RUNNING, CLUB, {"basis": "four_week", "hold_days": "2", "rearm_days": "1"}),
        (RUNNING, CLUB, {"enabled": "no"}),
        (RUNNING, "t", {"basis": "literal", "hold_days": "1", "floor_base": "0"}),
        (SINGLE, CLUB, {"threshold": "30", "rearm_days": "1"}),
        (SINGLE, "t", {"enabled": "no"}),
        (("spike", "tonnage_g"), CLUB, {"hold_days": "1", "floor_rise": "0"}),
        (("spike", "run_s"), CLUB, {"enabled": "yes", "hold_days": "1", "basis": "literal"}),
    ],
)  # fmt: skip
def test_what_is_previewed_is_what_a_night_under_that_rule_raises(
    store: Store,
    settings: Settings,
    squad: dict[str, str],
    key: Key,
    team: str,
    form: dict[str, str],
) -> None:
    found = ask(store, squad, key, team, **form)
    now = rules.in_force(store, [team])[key]
    based_on = now.version if now.team_id == team else 0
    # a rule raises nothing of mornings before it was saved, so it has to be an older one
    saved = NOW - timedelta(days=40)
    rules.save(store, ruletypes.proposed(now, team, form), based_on, "kim", saved)
    marts.rebuild(store, MORNING, NOW)
    flagging.flag(store, settings, MORNING, NOW)
    raised = store.rows(
        "SELECT athlete_id FROM app.flag WHERE morning > ?", [MORNING - timedelta(days=28)]
    )
    assert found.every.then == Count(len(raised), len({row["athlete_id"] for row in raised}))
    assert found.every.now.flags > 0


def test_the_rules_as_they_are_give_the_same_figure_whatever_is_asked(
    store: Store, squad: dict[str, str]
) -> None:
    low, high = (ask(store, squad, RUNNING, threshold=t) for t in ("10", "30"))
    assert (low.own.now, low.every.now) == (high.own.now, high.every.now)
    assert len({low.own.now, low.own.then, high.own.then}) == 3


def test_other_rules_are_untouched_by_a_change(store: Store, squad: dict[str, str]) -> None:
    found = ask(store, squad, RUNNING, enabled="no")
    assert found.own.now.flags > 0
    assert found.own.then == Count(0, 0)
    assert found.every.now.flags - found.every.then.flags == found.own.now.flags
    assert all(then == 0 < now for now, then in found.of_athlete.values())


def test_a_channel_that_is_off_can_be_previewed(store: Store, squad: dict[str, str]) -> None:
    rule = rules.in_force(store, ())[RUNNING]
    rules.save(store, replace(rule, enabled=False), 1, "kim", NOW)
    found = ask(store, squad, RUNNING, enabled="yes", hold_days="1")
    assert found.own.now == Count(0, 0)
    assert found.own.then.flags > 0


def test_persistence_and_quiet_days_count(store: Store, squad: dict[str, str]) -> None:
    def flags(**form: str) -> int:
        found = ask(store, squad, RUNNING, basis="literal", **form)
        return int(found.own.then.flags)

    assert flags(hold_days="1", rearm_days="7") > flags(hold_days="5", rearm_days="7")
    assert flags(hold_days="1", rearm_days="1") > flags(hold_days="1", rearm_days="14")


def test_a_teams_rule_changes_that_teams_athletes_only(store: Store, squad: dict[str, str]) -> None:
    found = ask(store, squad, RUNNING, "t", basis="literal", hold_days="1", rearm_days="1")
    in_team = {squad["a0"], squad["a1"]}
    differ = {one for one, (now, then) in found.of_athlete.items() if now != then}
    assert differ
    assert differ <= in_team


def test_a_change_of_the_club_leaves_a_team_with_its_own_rule(
    store: Store, squad: dict[str, str]
) -> None:
    own = replace(rules.in_force(store, ())[RUNNING], team_id="t")
    rules.save(store, own, 0, "kim", NOW)
    found = ask(store, squad, RUNNING, enabled="no")
    left = {one for one, (_, then) in found.of_athlete.items() if then}
    assert left <= {squad["a0"], squad["a1"]}


def test_going_back_to_the_club_is_previewed_as_the_clubs_rule(
    store: Store, squad: dict[str, str]
) -> None:
    as_it_is = ask(store, squad, RUNNING, threshold="10").own.now
    off = replace(rules.in_force(store, ())[RUNNING], team_id="t", enabled=False)
    own = rules.save(store, off, 0, "kim", NOW)
    back = ruletypes.back_to_club(own)
    found = preview.preview(store, back, list(squad.values()), MORNING, NOW)
    assert found is not None
    assert found.own.then == as_it_is
    assert found.own.now.flags < as_it_is.flags


def test_only_the_athletes_asked_for_are_counted(store: Store, squad: dict[str, str]) -> None:
    everybody = ask(store, squad, RUNNING, threshold="10", hold_days="1")
    for name, athlete_id in squad.items():
        one = ask(store, {name: athlete_id}, RUNNING, threshold="10", hold_days="1")
        flags = everybody.of_athlete.get(athlete_id, (0, 0))
        assert (one.own.now.flags, one.own.then.flags, one.looked_at) == (*flags, 1)


def test_flags_on_record_change_no_figure(
    store: Store, settings: Settings, squad: dict[str, str]
) -> None:
    before = ask(store, squad, RUNNING, threshold="10")
    flagging.flag(store, settings, MORNING, NOW)
    assert ask(store, squad, RUNNING, threshold="10") == before


def flag(athlete_id: str, rule: str, back: int, channel: str = "run_m") -> Flag:
    return Flag(athlete_id, MORNING - timedelta(days=back), 1, rule, 1, channel, False)


def test_both_lists_are_counted_by_rule_kind_and_athlete() -> None:
    before = [flag("a", "spike", 3), flag("b", "single_run", 2), flag("c", "spike", 1, "ascent_m")]
    after = [
        *before, flag("b", "return_to_run", 20), flag("b", "single_run", 9), flag("d", "spike", 1),
    ]  # fmt: skip
    found = preview.compared(SINGLE, before, after, MORNING, 9)
    assert (found.first, found.last, found.looked_at) == (MORNING - timedelta(27), MORNING, 9)
    assert found.own == Both(Count(1, 1), Count(3, 1))
    assert found.every == Both(Count(3, 3), Count(6, 4))
    assert found.kinds == {
        "single_run": Both(Count(1, 1), Count(2, 1)),
        "return_to_run": Both(Count(0, 0), Count(1, 1)),
    }
    assert found.of_athlete == {"b": (1, 3)}


def test_whoever_would_be_flagged_most_comes_first() -> None:
    after = [flag("a", "spike", 3), flag("b", "spike", 20), flag("b", "spike", 3)]
    found = preview.compared(RUNNING, [flag("c", "spike", 3)], after, MORNING, 3)
    assert list(found.of_athlete.items()) == [("b", (0, 2)), ("a", (0, 1)), ("c", (1, 0))]
