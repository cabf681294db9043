"""Referrals: the physio of the team reads, acknowledges and closes; nobody else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, enrolling, showing
from clubmon.club.showing import Showing
from clubmon.policy import Consent
from clubmon.storage.store import Row

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.conftest import Club

DECISION = "Seen on Wednesday; runs again from Friday, easy only."


def page(club: Club, who: str = "physio") -> str:
    """The page's text."""
    return club.be(who).get("/referrals").get_data(as_text=True)


def page_of(client: FlaskClient) -> str:
    """The page that follows, with what was said of the last deed."""
    return client.get("/referrals").get_data(as_text=True)


def row(club: Club, referral_id: str) -> Row:
    """The referral as it is on record."""
    found = club.store.row("SELECT * FROM app.referral WHERE referral_id = ?", [referral_id])
    assert found
    return found


def test_a_referral_shows_who_how_urgent_when_and_the_answers_in_words(club: Club) -> None:
    club.refer("athlete", right_score=2, strain_signs='["pop"]', something_else=True)
    text = page(club)
    for said in (
        "Same day",
        "Warning sign",
        f'href="/athlete/{club.ids["athlete"]}"',
        "Tue 17 Nov 2026, 06:00",
        "Left hamstring: 6/10, upper part.",
        "Right hamstring: 2/10.",
        "Ticked: “A hot, swollen or tender calf”.",
        "Ticked: “I felt or heard a pop”.",
        "Something else was ticked.",
        "Not read yet.",
    ):
        assert said in text


def test_what_was_not_answered_is_never_shown_as_no(club: Club) -> None:
    club.refer("athlete", strain_signs=None, left_score=None)
    text = page(club)
    assert "Left hamstring: not answered." in text
    assert "The list of signs of a strain: not answered." in text
    assert "None of the signs of a strain." not in text


def test_none_of_these_is_shown_as_said(club: Club) -> None:
    club.refer("athlete", strain_signs="[]")
    assert "None of the signs of a strain." in page(club)


def test_the_most_urgent_stands_first(club: Club) -> None:
    club.refer("athlete", "within_days")
    club.later(minutes=1)
    club.refer("reserved", "same_day")
    club.later(minutes=1)
    club.refer("minor", "emergency")
    text = page(club)
    assert text.index(">Minor<") < text.index(">Reserved<") < text.index(">Athlete<")


def test_only_athletes_of_the_physio_s_teams_are_listed(club: Club) -> None:
    club.refer("athlete_b")
    assert "Athlete B" not in page(club)
    assert "None is open" in page(club)


def test_without_health_consent_nothing_is_listed_or_handled(club: Club) -> None:
    referral_id, me = club.refer("athlete"), club.ids["athlete"]
    club.refer("reserved")
    client = club.be("physio")
    club.later(minutes=1)
    consenting.record(club.store, me, Consent.HEALTH, False, me, "athlete", None, club.now)
    assert ">Athlete<" not in page(club)
    where = f"/referral/{referral_id}/close"
    assert club.post(client, where, "/referrals", decision=DECISION).status == 404
    assert row(club, referral_id)["closed_at"] is None


def test_reading_is_acknowledged_once_by_the_first(club: Club) -> None:
    referral_id, client = club.refer("athlete"), club.be("physio")
    club.later(minutes=20)
    where = f"/referral/{referral_id}/acknowledge"
    assert club.post(client, where, "/referrals").location == "/referrals"
    first = row(club, referral_id)
    assert first["acknowledged_at"] == club.now
    assert first["acknowledged_by"] == club.ids["physio"]
    assert first["closed_at"] is None
    assert "by Physio" in page(club)
    club.later(hours=1)
    club.post(client, where, "/referrals")
    assert row(club, referral_id) == first
    assert club.audited().count("referral_acknowledged") == 1


def test_a_recorded_decision_closes_it_and_takes_it_off_the_list(club: Club) -> None:
    referral_id, client = club.refer("athlete"), club.be("physio")
    club.later(hours=3)
    posted = club.post(
        client, f"/referral/{referral_id}/close", "/referrals", decision=f" {DECISION} "
    )
    assert posted.location == "/referrals"
    closed = row(club, referral_id)
    assert (closed["decision"], closed["closed_by"]) == (DECISION, club.ids["physio"])
    assert closed["closed_at"] == closed["acknowledged_at"] == club.now
    open_ones, _, closed_ones = page(club).partition("Closed in the last 30 days")
    assert ">Athlete<" not in open_ones
    assert ">Athlete<" in closed_ones


def test_a_closed_one_keeps_its_first_decision(club: Club) -> None:
    referral_id, client = club.refer("athlete"), club.be("physio")
    club.refer("reserved")  # keeps a form on the page
    where = f"/referral/{referral_id}/close"
    club.post(client, where, "/referrals", decision=DECISION)
    first = row(club, referral_id)
    club.later(days=1)
    club.post(client, where, "/referrals", decision="Something else")
    assert row(club, referral_id) == first
    assert "It was closed already; the decision on record stays." in page_of(client)
    assert club.audited().count("referral_closed") == 1


@pytest.mark.parametrize("decision", ["", "   ", "x" * 2001])
def test_nothing_closes_without_a_decision_of_usable_length(club: Club, decision: str) -> None:
    referral_id = club.refer("athlete")
    posted = club.post(
        club.be("physio"), f"/referral/{referral_id}/close", "/referrals", decision=decision
    )
    assert posted.status == 400
    assert "Nothing was closed" in posted.text
    assert row(club, referral_id)["closed_at"] is None


def test_the_audit_log_names_the_deed_and_holds_no_health_data(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    referral_id, client = club.refer("athlete"), club.be("physio")
    with caplog.at_level(logging.DEBUG):
        club.post(client, f"/referral/{referral_id}/acknowledge", "/referrals")
        club.post(client, f"/referral/{referral_id}/close", "/referrals", decision=DECISION)
    assert club.audited() == ["referral_acknowledged", "referral_closed"]
    text = str(club.store.rows("SELECT * FROM app.audit"))
    for hidden in ("Friday", "calf", "same_day", "refer'"):
        assert hidden not in text
        assert hidden not in caplog.text


def test_a_decision_is_shown_as_text_whatever_it_holds(club: Club) -> None:
    enrolling.add_person(club.store, "<b>Bold</b>", "bold@example.org", club.now)
    text = club.be("admin").get("/admin").get_data(as_text=True)
    assert "&lt;b&gt;Bold" in text


def answer(club: Club, who: str, pattern: str | None = "physio", **more: object) -> None:
    """A check-in of now that opened no referral."""
    row: dict[str, object] = {
        "checkin_id": str(uuid7()),
        "athlete_id": club.ids[who],
        "local_date": club.now.date(),
        "known_at": club.now,
        "left_score": 5,
        "left_place": "upper",
        "something_else": False,
        "refer_signs": "[]",
        "strain_signs": "[]",
        "pattern": pattern,
        **more,
    }
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    club.store.execute(
        "app", f"INSERT INTO app.checkin ({names}) VALUES ({marks})", list(row.values())
    )


def test_answers_that_end_at_the_physio_can_be_read_here(club: Club) -> None:
    answer(club, "athlete", pattern_answers='{"limits": [], "neural": ["sitting_hurts"]}')
    answer(club, "reserved", "talk", something_else=True)
    text = page(club)
    for said in (
        "Answers to read",
        "<b>Athlete</b> · Tue 17 Nov · Was told to talk to you",
        "Left hamstring: 5/10, upper part.",
        "Is one of these true for you? None of these.",
        "Which of these fit? Sitting on it hurts, high up at the sit bone.",
        "<b>Reserved</b> · Tue 17 Nov · Ticked “something else” and no sign that refers",
    ):
        assert said in text


def test_answers_to_read_are_the_newest_of_a_week_and_nothing_else(club: Club) -> None:
    answer(club, "athlete", left_score=8)
    club.later(days=1)
    answer(club, "athlete", left_score=9)
    answer(club, "reserved", "neural")
    answer(club, "minor", "talk")
    text = page(club)
    assert "9/10" in text
    assert "8/10" not in text
    assert "Reserved" not in text
    assert "Minor" not in text
    club.later(days=7)
    assert "Answers to read" not in page(club)


def test_an_answer_replaced_on_the_same_day_is_not_listed(club: Club) -> None:
    answer(club, "athlete", "talk", something_else=True)
    club.later(minutes=1)
    answer(club, "athlete", "neural", something_else=True)
    assert "Answers to read" not in page(club)


def test_answers_of_other_teams_or_without_consent_are_not_listed(club: Club) -> None:
    answer(club, "athlete_b")
    answer(club, "athlete")
    club.later(minutes=1)
    me = club.ids["athlete"]
    consenting.record(club.store, me, Consent.HEALTH, False, me, "athlete", None, club.now)
    assert "Answers to read" not in page(club)


def test_a_coach_learns_nothing_here(club: Club) -> None:
    club.refer("athlete")
    response = club.be("coach").get("/referrals")
    assert response.status_code == 403
    assert "Athlete" not in response.get_data(as_text=True)


def test_the_page_is_in_the_language_of_who_reads_it(club: Club) -> None:
    club.refer("athlete", right_score=2, strain_signs='["pop"]', something_else=True)
    showing.choose(club.store, club.ids["physio"], Showing(language="de"), club.now)
    said = page(club)
    for words in (
        "<b>Am selben Tag</b> · Warnzeichen",
        "Noch nicht gelesen.",
        "Ich habe es gelesen",
    ):
        assert words in said
    assert "hamstring" not in said
    assert "Ticked" not in said
