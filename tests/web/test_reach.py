"""A coach reads who treats a referred athlete and how to reach them, where they may know of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from clubmon.club import consenting, enrolling
from clubmon.club.contacts import NO_PHYSIO, NOBODY, NOBODY_OF_OWN
from clubmon.policy import Consent, Role
from tests.conftest import record_sessions
from tests.web.coach.test_today import Morning, morning

__all__ = ["morning"]

MAIL = '<a href="mailto:physio@example.org">physio@example.org</a>'


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """Two are referred; one of them keeps tightness from the coach. A third is to be seen first."""
    return further(lambda club: _referred(Morning(club, partial(record_sessions, club.store))))


def _referred(morning: Morning) -> None:
    for who in ("athlete", "reserved", "minor"):
        morning.trains(who)
    for who in ("athlete", "reserved"):
        morning.club.refer(who)
    morning.answers("minor", 9)
    morning.dawns()


@pytest.fixture
def referred(begun: Any, morning: Morning) -> Morning:
    """A copy of it."""
    return morning


def of(morning: Morning, who: str, athlete: str) -> str:
    path = f"/athlete/{morning.club.ids[athlete]}"
    return str(morning.club.be(who).get(path).get_data(as_text=True))


def without_physio(morning: Morning) -> None:
    morning.club.store.execute("app", "DELETE FROM app.role WHERE role = 'physio'")


def test_at_a_referral_the_coach_reads_who_has_it_and_an_address(referred: Morning) -> None:
    entry = referred.page().entry("Athlete") or ""
    assert f"Physio: Physio, {MAIL}" in entry
    assert MAIL in of(referred, "coach", "athlete")


def test_at_who_the_physio_should_see_first_it_stands_too(referred: Morning) -> None:
    entry = referred.page().entry("Minor") or ""
    assert "To the physio" in entry
    assert MAIL in entry


def test_the_athletes_page_says_the_step_and_whom_to_turn_to(referred: Morning) -> None:
    page = of(referred, "coach", "athlete")
    assert "No drill. The physio decides what comes next." in page
    assert f"Physio: Physio, {MAIL}" in page


def test_the_address_alone_is_in_the_link(referred: Morning) -> None:
    for part in referred.page().html.split("mailto:")[1:]:
        assert part.startswith('physio@example.org"')


def test_where_tightness_is_hidden_nothing_at_the_athlete_points_to_a_physio(
    referred: Morning,
) -> None:
    page = referred.page()
    assert page.entry("Reserved") is None
    assert "mailto:" not in page.row("Reserved")
    assert "Referred" not in of(referred, "coach", "reserved")


def test_the_athletes_page_names_the_physio_whether_or_not_anything_is_open(
    referred: Morning,
) -> None:
    """Else its presence would tell of a referral that is hidden."""
    for who in ("athlete", "reserved"):
        assert MAIL in of(referred, "coach", who)


@pytest.mark.parametrize("taken", [Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS])
def test_a_consent_taken_back_takes_it_off_today(referred: Morning, taken: Consent) -> None:
    ids = referred.club.ids
    assert MAIL in (referred.page().entry("Athlete") or "")
    consenting.record(referred.club.store, ids["athlete"], taken, False, ids["athlete"],
                          "athlete", None, referred.club.now)  # fmt: skip
    assert MAIL not in (referred.page().entry("Athlete") or "")


def test_the_physio_is_not_told_their_own_address(referred: Morning) -> None:
    assert "mailto:" not in referred.page("physio").html
    assert "mailto:" not in of(referred, "physio", "athlete")


@pytest.mark.parametrize("who", ["athlete", "reserved"])
def test_who_is_referred_reads_on_the_own_page_whom_to_turn_to(referred: Morning, who: str) -> None:
    assert f"Physio: Physio, {MAIL}." in of(referred, who, who)


def test_the_first_page_after_signing_in_says_it_too_at_a_referral(referred: Morning) -> None:
    club = referred.club
    for who, athlete, told in (("athlete", "athlete", True), ("guardian", "minor", False)):
        page = club.be(who).get(f"/athlete/{club.ids[athlete]}/home").get_data(as_text=True)
        assert (f"Physio: Physio, {MAIL}." in page) is told


def test_a_guardian_reads_whom_to_turn_to_for_the_child_alone(referred: Morning) -> None:
    assert MAIL in of(referred, "guardian", "minor")
    assert MAIL not in of(referred, "guardian", "athlete")


def test_who_is_not_referred_finds_no_address(referred: Morning) -> None:
    referred.club.store.execute("app", "DELETE FROM app.flag WHERE tier >= 2")
    for who in ("athlete", "guardian"):
        whose = "minor" if who == "guardian" else who
        assert "mailto:" not in of(referred, who, whose)


def test_an_athlete_without_a_physio_is_told_where_else_to_turn(referred: Morning) -> None:
    without_physio(referred)
    page = of(referred, "athlete", "athlete")
    assert f"Medical contact: Physio, {MAIL}." in page
    assert NO_PHYSIO not in page
    referred.club.store.execute("app", "UPDATE app.team SET medical_contact_id = NULL")
    page = of(referred, "athlete", "athlete")
    assert NOBODY_OF_OWN in page
    assert "mailto:" not in page


@pytest.mark.parametrize("who", ["admin", "outsider", "nobody"])
def test_others_find_no_address_on_either_page(referred: Morning, who: str) -> None:
    client = referred.club.be(who)
    minor = f"/athlete/{referred.club.ids['minor']}"
    own = f"/athlete/{referred.club.ids['athlete']}"
    pages = [client.get(path).get_data(as_text=True) for path in ("/today", own, minor)]
    assert "physio@example.org" not in "".join(pages)


def test_a_team_without_a_physio_is_told_so_and_what_to_do(referred: Morning) -> None:
    without_physio(referred)
    entry = referred.page().entry("Athlete") or ""
    assert f"Medical contact: Physio, {MAIL}" in entry
    assert NO_PHYSIO in entry
    referred.club.store.execute("app", "UPDATE app.team SET medical_contact_id = NULL")
    entry = referred.page().entry("Athlete") or ""
    assert NOBODY in entry
    assert "mailto:" not in entry


def test_a_parent_who_coaches_reads_it_as_a_coach(referred: Morning) -> None:
    club = referred.club
    enrolling.add_role(club.store, club.ids["guardian"], Role.COACH, club.ids["team"], club.now)
    assert MAIL in (referred.page("guardian").entry("Minor") or "")
