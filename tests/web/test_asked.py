"""What somebody who has only Today asks of it: what changed, by when, how sure, who is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import consenting
from clubmon.flag import nextstep
from clubmon.hamstring import referrals
from clubmon.policy import Consent
from tests.conftest import record_sessions
from tests.web.coach.test_today import JUMP, Morning, morning

__all__ = ["morning"]

NEW = "New since this time yesterday:"
LEFT = "No longer on the list:"


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """One is referred, one is tight, one's load is unusual and their tightness is not shared."""
    return further(lambda club: _begun(Morning(club, partial(record_sessions, club.store))))


def _begun(morning: Morning) -> None:
    morning.trains("athlete")
    morning.trains("minor")
    morning.trains("reserved", JUMP)
    morning.club.refer("athlete", left_score=1)
    morning.answers("minor", 6, pattern="neural", drill_ids='["D3"]')
    morning.answers("reserved", 8)
    morning.dawns()


@pytest.fixture
def asked(begun: Any, morning: Morning) -> Morning:
    """A copy of it."""
    return morning


def changed(morning: Morning, who: str = "coach") -> str:
    """The line about what changed."""
    found = re.search(r'<p class="changed.*?</p>', morning.page(who).html, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0])) if found else ""


def test_what_is_new_since_yesterday_is_said_first_and_since_when_beside_each(
    asked: Morning,
) -> None:
    assert f"{NEW} Athlete, Minor." in changed(asked)
    assert "Since today" in (asked.page().entry("Minor") or "")
    asked.club.later(days=1, minutes=1)
    assert "Nobody new since this time yesterday" in changed(asked)
    assert "Since Tue 17 Nov" in (asked.page().entry("Minor") or "")


def test_what_was_answered_since_stands_beside_what_the_flag_was_raised_for(
    asked: Morning,
) -> None:
    assert "Newest answer" not in (asked.page().entry("Minor") or "")
    asked.club.later(days=1)
    asked.answers("minor", 3)
    said = re.sub(r"<[^>]+>", "", asked.page().entry("Minor") or "")
    assert "Newest answer, Wed 18 Nov: left 3/10, right 1/10." in said
    assert "Newest answer" not in asked.page("outsider").html


def test_what_was_found_late_says_on_which_day(asked: Morning) -> None:
    asked.club.later(days=2)
    asked.club.store.execute("app", "UPDATE app.flag SET known_at = known_at + INTERVAL 2 DAY")
    assert "Since Tue 17 Nov, found today" in (asked.page().entry("Minor") or "")
    asked.club.later(days=1)
    assert "Since Tue 17 Nov, found on Thu 19 Nov" in (asked.page().entry("Minor") or "")


def test_who_left_the_list_is_named_to_who_could_see_why_they_were_on_it(asked: Morning) -> None:
    club = asked.club
    (row,) = club.store.rows("SELECT referral_id FROM app.referral")
    club.later(hours=2)
    assert referrals.close(club.store, row["referral_id"], club.ids["physio"], "Rest", club.now)
    assert f"{LEFT} Athlete." in changed(asked)
    consenting.record(club.store, club.ids["athlete"], Consent.TIGHTNESS, False,
                          club.ids["athlete"], "athlete", None, club.now)  # fmt: skip
    assert LEFT not in changed(asked)
    assert f"{LEFT} Athlete." in changed(asked, "physio")
    club.later(days=1, minutes=1)
    assert LEFT not in changed(asked, "physio")


def test_what_nobody_dealt_with_for_a_week_leaves_the_list_by_name(asked: Morning) -> None:
    asked.club.later(days=7)
    assert f"{LEFT} Minor." in changed(asked)


def test_each_says_by_when_and_how_to_begin(asked: Morning) -> None:
    page = asked.page()
    athlete, minor, reserved = (page.entry(name) or "" for name in ("Athlete", "Minor", "Reserved"))
    assert nextstep.BEFORE_THEY_TRAIN in athlete
    assert nextstep.SAY["referred"] in athlete
    assert nextstep.BEFORE_HARD in minor
    assert nextstep.SAY["drill"] in minor
    assert nextstep.CAN_WAIT in reserved
    assert nextstep.SAY["watch"] in reserved


def test_the_physio_reads_what_is_theirs_to_do_and_nothing_about_the_physio(asked: Morning) -> None:
    entry = asked.page("physio").entry("Athlete") or ""
    assert f"{nextstep.BEFORE_THEY_TRAIN}</b> {nextstep.TREAT['referred']}" in entry
    assert nextstep.SAY["referred"] not in entry
    assert "the physio" not in entry
    assert "it is yours to read" in entry


def test_every_kind_of_step_says_by_when_and_what(asked: Morning) -> None:
    for one in (nextstep.REFERRED, nextstep.TO_PHYSIO, nextstep.WAIT, nextstep.TALK,
                nextstep.WATCH, nextstep.LOOK_FIRST):  # fmt: skip
        assert one.by
        assert one.say


def test_what_the_numbers_rest_on_stands_beside_them(asked: Morning) -> None:
    assert "7 of 7 days" in (asked.page().entry("Minor") or "")
    assert "1 of 7 check-ins" in (asked.page().entry("Minor") or "")
    asked.club.later(days=2)
    asked.dawns()
    assert "5 of 7 days" in (asked.page().entry("Minor") or "")


def test_what_came_of_the_last_drill_stands_where_the_next_is_offered(asked: Morning) -> None:
    club = asked.club
    plan_id = club.plan("minor", "D1")
    club.store.execute(
        "app",
        "INSERT INTO app.plan_event VALUES (?, ?, ?, 'ended', ?, ?, '', ?)",
        [str(uuid7()), plan_id, club.ids["minor"], asked.today - timedelta(days=3),
         json.dumps({"outcome": "better", "reason": "recheck", "change": -3}), club.now],
    )  # fmt: skip
    entry = asked.page().entry("Minor") or ""
    assert "Last drill: D1" in entry
    assert "Tightness fell by" in entry


def test_whose_drill_runs_quietly_is_listed_to_who_may_know(asked: Morning) -> None:
    club = asked.club
    asked.join("robin", Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS)
    asked.join("sasha", Consent.LOAD, Consent.HEALTH)
    for who in ("robin", "sasha"):
        club.plan(who)
    assert "On a drill, and nothing stands out: 1" in asked.page().text
    assert "On a drill, and nothing stands out: 2" in asked.page("physio").text


def test_who_is_missing_comes_with_whose_matter_that_is(asked: Morning) -> None:
    asked.join("robin", Consent.LOAD)
    asked.join("sasha")
    page = asked.page()
    assert "Yours to ask: did you train" in page.text
    assert "Not sharing loads: their choice, and nothing to chase" in page.text


def test_after_eccentric_work_the_session_is_named_to_who_sees_loads(asked: Morning) -> None:
    club = asked.club
    asked.answers("minor", 5, pattern="after_eccentric", known_at=club.now)
    club.store.execute(
        "lake",
        "INSERT INTO lake.marts.daily_load BY NAME SELECT d.* EXCLUDE (channel, load), "
        "'eccentric_sets' AS channel, 6 AS load FROM lake.marts.daily_load AS d "
        "WHERE d.channel = 'run_m' AND d.local_date = ?",
        [asked.today - timedelta(days=2)],
    )
    assert "Eccentric work: 6 sets on Sun 15 Nov." in (asked.page().entry("Minor") or "").replace(
        "<b>", ""
    ).replace("</b>", "")
