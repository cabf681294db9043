"""Plans in the morning's note of staff: who is on one, and whose end waits for a physio."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import enrolling
from clubmon.flag import flagging
from clubmon.hamstring import planning
from clubmon.hamstring.planning import Tap
from clubmon.message import mailchoices, notify
from clubmon.policy import Consent, Role
from tests.message.notes.test_notify import NEURAL, answer_for_a_drill, same_words
from tests.message.notes.test_plan_notes import answer, assign

MORNING = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOK = "Plans to look at"


def run(club: Any, days: int = 0) -> None:
    now = NOW + days * DAY
    planning.settle_all(club.store, club.settings, now)
    flagging.flag(club.store, club.settings, MORNING + days * DAY, now)
    notify.morning(club.store, club.settings, MORNING + days * DAY, now)


def body(club: Any, who: str) -> str:
    row = club.mails("morning").get(getattr(club, who))
    return str(row["body_text"]) if row else ""


@pytest.fixture
def worse(club: Any) -> Any:
    """A club in which Ana said yesterday that her plan made it worse."""
    answer_for_a_drill(club)
    club.ended = assign(club)
    said = Tap("worse")
    planning.tap(club.store, club.settings, club.ended, MORNING - DAY, said, "", NOW - 9 * HOUR)
    return club


def test_the_physio_is_told_of_a_plan_that_got_worse_and_what_waits_for_it(worse: Any) -> None:
    run(worse)
    said = body(worse, "physio")
    assert LOOK in said
    assert "Ana Okafor\n- Monday 16 November: It got worse" in said
    assert "No new plan begins for them before a physio has looked" in said
    assert "/referrals" in said
    row = worse.mails("morning")[worse.physio]
    assert row["subject"] == "Your clubmon note for Tuesday"
    assert '"look"' in row["parts"]
    assert same_words(row["body_text"], row["body_html"])


def test_a_plan_without_a_fall_is_told_on_the_morning_after_its_re_check(club: Any) -> None:
    answer_for_a_drill(club)
    assign(club)
    for days in (7, 14):
        answer(club, NOW + days * DAY, NEURAL)
    run(club, 14)
    assert "Tightness did not fall by 2 points within the time" in body(club, "physio")


def test_it_stands_in_every_note_until_somebody_has_looked(worse: Any) -> None:
    for days in (0, 1):
        run(worse, days)
        assert LOOK in body(worse, "physio")
    now = NOW + DAY + HOUR
    planning.note(worse.store, worse.settings, worse.ended, worse.physio, now)
    told = worse.mails("morning")[worse.physio]["message_id"]
    run(worse, 2)
    assert worse.mails("morning")[worse.physio]["message_id"] == told


def test_nobody_else_is_told(worse: Any) -> None:
    run(worse)
    for who in ("coach", "ana", "doctor", "guardian"):
        assert LOOK not in body(worse, who)


@pytest.mark.parametrize("why", ["consent", "switched_off", "other_team"])
def test_a_physio_is_not_told_who_may_not_or_will_not_be(worse: Any, why: str) -> None:
    if why == "consent":
        worse.consent(worse.ana, Consent.HEALTH, granted=False)
    elif why == "switched_off":
        mailchoices.switch(worse.store, worse.physio, ("look",), NOW - DAY, on=False)
    else:
        other = enrolling.add_team(worse.store, "Second", NOW - DAY)
        worse.physio = enrolling.add_person(worse.store, "Pau", "pau@example.org", NOW - DAY)
        enrolling.add_role(worse.store, worse.physio, Role.PHYSIO, other, NOW - DAY)
    run(worse)
    assert LOOK not in body(worse, "physio")


def test_the_coach_reads_that_a_physio_looks_first_instead_of_a_drill(worse: Any) -> None:
    answer(worse, NOW - HOUR)
    run(worse)
    said = body(worse, "coach")
    assert "Next: A physio looks first." in said
    assert "nerve glide" not in said


def test_the_coach_reads_that_somebody_is_on_a_plan_and_how_it_goes(club: Any) -> None:
    answer_for_a_drill(club)
    assign(club)
    run(club)
    said = body(club, "coach")
    assert "Next: On a plan." in said
    assert "Re-check Mon 23 Nov." in said
    assert "nerve glide" not in said


def test_without_the_athletes_tightness_a_coach_reads_nothing_of_a_plan(club: Any) -> None:
    answer_for_a_drill(club)
    assign(club)
    club.spike(club.ana, MORNING)
    club.consent(club.ana, Consent.TIGHTNESS, granted=False)
    run(club)
    assert "plan" not in body(club, "coach").lower()
