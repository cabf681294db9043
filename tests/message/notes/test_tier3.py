"""Tier 3: the physio always hears of it, others learn no sign, and silence goes further."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import contacts, enrolling, showing
from clubmon.club.showing import Showing
from clubmon.message import tier3
from clubmon.policy import Consent, Role

NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADULT = date(1990, 1, 1)
TOLD = "Dora Doctor (dora@example.org), Pia Physio (pia@example.org)"


def tell(club: Any, referral_id: str) -> dict[str, Any]:
    tier3.tell(club.store, club.settings, referral_id, NOW)
    found: dict[str, Any] = club.mails("tier3")
    return found


def add(club: Any, name: str, role: Role | None = None) -> str:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person_id = enrolling.add_person(club.store, name, email, NOW, born=ADULT)
    if role:
        enrolling.add_role(club.store, person_id, role, club.team, NOW)
    return person_id


def second_round(club: Any, after: timedelta = 30 * HOUR) -> set[str]:
    """Who the second round writes to."""
    before = {row["message_id"] for row in club.store.rows("SELECT message_id FROM app.message")}
    tier3.tell_second(club.store, club.settings, NOW + after)
    rows = club.store.rows("SELECT message_id, person_id FROM app.message WHERE kind = 'tier3'")
    return {row["person_id"] for row in rows if row["message_id"] not in before}


def test_a_physio_is_told_although_the_medical_contact_is_somebody_else(club: Any) -> None:
    told = tell(club, club.referral(club.ana))
    assert {club.physio, club.doctor} <= set(told)
    assert f"told as well: {TOLD}." in told[club.ana]["body_text"]


def test_a_contact_who_is_no_physio_learns_how_urgent_and_what_was_advised_and_no_sign(
    club: Any,
) -> None:
    body = tell(club, club.referral(club.ana))[club.doctor]["body_text"]
    assert "See a doctor or the club's clinician today." in body
    assert "calf" not in body
    assert "/referrals" not in body


def test_an_admin_who_is_named_learns_no_sign(club: Any) -> None:
    admin = add(club, "Al Admin", Role.ADMIN)
    enrolling.set_medical_contact(club.store, club.team, admin, NOW)
    assert "calf" not in tell(club, club.referral(club.ana))[admin]["body_text"]


def test_a_guardian_reads_who_else_was_told(club: Any) -> None:
    body = tell(club, club.referral(club.ben))[club.guardian]["body_text"]
    assert "Told as well: Ben Young, Dora Doctor and Pia Physio." in body
    assert "answered a check-in at 18:12 on Monday 16 November" in body


def test_an_athlete_who_is_a_physio_too_gets_the_athletes_message(club: Any) -> None:
    enrolling.add_role(club.store, club.ana, Role.PHYSIO, club.team, NOW)
    told = tell(club, club.referral(club.ana))
    assert "Please act on your check-in" in told[club.ana]["body_text"]
    assert f"told as well: {TOLD}." in told[club.ana]["body_text"]


def test_a_second_contact_is_reminded_although_told_at_first_as_physio(club: Any) -> None:
    enrolling.set_medical_contact(club.store, club.team, club.physio, NOW, second=True)
    tell(club, club.referral(club.ana))
    assert second_round(club) == {club.physio}


def test_the_second_message_names_who_was_told_first(club: Any) -> None:
    second = add(club, "Second Contact")
    enrolling.set_medical_contact(club.store, club.team, second, NOW, second=True)
    tell(club, club.referral(club.ana))
    assert second_round(club) == {second}
    body = club.mails("tier3")[second]["body_text"]
    assert "Told first: Dora Doctor, Pia Physio. Nobody has acknowledged it" in body


def test_without_a_second_contact_a_physio_who_was_not_told_at_first_is(club: Any) -> None:
    tell(club, club.referral(club.ana))
    assert second_round(club) == set()
    new = add(club, "Nia Newcomer", Role.PHYSIO)
    assert second_round(club) == {new}
    assert second_round(club, 60 * HOUR) == set()


def test_where_the_first_messages_were_never_written_the_second_round_tells_all(club: Any) -> None:
    club.referral(club.ana)
    assert second_round(club) == {club.doctor, club.physio}
    assert "Told first" not in club.mails("tier3")[club.doctor]["body_text"]


def test_without_consent_nobody_is_told_in_the_second_round_either(club: Any) -> None:
    club.referral(club.ana)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    assert second_round(club) == set()


# who may be named


def names(club: Any) -> list[str]:
    return [person.name for person in contacts.offered(club.store, club.team)]


def test_physios_are_offered_first_then_people_without_a_role(club: Any) -> None:
    assert names(club) == ["Pia Physio", "Dora Doctor"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COACH, Role.ATHLETE])
def test_another_role_is_not_offered_unless_with_that_of_a_physio(club: Any, role: Role) -> None:
    enrolling.add_role(club.store, club.doctor, role, club.team, NOW)
    assert names(club) == ["Pia Physio"]
    other = enrolling.add_team(club.store, "Other team", NOW)
    enrolling.add_role(club.store, club.doctor, Role.PHYSIO, other, NOW)
    offered = ["Dora Doctor", "Pia Physio"] if role is not Role.ATHLETE else ["Pia Physio"]
    assert names(club) == offered


def test_a_guardian_is_not_offered(club: Any) -> None:
    assert "Gina Young" not in names(club)


def test_each_is_written_to_in_their_own_language(club: Any) -> None:
    showing.choose(club.store, club.ben, Showing(language="de"), NOW)
    told = tell(club, club.referral(club.ben))
    assert "Geh noch heute" in told[club.ben]["body_text"]
    assert "Geh noch heute" in told[club.ben]["body_html"]
    assert '<html lang="de">' in told[club.ben]["body_html"]
    assert told[club.ben]["subject"] == "clubmon: Eine Nachricht braucht dich heute"
    assert "See a doctor" in told[club.guardian]["body_text"]
