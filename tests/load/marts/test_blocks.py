"""Athletes in blocks: who can depend on each other is in one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clubmon.load import blocks
from clubmon.storage.store import Connection, Store

KEPT = "(SELECT NULL AS athlete_id WHERE false)"
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def known(store: Store, athletes: str) -> None:
    for one in athletes:
        row = [f"{one} {NOW}", one, "strava", "run", NOW.date(), NOW.date(), NOW]
        store.execute("app", "INSERT INTO app.sync VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def team(store: Store, name: str, athletes: str, since: datetime = NOW) -> None:
    for one in athletes:
        store.execute("app", "INSERT INTO app.role VALUES (?, 'athlete', ?, ?)", [one, name, since])


def found(store: Store) -> list[str]:
    def run(con: Connection) -> list[str]:
        groups = blocks.of_athletes(con, NOW, KEPT)
        return ["".join(block) for block in blocks.packed(groups)]

    return store.write("lake", run)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "AT_ONCE", 3)


def test_everybody_is_in_one_block(store: Store) -> None:
    known(store, "gfedcba")
    assert found(store) == ["abc", "def", "g"]


def test_who_shares_a_team_also_through_others_is_in_one_block(store: Store) -> None:
    known(store, "abcdefg")
    team(store, "one", "ae")
    team(store, "two", "eg")
    team(store, "", "bc")  # no team at all
    team(store, "later", "cf", NOW + timedelta(hours=1))
    assert found(store) == ["aeg", "bcd", "f"]


def test_a_team_larger_than_a_block_stays_whole(store: Store) -> None:
    known(store, "abcdefg")
    team(store, "one", "bcdef")
    assert found(store) == ["a", "bcdef", "g"]


def test_somebody_of_whom_nothing_is_known_is_in_none(store: Store) -> None:
    known(store, "ab")
    team(store, "one", "az")
    assert found(store) == ["ab"]
