"""People, teams, roles, guardians and consent, as stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from clubmon.club import consenting, enrolling, people
from clubmon.club.people import PeopleError
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store


@pytest.fixture
def team(store: Store, now: datetime) -> str:
    return enrolling.add_team(store, "U23", now)


@pytest.fixture
def athlete(store: Store, team: str, now: datetime) -> str:
    who = enrolling.add_person(store, "Ada Made-up", "Ada@Example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    return who


def consents(store: Store, settings: Settings, athlete_id: str, now: datetime) -> frozenset[str]:
    found = consenting.subject(store, settings, athlete_id, now)
    assert found is not None
    return frozenset(found.consents)


def test_an_address_is_found_whatever_its_case(store: Store, athlete: str) -> None:
    found = people.by_email(store, " ADA@example.ORG ")
    assert found is not None
    assert found.person_id == athlete


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


def test_the_newest_answer_about_consent_counts(
    store: Store, settings: Settings, athlete: str, now: datetime
) -> None:
    for day, granted in enumerate([True, False, True, False]):
        when = now + timedelta(days=day)
        consenting.record(store, athlete, Consent.LOAD, granted, athlete, "athlete", None, when)
        expected = {Consent.LOAD} if granted else set()
        assert consents(store, settings, athlete, when) == expected


def test_a_minor_comes_of_age_on_the_birthday(
    store: Store, settings: Settings, team: str, now: datetime
) -> None:
    born = date(2010, 12, 1)
    who = enrolling.add_person(store, "Kid Made-up", "kid@example.org", now, born=born)
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    assert consents(store, settings, who, now) == frozenset()
    after = datetime(2026, 12, 1, 0, 30, tzinfo=now.tzinfo)
    assert consents(store, settings, who, after) == {Consent.LOAD}


def test_the_birthday_is_the_persons_own_local_day(settings: Settings, now: datetime) -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=now.tzinfo)
    assert people.local_today(settings, None, late) == date(2026, 11, 18)  # Berlin
    assert people.local_today(settings, "America/New_York", late) == date(2026, 11, 17)


def test_check_ins_stay_off_without_a_medical_contact(
    store: Store, team: str, athlete: str, now: datetime
) -> None:
    with pytest.raises(PeopleError, match="medical contact"):
        enrolling.switch_checkins(store, team, True, now)
    enrolling.set_medical_contact(store, team, athlete, now)
    enrolling.switch_checkins(store, team, True, now)
    assert people.teams(store)[0].checkins


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
