"""Answer rates on their page, the optional questions, and who reads what was told besides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clubmon.club import consenting
from clubmon.hamstring import askedmore, checkins
from clubmon.hamstring.askedmore import More
from clubmon.hamstring.checkins import Training
from clubmon.policy import Consent
from clubmon.triage.triage import Answers
from clubmon.triage.weekly import Weekly, Wellness

if TYPE_CHECKING:
    from tests.web.conftest import Club

TOLD = More(Weekly(8, 6, 13, 17), Wellness(2, 4, 5))


def answer(club: Club, who: str, days_ago: int = 0, more: More | None = None) -> None:
    when = club.now - timedelta(days=days_ago)
    checkins.save(
        club.store, club.settings, club.ids[who], Answers(left=9, right=1), when, more=more
    )


def agree_earlier(club: Club) -> None:
    """As if consent had been given two months ago."""
    club.store.execute("app", "UPDATE app.consent SET known_at = known_at - INTERVAL 60 DAY")


def page(club: Club, who: str, where: str = "/checkins") -> str:
    text = club.be(who).get(where).get_data(as_text=True)
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&#39;", "'")


def test_a_coach_reads_how_often_and_never_what(club: Club) -> None:
    agree_earlier(club)
    for days_ago in (0, 1, 2, 9):
        answer(club, "athlete", days_ago, TOLD)
    text = page(club, "coach")
    assert "Athlete 2/7 33 % today" in text  # since the team's first answer, nine days
    assert "11 % of days answered" not in text
    assert "1 of 3 have answered today" in text
    assert not re.search(r"\b9/10|Left|44|strain|neural", text)


def test_the_quiet_are_listed_by_name_and_last_day_and_get_no_mail(club: Club) -> None:
    agree_earlier(club)
    answer(club, "athlete", 1)
    answer(club, "minor", 6)
    text = page(club, "physio")
    quiet = text.split("Quiet", 1)[1].split("Team A")[0]
    assert "Minor last on Wed 11 Nov" in quiet
    assert "Reserved nothing since Wed 11 Nov" in quiet
    assert "Athlete" not in quiet
    today = page(club, "coach", "/today")
    assert "Quiet: 2 athletes have not answered a check-in for 4 days or more: Minor" in today
    assert club.store.rows("SELECT * FROM app.message") == []


def test_who_is_not_asked_is_named_as_such_and_never_quiet(club: Club) -> None:
    agree_earlier(club)
    answer(club, "athlete", 20)
    club.later(minutes=1)
    by = club.ids["reserved"]
    consenting.record(club.store, by, Consent.HEALTH, False, by, "athlete", None, club.now)
    text = page(club, "coach")
    assert "Reserved" not in text.split("Not asked")[0]
    assert "Reserved" in text.split("Not asked")[1]


def test_a_team_of_others_is_not_shown(club: Club) -> None:
    answer(club, "athlete")
    assert "Team A" not in page(club, "outsider")


# -- sleep, soreness, stress -----------------------------------------------------------------


def switch(club: Club, who: str, on: bool) -> int:
    where = f"/checkins/{club.ids['team']}/wellness"
    start = "/admin" if who == "admin" else "/checkins"
    posted = club.post(club.be(who), where, start, on="yes" if on else "no")
    assert posted.location == start
    return posted.status


@pytest.mark.parametrize("who", ["coach", "admin"])
def test_the_three_are_off_until_a_coach_or_an_admin_asks_for_them(club: Club, who: str) -> None:
    answer(club, "athlete", 0, TOLD)
    assert club.store.rows("SELECT * FROM app.wellness") == []  # not asked, so not kept
    assert switch(club, who, on=True) == 303
    answer(club, "athlete", 0, TOLD)
    (row,) = club.store.rows("SELECT sleep, soreness, stress FROM app.wellness")
    assert tuple(row.values()) == (2, 4, 5)
    switch(club, who, on=False)
    answer(club, "athlete", 0, TOLD)
    assert len(club.store.rows("SELECT * FROM app.wellness")) == 1
    assert club.audited()[-2:] == ["wellness_on", "wellness_off"]


@pytest.mark.parametrize(
    ("who", "score", "answers"),
    [
        ("athlete", True, True),
        ("physio", True, True),
        ("coach", True, False),  # the athlete shares tightness
    ],
)
def test_the_weekly_score_is_for_whoever_sees_tightness_and_its_answers_for_the_physio(
    club: Club, who: str, score: bool, answers: bool
) -> None:
    askedmore.set_wellness(club.store, club.ids["team"], True, club.ids["coach"], club.now)
    answer(club, "athlete", 0, TOLD)
    text = page(club, who, f"/athlete/{club.ids['athlete']}")
    assert ("Weekly questions" in text and " 44 " in text) is score
    assert ("I had to leave" not in text and "Quite a bit" in text) is answers
    assert ("Sleep, soreness, stress" in text) is answers


def test_without_that_consent_a_coach_sees_no_weekly_score(club: Club) -> None:
    answer(club, "reserved", 0, TOLD)
    where = f"/athlete/{club.ids['reserved']}"
    assert "Weekly questions" not in page(club, "coach", where)
    assert "Weekly questions" in page(club, "physio", where)


def test_the_trend_has_a_score_per_week_and_a_gap_where_none_was_given(club: Club) -> None:
    answer(club, "athlete", 21, More(Weekly(participation=0)))
    answer(club, "athlete", 7, More(Weekly(25, 25, 25, 25)))
    answer(club, "athlete", 7, More(Weekly(pain=8)))  # a gap takes no score back
    answer(club, "athlete", 0, TOLD)
    text = page(club, "athlete", f"/athlete/{club.ids['athlete']}")
    assert "no answer, 0, no answer, 100, 44" in text


def test_an_answer_of_ratings_alone_counts_as_answered(club: Club) -> None:
    checkins.save(
        club.store, club.settings, club.ids["athlete"], Answers(), club.now,
        training=Training(yesterday="rest"),
    )  # fmt: skip
    assert "Athlete – – today" in page(club, "coach")
