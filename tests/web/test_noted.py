"""What staff did and wrote about somebody's flags, on the athlete's page, to who may know of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from clubmon.club import consenting
from clubmon.policy import Consent
from tests.web.coach.test_today import Morning, morning

__all__ = ["morning"]


@pytest.fixture
def noted(club: Any) -> Any:
    """A load that was planned and a tight leg that is known, each dismissed with a note."""
    coach = club.be("coach")
    for tight, note in ((False, "training camp"), (True, "old scar, left")):
        path = f"/flags/{club.flag('athlete', uses_tightness=tight)}/handle"
        fields = {"action": "dismissed", "reason": "known", "note": note}
        assert club.post(coach, path, "/shown", **fields).status == 303
        club.later(minutes=1)
    return club


def page(club: Any, who: str) -> str:
    return str(club.be(who).get(f"/athlete/{club.ids['athlete']}").get_data(as_text=True))


@pytest.mark.parametrize("who", ["coach", "physio"])
def test_staff_read_what_was_done_why_and_by_whom(noted: Any, who: str) -> None:
    text = page(noted, who)
    assert "Done and noted" in text
    assert "Dismissed: Already being looked after: training camp. Coach." in text
    assert "Dismissed: Already being looked after: old scar, left. Coach." in text


def test_the_athlete_does_not_read_the_notes_of_staff(noted: Any) -> None:
    assert "old scar" not in page(noted, "athlete")
    assert "training camp" not in page(noted, "athlete")


def test_where_tightness_is_not_shared_neither_its_flag_nor_any_note_is_read(noted: Any) -> None:
    ids = noted.ids
    consenting.record(noted.store, ids["athlete"], Consent.TIGHTNESS, False, ids["athlete"],
                          "athlete", None, noted.now)  # fmt: skip
    text = page(noted, "coach")
    assert "Dismissed: Already being looked after. Coach." in text
    assert "old scar" not in text
    assert "training camp" not in text


def test_where_nothing_was_done_there_is_no_heading(club: Any) -> None:
    assert "Done and noted" not in page(club, "coach")


def test_the_pattern_comes_with_what_leads_to_it_and_not_with_what_was_answered(
    morning: Morning,
) -> None:
    club = morning.club
    morning.trains("athlete")
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, pattern, pattern_answers, drill_ids, known_at) "
        "VALUES ('c', ?, ?, 5, 0, false, 'neural', '{\"neural\": [\"toe_touch\"]}', '[]', ?)",
        [club.ids["athlete"], club.now.date(), club.now],
    )
    morning.dawns()
    text = page(club, "coach")
    assert "Pattern to discuss: neural (the nerve along the back of the leg)." in text
    assert "What leads to it: Two or more of the four signs" in text
    assert "toe" not in re.sub(r"<[^>]+>", "", text)  # form tokens hold any letters
