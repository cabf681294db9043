"""What an athlete's availability shows to whom, and who may say it."""

from __future__ import annotations

import pytest

from clubmon.club import consenting
from clubmon.policy import Consent
from tests.web.conftest import Club


def say(club: Club, who: str, about: str, state: str) -> int:
    page = f"/athlete/{club.ids[about]}"
    return club.post(club.be(who), f"{page}/availability", page, state=state).status


def read(club: Club, who: str, path: str) -> str:
    return club.be(who).get(path).get_data(as_text=True)


@pytest.mark.parametrize("who", ["athlete", "physio"])
def test_athlete_and_physio_say_it_and_the_coach_reads_the_word_alone(club: Club, who: str) -> None:
    assert say(club, who, "athlete", "limited") == 303
    for page in ("/today", f"/athlete/{club.ids['athlete']}"):
        text = read(club, "coach", page)
        assert ">limited<" in text
        assert "Said by" not in text
        assert 'name="state"' not in text


def test_who_may_say_it_reads_whose_word_counts(club: Club) -> None:
    say(club, "physio", "athlete", "out")
    say(club, "athlete", "athlete", "full")
    page = f"/athlete/{club.ids['athlete']}"
    assert "Said by your physio; the more careful word counts." in read(club, "athlete", page)
    assert "Said by a physio" in read(club, "physio", page)


def test_a_guardian_speaks_for_a_minor(club: Club) -> None:
    assert say(club, "guardian", "minor", "out") == 303
    assert ">out<" in read(club, "coach", "/today")


def test_another_word_is_refused_in_a_sentence(club: Club) -> None:
    assert say(club, "athlete", "athlete", "torn hamstring") == 400


def test_without_any_consent_a_coach_is_told_of_no_availability(club: Club) -> None:
    say(club, "athlete", "athlete", "out")
    club.later(minutes=1)
    by = club.ids["athlete"]
    consenting.record(club.store, by, Consent.LOAD, False, by, "athlete", None, club.now)
    assert ">out<" not in read(club, "coach", "/today")


def test_saying_it_leaves_no_word_in_the_audit_log(club: Club) -> None:
    say(club, "physio", "athlete", "out")
    rows = club.store.rows("SELECT action, detail FROM app.audit")
    assert not any("out" in row["detail"] for row in rows)
