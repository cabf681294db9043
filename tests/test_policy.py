"""Who may do what: denied unless a rule allows, consent counted at this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.policy import (
    OPEN,
    Consent,
    ConsentRecord,
    Permission,
    Role,
    Subject,
    Viewer,
    in_force,
    is_minor,
    may,
    reaches_physio,
    sees_health,
    sees_load,
    sees_tightness,
    turns_to_physio,
)

TEAM, OTHER = frozenset({"t1"}), frozenset({"t2"})
ALL = frozenset(Consent)


def subject(*consents: Consent) -> Subject:
    return Subject("athlete", TEAM, frozenset(consents))


def staff(role: Role, teams: frozenset[str] = TEAM) -> Viewer:
    return Viewer("staff", {role: teams})


OWN = Viewer("athlete", {Role.ATHLETE: TEAM})
GUARDIAN = Viewer("parent", guardian_of=frozenset({"athlete"}))
viewers = st.one_of(
    st.none(),
    st.builds(
        Viewer,
        st.sampled_from(["athlete", "someone"]),
        st.dictionaries(st.sampled_from(Role), st.sampled_from([TEAM, OTHER, frozenset({""})])),
        st.sampled_from([frozenset(), frozenset({"athlete"}), frozenset({"another"})]),
    ),
)
consents = st.frozensets(st.sampled_from(Consent))


@given(permission=st.sampled_from(Permission), consent=consents)
def test_nobody_signed_in_may_only_what_is_public(
    permission: Permission, consent: frozenset[Consent]
) -> None:
    allowed = may(None, permission, Subject("athlete", TEAM, consent))
    assert allowed == (permission in OPEN)


@given(viewer=viewers, permission=st.sampled_from(Permission))
def test_a_permission_on_an_athlete_is_denied_without_naming_one(
    viewer: Viewer | None, permission: Permission
) -> None:
    of_athlete = {
        Permission.SEE_ATHLETE,
        Permission.HANDLE_FLAG,
        Permission.HANDLE_REFERRAL,
        Permission.GIVE_CONSENT,
        Permission.KEEP_VALUES,
    }
    if permission in of_athlete:
        assert not may(viewer, permission, None)


@given(viewer=viewers.filter(bool), consent=consents)
def test_who_sees_health_also_sees_tightness(viewer: Viewer, consent: frozenset[Consent]) -> None:
    about = Subject("athlete", TEAM, consent)
    assert sees_tightness(viewer, about) or not sees_health(viewer, about)


@given(viewer=viewers.filter(bool), fewer=consents, more=consents)
def test_taking_a_consent_back_never_opens_anything(
    viewer: Viewer, fewer: frozenset[Consent], more: frozenset[Consent]
) -> None:
    small, large = Subject("athlete", TEAM, fewer & more), Subject("athlete", TEAM, more)
    for sees in (sees_load, sees_tightness, sees_health):
        assert sees(viewer, large) or not sees(viewer, small)


@pytest.mark.parametrize("who", [OWN, GUARDIAN])
def test_a_minor_and_their_guardian_see_everything_without_any_consent(who: Viewer) -> None:
    kid = replace(subject(), minor=True)
    assert sees_load(who, kid)
    assert sees_tightness(who, kid)
    assert sees_health(who, kid)
    assert may(who, Permission.GIVE_CONSENT, kid)


def test_a_guardian_sees_nothing_more_once_the_athlete_is_of_age() -> None:
    assert not sees_load(GUARDIAN, subject(*ALL))
    assert not sees_health(GUARDIAN, subject(*ALL))
    assert not may(GUARDIAN, Permission.GIVE_CONSENT, subject(*ALL))
    assert sees_health(OWN, subject())


@pytest.mark.parametrize("role", [Role.COACH, Role.PHYSIO])
def test_staff_see_loads_only_with_consent_and_only_of_their_team(role: Role) -> None:
    assert sees_load(staff(role), subject(Consent.LOAD))
    assert not sees_load(staff(role), subject(Consent.HEALTH, Consent.TIGHTNESS))
    assert not sees_load(staff(role, OTHER), subject(*ALL))


def test_a_coach_sees_tightness_only_where_the_athlete_shares_it() -> None:
    coach = staff(Role.COACH)
    assert sees_tightness(coach, subject(Consent.TIGHTNESS, Consent.HEALTH))
    assert not sees_tightness(coach, subject(Consent.LOAD, Consent.HEALTH))
    # whoever takes health data back takes it from the coach as well
    assert not sees_tightness(coach, subject(Consent.LOAD, Consent.TIGHTNESS))


def test_a_coach_never_sees_the_answers_behind_tightness() -> None:
    assert not sees_health(staff(Role.COACH), subject(*ALL))


def test_a_physio_sees_health_with_consent() -> None:
    assert sees_health(staff(Role.PHYSIO), subject(Consent.HEALTH))
    assert not sees_health(staff(Role.PHYSIO), subject(Consent.LOAD, Consent.TIGHTNESS))


def test_a_physio_opens_the_page_of_who_shares_check_ins_only() -> None:
    physio, coach = staff(Role.PHYSIO), staff(Role.COACH)
    answers_only = subject(Consent.HEALTH)
    assert may(physio, Permission.SEE_ATHLETE, answers_only)
    assert may(physio, Permission.HANDLE_FLAG, answers_only)
    assert not sees_load(physio, answers_only)
    assert not may(coach, Permission.SEE_ATHLETE, answers_only)


def test_an_admin_sees_neither_loads_nor_health() -> None:
    admin = Viewer("admin", {Role.ADMIN: frozenset({""})})
    assert may(admin, Permission.ADMINISTER)
    assert not may(admin, Permission.SEE_SQUAD)
    assert not may(admin, Permission.SEE_ATHLETE, subject(*ALL))
    assert not sees_health(admin, subject(*ALL))


def test_only_a_physio_handles_referrals() -> None:
    assert may(staff(Role.PHYSIO), Permission.HANDLE_REFERRAL, subject(*ALL))
    for who in (staff(Role.COACH), OWN, GUARDIAN, Viewer("a", {Role.ADMIN: frozenset({""})})):
        assert not may(who, Permission.HANDLE_REFERRAL, subject(*ALL))


@pytest.mark.parametrize("permission", [Permission.SEE_RULES_OF, Permission.CHANGE_RULES])
def test_an_admin_may_see_and_change_the_rules_of_the_club_and_every_team(
    permission: Permission,
) -> None:
    admin = Viewer("admin", {Role.ADMIN: frozenset({""})})
    assert may(admin, Permission.SEE_RULES)
    assert may(admin, permission, team_id="")
    assert may(admin, permission, team_id="t1")


def test_a_coach_changes_the_rules_of_the_own_teams_and_reads_the_clubs() -> None:
    coach, of_all = staff(Role.COACH), staff(Role.COACH, frozenset({""}))
    assert may(coach, Permission.SEE_RULES)
    assert may(coach, Permission.CHANGE_RULES, team_id="t1")
    assert may(of_all, Permission.CHANGE_RULES, team_id="t2")
    for who, team_id in ((coach, "t2"), (coach, ""), (of_all, "")):
        assert not may(who, Permission.CHANGE_RULES, team_id=team_id)
    assert may(coach, Permission.SEE_RULES_OF, team_id="")
    assert not may(coach, Permission.SEE_RULES_OF, team_id="t2")


@given(viewer=viewers, team_id=st.sampled_from(["", "t1", "t2"]))
def test_rules_are_closed_to_who_is_neither_admin_nor_coach(
    viewer: Viewer | None, team_id: str
) -> None:
    some = viewer is not None and (viewer.has(Role.ADMIN) or viewer.has(Role.COACH))
    assert may(viewer, Permission.SEE_RULES) is some
    for permission in (Permission.SEE_RULES_OF, Permission.CHANGE_RULES):
        assert not may(viewer, permission)  # without naming a team
        assert some or not may(viewer, permission, team_id=team_id)
    changes = may(viewer, Permission.CHANGE_RULES, team_id=team_id)
    assert may(viewer, Permission.SEE_RULES_OF, team_id=team_id) or not changes


def test_athletes_do_not_handle_their_own_flags() -> None:
    assert may(staff(Role.COACH), Permission.HANDLE_FLAG, subject(Consent.LOAD))
    assert not may(OWN, Permission.HANDLE_FLAG, subject(*ALL))


def test_another_athlete_of_the_team_sees_nothing() -> None:
    mate = Viewer("mate", {Role.ATHLETE: TEAM})
    assert not may(mate, Permission.SEE_ATHLETE, subject(*ALL))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2010, 11, 17), False),
        (date(2010, 11, 18), True),
        (date(1990, 1, 1), False),
        (None, True),
    ],
)
def test_a_guardian_is_needed_until_the_birthday_itself(born: date | None, expected: bool) -> None:
    assert is_minor(born, date(2026, 11, 17), consent_age=16) is expected


def test_a_minors_own_yes_does_not_count() -> None:
    given_by_self = {Consent.LOAD: ConsentRecord(True, "athlete")}
    given_by_guardian = {Consent.LOAD: ConsentRecord(True, "guardian")}
    assert in_force(given_by_self, minor=True) == frozenset()
    assert in_force(given_by_guardian, minor=True) == {Consent.LOAD}
    assert in_force(given_by_self, minor=False) == {Consent.LOAD}


def test_a_no_takes_effect() -> None:
    assert in_force({Consent.LOAD: ConsentRecord(False, "athlete")}, minor=False) == frozenset()


@pytest.mark.parametrize("role", [Role.COACH, Role.PHYSIO])
def test_staff_reach_the_physio_of_whom_they_see_anything(role: Role) -> None:
    about = subject(Consent.LOAD, Consent.HEALTH)
    assert reaches_physio(staff(role), about)
    assert not reaches_physio(staff(role, OTHER), about)
    assert not reaches_physio(staff(role), subject())
    assert not reaches_physio(staff(Role.COACH), subject(Consent.HEALTH, Consent.TIGHTNESS))


@pytest.mark.parametrize("who", [OWN, GUARDIAN, staff(Role.ADMIN), staff(Role.ATHLETE)])
def test_nobody_else_is_told_how_to_reach_the_physio(who: Viewer) -> None:
    assert not reaches_physio(who, replace(subject(*ALL), minor=True))


@pytest.mark.parametrize("minor", [False, True])
def test_the_athlete_and_a_minors_guardian_alone_turn_to_the_physio_themselves(
    minor: bool,
) -> None:
    about = replace(subject(*ALL), minor=minor)
    assert turns_to_physio(OWN, about)
    assert turns_to_physio(GUARDIAN, about) is minor
    for who in (*map(staff, Role), Viewer("another", {Role.ATHLETE: TEAM})):
        assert not turns_to_physio(who, about)


def test_an_athlete_who_coaches_the_team_is_not_told_of_themselves() -> None:
    assert not reaches_physio(Viewer("athlete", {Role.COACH: TEAM}), subject(*ALL))
