"""People, teams, roles and guardians, as stored."""

from __future__ import annotations

from datetime import datetime

from clubmon.club import consenting, enrolling, people
from clubmon.policy import Role
from clubmon.settings import Settings
from clubmon.storage.store import Store


def test_an_address_is_found_whatever_its_case(store: Store, athlete: str) -> None:
    found = people.by_email(store, " ADA@example.ORG ")
    assert found is not None
    assert found.person_id == athlete


def test_coaches_of_a_team_include_those_of_the_whole_club(
    store: Store, team: str, now: datetime
) -> None:
    other = enrolling.add_team(store, "Other", now)
    for name, team_id in (("own", team), ("club", ""), ("far", other)):
        who = enrolling.add_person(store, name, f"{name}@example.org", now)
        enrolling.add_role(store, who, Role.COACH, team_id, now)
    assert {p.name for p in people.coaches(store, [team])} == {"own", "club"}
    assert people.physios(store, [team]) == []


def test_a_guardian_is_a_guardian_of_that_athlete_only(
    store: Store, athlete: str, now: datetime
) -> None:
    parent = enrolling.add_person(store, "Parent", "parent@example.org", now)
    enrolling.add_guardian(store, parent, athlete, now)
    enrolling.add_guardian(store, parent, athlete, now)
    assert people.viewer(store, parent).guardian_of == {athlete}
    assert [g.person_id for g in people.guardians(store, athlete)] == [parent]


def test_a_viewer_has_the_roles_that_stand_in_the_store(
    store: Store, athlete: str, team: str
) -> None:
    viewer = people.viewer(store, athlete)
    assert viewer.has(Role.ATHLETE)
    assert viewer.roles == {Role.ATHLETE: frozenset({team})}
    assert people.viewer(store, "nobody").roles == {}


def test_nobody_is_athlete_by_accident(store: Store, settings: Settings, now: datetime) -> None:
    who = enrolling.add_person(store, "Coach", "coach@example.org", now)
    assert people.athlete(store, who) is None
    assert consenting.subject(store, settings, who, now) is None
