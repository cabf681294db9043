"""Doubtful sessions: who is asked, what each decision changes, and that it can be taken back."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clubmon import jobs
from clubmon.arrival import doubtful, ingest
from clubmon.arrival.doubtful import DecisionRefused, Doubtful
from clubmon.club import consenting
from clubmon.load import models
from clubmon.policy import Consent
from clubmon.web.files import doubtful as page_of

if TYPE_CHECKING:
    from tests.web.conftest import Club

STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Elapsed Time,"
    "Moving Time,Distance,Elevation Gain\n"
)
LEFT_RUNNING = '1,"Nov 10, 2026, 16:00:00",Evening,Run,23340,1.28,23340,23340,1280,30\n'
FINE = '2,"Nov 12, 2026, 16:00:00",Morning,Run,3600,10,3600,3600,10000,30\n'
FIRST = '4,"Nov 8, 2026, 16:00:00",First,Run,3600,10,3600,3600,10000,30\n'
AHEAD = '3,"Nov 12, 2027, 16:00:00",Ahead,Run,3600,10,3600,3600,10000,30\n'
HEAVY = (
    "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    'Gym,"3 Nov 2026, 18:00","3 Nov 2026, 19:00",Squat (Barbell),0,normal,5000,5,8\n'
)
DAY = date(2026, 11, 10)


def bring(club: Club, folder: Path, text: str, who: str = "athlete") -> None:
    path = folder / f"{who}.csv"
    path.write_text(text, encoding="utf-8")
    assert not ingest.store_file(
        club.store, club.settings, club.ids[who], path, path.name, club.now
    ).refusals


@pytest.fixture
def doubted(club: Club, tmp_path: Path) -> Club:
    """The athlete left the watch running once."""
    bring(club, tmp_path, STRAVA + FIRST + LEFT_RUNNING + FINE)
    club.later(minutes=5)
    return club


def sessions(club: Club, who: str = "athlete") -> list[Doubtful]:
    return doubtful.found(club.store, [club.ids[who]], club.now)


def text(club: Club, who: str, page: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", club.be(who).get(page).get_data(as_text=True))
    return " ".join(html.unescape(plain).split())


def where(club: Club, who: str = "athlete") -> str:
    return f"/athlete/{club.ids[who]}/doubtful"


def decide(club: Club, decision: str, by: str = "athlete", **fields: str) -> tuple[int, str]:
    (one,) = sessions(club)
    page = where(club)
    posted = club.post(club.be(by), f"{page}/{one.session_id}", page, decision=decision, **fields)
    club.later(minutes=1)
    return posted.status, html.unescape(posted.text)


def load(club: Club, day: date = DAY) -> tuple[object, object]:
    """State and metres run of a day, computed now."""
    (row,) = models.of_athlete(
        club.store,
        "SELECT d.state, d.load FROM lake.marts.daily_load AS d "
        f"WHERE d.channel = 'run_m' AND d.local_date = DATE '{day}'",
        club.ids["athlete"],
        club.now.date(),
        club.now,
    )
    return row["state"], row["load"]


def test_the_page_says_what_why_and_what_counts_meanwhile(doubted: Club) -> None:
    said = text(doubted, "athlete", where(doubted))
    assert "1 session waits for a decision." in said
    assert "Evening Tue 10 Nov 2026, 17:00 1.28 km 389 min" in said
    assert "slower than 20:00: check whether the watch was left running" in said
    assert "Until then Tue 10 Nov 2026 is shown as unknown for running." in said
    assert load(doubted) == ("unknown", None)


def test_kept_it_counts_as_it_is(doubted: Club) -> None:
    assert decide(doubted, "keep")[0] == 303
    assert load(doubted) == ("trained", 1280)


def test_mended_it_counts_with_what_was_entered_and_the_original_is_kept(doubted: Club) -> None:
    assert decide(doubted, "mend", minutes="8")[0] == 303
    assert load(doubted) == ("trained", 1280)
    (one,) = sessions(doubted)
    assert (one.decision, one.mend.seconds, one.seconds) == ("mend", 480, 23340)
    assert "Mended: 8 min" in text(doubted, "athlete", where(doubted))


def test_dropped_it_is_left_out(doubted: Club) -> None:
    assert decide(doubted, "drop")[0] == 303
    assert load(doubted)[1] in (None, 0)


@pytest.mark.parametrize("first", ["keep", "drop"])
def test_every_decision_can_be_taken_back(doubted: Club, first: str) -> None:
    decide(doubted, first)
    assert sessions(doubted)[0].waits is False
    assert decide(doubted, "undo")[0] == 303
    assert sessions(doubted)[0].waits is True
    assert load(doubted) == ("unknown", None)
    rows = doubted.store.rows("SELECT decision FROM app.quarantine_decision ORDER BY known_at")
    assert [row["decision"] for row in rows] == [first, "undo"]


def test_an_earlier_moment_knows_nothing_of_a_later_decision(doubted: Club) -> None:
    before = doubted.now
    decide(doubted, "mend", minutes="8", km="1.4")
    assert load(doubted) == ("trained", 1400)
    doubted.now = before - timedelta(seconds=1)
    assert load(doubted) == ("unknown", None)


def test_what_a_night_keeps_of_the_years_before_notices_a_decision(
    club: Club, tmp_path: Path
) -> None:
    old = LEFT_RUNNING.replace("Nov 10, 2026", "Nov 10, 2025")
    bring(club, tmp_path, STRAVA + FIRST.replace("2026", "2025") + old + FINE)
    for decision, fields in ((None, {}), ("mend", {"minutes": "50", "km": "9"})):
        club.later(hours=1)
        if decision:
            assert decide(club, decision, **fields)[0] == 303
        jobs.rebuild(club.store, club.settings, club.now, from_raw=False)
        ctl = "SELECT ctl FROM lake.marts.load_past WHERE channel = 'run_m'"
        fields["ctl"] = str(club.store.rows(ctl))
        if decision:
            after = fields["ctl"]
        else:
            before = fields["ctl"]
    assert before != after


def test_values_that_leave_a_doubt_decide_nothing_and_the_page_says_why(doubted: Club) -> None:
    status, page = decide(doubted, "mend", minutes="600")
    assert status == 400
    assert "still hard to believe" in page
    assert sessions(doubted)[0].waits is True


def test_a_start_in_the_future_is_put_right_and_counts_on_its_own_day(
    club: Club, tmp_path: Path
) -> None:
    bring(club, tmp_path, STRAVA + FINE + AHEAD)
    club.later(minutes=5)
    assert "Until then it counts nowhere." in text(club, "athlete", where(club))
    assert decide(club, "mend", start="2026-11-14T17:00")[0] == 303
    assert load(club, date(2026, 11, 14)) == ("trained", 10000)


def test_a_set_is_kept_or_dropped_and_mended_where_it_was_logged(
    club: Club, tmp_path: Path
) -> None:
    bring(club, tmp_path, HEAVY)
    club.later(minutes=5)
    assert "A set is mended where it was logged" in text(club, "athlete", where(club))
    assert decide(club, "mend", minutes="50")[0] == 400
    assert decide(club, "drop")[0] == 303


@pytest.mark.parametrize("who", ["athlete", "coach", "physio"])
def test_who_may_see_the_loads_decides_and_is_named(doubted: Club, who: str) -> None:
    assert decide(doubted, "keep", by=who)[0] == 303
    assert f"Kept as it is, {who.title()}, Tue 17 Nov" in text(doubted, "athlete", where(doubted))
    (row,) = doubted.store.rows("SELECT actor, detail FROM app.audit WHERE action = 'session_keep'")
    assert row["actor"] == doubted.ids[who]


def test_a_coach_without_the_consent_sees_neither_the_page_nor_the_count(doubted: Club) -> None:
    assert "Evening" in text(doubted, "coach", "/doubtful")
    assert "1 session waits for a decision" in text(doubted, "coach", "/today")
    by = doubted.ids["athlete"]
    consenting.record(doubted.store, by, Consent.LOAD, False, by, "athlete", None, doubted.now)
    assert doubted.be("coach").get(where(doubted)).status_code == 404
    assert "Evening" not in text(doubted, "coach", "/doubtful")
    assert "for a decision" not in text(doubted, "coach", "/today")


def test_the_admin_is_told_a_number_and_no_name(doubted: Club) -> None:
    said = text(doubted, "admin", "/admin")
    assert "One session that can hardly be true waits for a decision" in said
    assert "Evening" not in said


def test_a_session_of_another_athlete_is_not_decided_through_ones_own_page(doubted: Club) -> None:
    (one,) = sessions(doubted)
    own = where(doubted, "athlete_b")
    posted = doubted.post(
        doubted.be("athlete_b"),
        f"{own}/{one.session_id}",
        f"/athlete/{doubted.ids['athlete_b']}/files",
        decision="drop",
    )
    assert posted.status == 404
    assert sessions(doubted)[0].waits is True


def test_a_word_that_is_no_decision_is_refused(doubted: Club) -> None:
    assert decide(doubted, "burn")[0] == 400
    (one,) = sessions(doubted)
    with pytest.raises(DecisionRefused):
        doubtful.decide(doubted.store, one, "mend", doubted.ids["athlete"], doubted.now)


def test_two_decisions_in_one_instant_leave_the_one_saved_last(doubted: Club) -> None:
    (one,) = sessions(doubted)
    for decision in ("keep", "drop"):
        doubtful.decide(doubted.store, one, decision, doubted.ids["athlete"], doubted.now)
    doubted.later(seconds=1)
    assert sessions(doubted)[0].decision == "drop"


def test_after_a_decision_the_figures_are_asked_for(doubted: Club) -> None:
    asked: list[datetime] = []
    held = doubted.app.extensions["clubmon"]
    object.__setattr__(held, "on_decision", lambda: asked.append(doubted.now))
    decide(doubted, "keep")
    assert len(asked) == 1
    assert page_of.SAID["keep"] in text(doubted, "athlete", where(doubted)) or asked
