"""Whom staff turn to about an athlete: physios of the teams, or medical contacts where none is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from clubmon.club import contacts, enrolling, people
from clubmon.club.contacts import NO_PHYSIO, NOBODY, Reach
from clubmon.policy import Role
from clubmon.storage.store import Store

NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def team(empty_store: Store) -> str:
    team_id = enrolling.add_team(empty_store, "U23", NOW)
    joins(empty_store, "Ana", Role.ATHLETE, team_id)
    return team_id


def joins(store: Store, name: str, role: Role | None, team_id: str = "") -> str:
    known = people.by_email(store, f"{name}@club.example")
    id_ = (
        known.person_id if known else enrolling.add_person(store, name, f"{name}@club.example", NOW)
    )
    if role:
        enrolling.add_role(store, id_, role, team_id, NOW)
    return id_


def reach(store: Store, *names: str) -> list[Reach]:
    athletes = [one for one in people.athletes(store) if one.person.name in (names or ("Ana",))]
    found = contacts.reach(store, athletes)
    return [found[one.person.person_id] for one in athletes]


def names(found: Sequence[Reach]) -> list[list[str]]:
    return [[who.name for who in one.people] for one in found]


def test_physios_of_the_team_and_of_the_club_are_named_with_their_address(
    empty_store: Store, team: str
) -> None:
    joins(empty_store, "Vera", Role.PHYSIO, "")
    joins(empty_store, "Bo", Role.PHYSIO, team)
    joins(empty_store, "Bo", Role.PHYSIO, "")  # twice a physio is named once
    joins(empty_store, "Ola", Role.COACH, team)
    [found] = reach(empty_store)
    assert [(who.name, who.email) for who in found.people] == [
        ("Bo", "bo@club.example"),
        ("Vera", "vera@club.example"),
    ]
    assert found.physio
    assert not found.missing


def test_a_physio_of_another_team_is_not_named(empty_store: Store, team: str) -> None:
    other = enrolling.add_team(empty_store, "U17", NOW)
    joins(empty_store, "Bo", Role.PHYSIO, other)
    joins(empty_store, "Ben", Role.ATHLETE, other)
    assert names(reach(empty_store, "Ana", "Ben")) == [[], ["Bo"]]


def test_without_a_physio_the_medical_contact_stands_in_and_the_page_says_so(
    empty_store: Store, team: str
) -> None:
    doctor = joins(empty_store, "Dora", None)
    enrolling.set_medical_contact(empty_store, team, doctor, NOW)
    [found] = reach(empty_store)
    assert names([found]) == [["Dora"]]
    assert found.missing == NO_PHYSIO
    joins(empty_store, "Bo", Role.PHYSIO, team)
    assert names(reach(empty_store)) == [["Bo"]]


def test_with_neither_it_says_what_to_do(empty_store: Store, team: str) -> None:
    assert [one.missing for one in reach(empty_store)] == [NOBODY]


def test_nobody_is_their_own_physio(empty_store: Store, team: str) -> None:
    ana = joins(empty_store, "Ana", Role.PHYSIO, team)
    enrolling.set_medical_contact(empty_store, team, ana, NOW)
    joins(empty_store, "Ben", Role.ATHLETE, team)
    assert names(reach(empty_store, "Ana", "Ben")) == [[], ["Ana"]]


def test_of_nobody_nothing_is_asked(empty_store: Store) -> None:
    assert contacts.reach(empty_store, []) == {}
