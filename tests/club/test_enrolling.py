"""What is refused, and what changes nothing, when people and teams are put on record."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clubmon.club import enrolling, people
from clubmon.club.people import PeopleError
from clubmon.policy import Role
from clubmon.storage.store import Store


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "@",
        "a b@example.org",
        "@example.org",
        "a@b.c,d@e.f",
        "jörg@example.org",
        "a@b.c\nBcc: d@e.f",
        "A <a@b.c>",
        "a@",
    ],
)
def test_what_is_no_address_is_refused(store: Store, now: datetime, email: str) -> None:
    with pytest.raises(PeopleError, match=r"name@example\.org"):
        enrolling.add_person(store, "X", email, now)


@pytest.mark.parametrize("name", ["", "  ", "A\nBcc: x@y.z", "A" * 101])
def test_what_is_no_name_is_refused(store: Store, now: datetime, name: str) -> None:
    with pytest.raises(PeopleError, match="in one line"):
        enrolling.add_person(store, name, "a@example.org", now)


def test_two_people_never_share_an_address(store: Store, athlete: str, now: datetime) -> None:
    with pytest.raises(PeopleError, match="Ada Made-up"):
        enrolling.add_person(store, "Other", "ada@example.org", now)


def test_two_teams_never_share_a_name(store: Store, team: str, now: datetime) -> None:
    with pytest.raises(PeopleError, match="already is a team"):
        enrolling.add_team(store, "u23", now)


def test_giving_a_role_twice_changes_nothing(
    store: Store, athlete: str, team: str, now: datetime
) -> None:
    enrolling.add_role(store, athlete, Role.ATHLETE, team, now + timedelta(days=1))
    assert [a.person.person_id for a in people.athletes(store)] == [athlete]


def test_check_ins_stay_off_without_a_medical_contact(
    store: Store, team: str, athlete: str, now: datetime
) -> None:
    with pytest.raises(PeopleError, match="medical contact"):
        enrolling.switch_checkins(store, team, True, now)
    enrolling.set_medical_contact(store, team, athlete, now)
    enrolling.switch_checkins(store, team, True, now)
    assert people.teams(store)[0].checkins
