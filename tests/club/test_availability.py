"""Whose word about availability counts, and when it stops to count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clubmon.club import availability
from clubmon.club.availability import OWN, PHYSIO
from clubmon.policy import Consent
from clubmon.storage.store import Store

NOW = datetime(2026, 11, 17, 8, tzinfo=UTC)
ALL = {"a": frozenset(Consent)}


def say(store: Store, state: str, role: str, hours: int = 0) -> None:
    availability.say(store, "a", state, "somebody", role, NOW + timedelta(hours=hours))


def test_who_said_nothing_has_no_availability(empty_store: Store) -> None:
    assert availability.current(empty_store, ALL) == {}


def test_the_newest_word_of_each_role_counts(empty_store: Store) -> None:
    say(empty_store, "out", OWN)
    say(empty_store, "full", OWN, 1)
    assert availability.current(empty_store, ALL)["a"].state == "full"


def test_the_same_word_again_is_no_new_one_and_counts_since_it_was_first_said(
    empty_store: Store,
) -> None:
    for hours, state in enumerate(("limited", "limited", "full", "limited")):
        say(empty_store, state, OWN, hours)
    rows = empty_store.rows("SELECT state FROM app.availability ORDER BY known_at")
    assert [row["state"] for row in rows] == ["limited", "full", "limited"]
    say(empty_store, "limited", OWN, 9)
    assert availability.current(empty_store, ALL)["a"].since == NOW + timedelta(hours=3)


@pytest.mark.parametrize(
    ("own", "physio", "counts", "by"),
    [
        ("full", "out", "out", {PHYSIO}),
        ("out", "full", "out", {OWN}),
        ("limited", "limited", "limited", {OWN, PHYSIO}),
        ("full", "limited", "limited", {PHYSIO}),
    ],
)
def test_the_more_careful_word_counts(
    empty_store: Store, own: str, physio: str, counts: str, by: set[str]
) -> None:
    say(empty_store, physio, PHYSIO)
    say(empty_store, own, OWN, 1)
    found = availability.current(empty_store, ALL)["a"]
    assert found.state == counts
    assert set(found.by) == by


def test_a_physios_word_ends_with_the_consent_it_rests_on(empty_store: Store) -> None:
    say(empty_store, "out", PHYSIO)
    load = {"a": frozenset({Consent.LOAD})}
    assert availability.current(empty_store, load) == {}
    say(empty_store, "limited", OWN, 1)
    assert availability.current(empty_store, load)["a"].state == "limited"


def test_nobody_else_is_told_of(empty_store: Store) -> None:
    say(empty_store, "out", OWN)
    assert availability.current(empty_store, {"b": frozenset(Consent)}) == {}
