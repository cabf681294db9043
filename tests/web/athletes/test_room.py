"""What the athlete's page says of headroom, to whom, and when it keeps silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, enrolling
from clubmon.flag.headroom import Headroom, Hidden, Why
from clubmon.flag.ruletypes import Rule
from clubmon.hamstring import referrals
from clubmon.load import marts
from clubmon.load.channels import CHANNELS
from clubmon.policy import Consent
from clubmon.web.athletes import room_words
from clubmon.web.athletes.room import Figure, Room
from clubmon.words import language, units
from tests.web.happenings import train

TUESDAY, SUNDAY = date(2026, 11, 17), date(2026, 11, 22)
FIGURE = "12.3 km more by Sunday would stay within 15 % of usual."
RULE = Rule("spike", "", "run_m", 1, True, "max", 15, 10_000, 3000, 3, 7, 35)
SINGLE = Rule("single_run", "", "run_m", 1, True, "longest", 10, 5000, 1000, 1, 7, 31)
ROOM = Headroom(12_399, within=True)
Write = Callable[..., None]


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """Six kilometres and two tonnes on every day up to Monday; it is Tuesday morning."""
    return further(train)


@pytest.fixture
def trained(begun: Any, club: Any) -> Any:
    """A copy of it."""
    return club


def answer(club: Any, who: str, left: int, days_ago: int = 0) -> None:
    """A check-in with this score for the left leg."""
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, known_at) "
        "VALUES (?, ?, ?, ?, 0, false, '[]', '[]', ?)",
        [str(uuid7()), club.ids[who], TUESDAY - timedelta(days=days_ago), left, club.now],
    )


def told(club: Any, viewer: str, of: str = "athlete") -> str:
    """The text of the section on the page, with plain spaces; '' where there is none."""
    response = club.be(viewer).get(f"/athlete/{club.ids[of]}")
    assert response.status_code == 200
    found = re.search(
        r'<section aria-labelledby="headroom-heading">(.*?)</section>',
        response.get_data(as_text=True), re.S,
    )  # fmt: skip
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.mark.parametrize("viewer", ["athlete", "coach", "physio"])
def test_who_sees_load_and_answers_reads_the_figure(trained: Any, viewer: str) -> None:
    said = told(trained, viewer)
    assert f"Running {FIGURE}" in said
    # 1.15 x 14 t is 16.1 t, of which 12 are lifted
    assert "Lifting 4.1 t more by Sunday would stay within 15 % of usual." in said
    assert "Next run 6.9 km today would be below the length from which a run is flagged. V" in said
    assert "Volume only" in said


def test_what_is_known_of_today_is_counted(trained: Any, record: Write) -> None:
    record(trained.ids["athlete"], TUESDAY, km=[5])
    said = told(trained, "athlete")
    assert "7.3 km more by Sunday" in said
    assert "What is known of today is counted." in said


@pytest.mark.parametrize("viewer", ["athlete", "coach", "physio"])
def test_with_a_tight_leg_nobody_reads_a_figure(trained: Any, viewer: str) -> None:
    answer(trained, "athlete", 3)
    said = told(trained, viewer)
    assert room_words.UNWELL in said
    assert "km" not in said


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ([(2, 0)], True),
        ([(3, 0)], False),
        ([(5, 1), (2, 0)], True),
        ([(1, 3), (4, 2)], False),
        ([(6, 6)], False),
        ([(6, 7)], True),
    ],
)
def test_the_newest_answer_of_the_last_week_decides(
    trained: Any, answers: list[tuple[int, int]], shown: bool
) -> None:
    for score, days_ago in answers:
        answer(trained, "athlete", score, days_ago)
    assert (FIGURE in told(trained, "athlete")) == shown


def test_an_open_referral_hides_it_until_it_is_closed(trained: Any) -> None:
    referral_id = trained.refer("athlete", left_score=0)
    assert room_words.UNWELL in told(trained, "athlete")
    referrals.close(trained.store, referral_id, trained.ids["physio"], "cleared", trained.now)
    assert FIGURE in told(trained, "athlete")


def test_a_coach_without_sight_of_tightness_cannot_tell_a_tight_morning(trained: Any) -> None:
    before = told(trained, "coach", "reserved")
    answer(trained, "reserved", 8)
    trained.refer("reserved")
    assert told(trained, "coach", "reserved") == before
    assert room_words.WITHHELD in before
    assert "km" not in before
    assert room_words.UNWELL in told(trained, "physio", "reserved")
    assert room_words.UNWELL in told(trained, "reserved", "reserved")


def test_check_ins_switched_off_give_the_coach_nothing_away(trained: Any) -> None:
    before = told(trained, "coach", "reserved")
    enrolling.switch_checkins(trained.store, trained.ids["team"], False, trained.now)
    assert told(trained, "coach", "reserved") == before
    assert FIGURE not in before


def test_without_sight_of_loads_there_is_no_section(trained: Any) -> None:
    consenting.record(
        trained.store, trained.ids["athlete"], Consent.LOAD, False, trained.ids["athlete"],
        "athlete", None, trained.now,
    )  # fmt: skip
    assert told(trained, "physio") == ""


def test_unknown_days_leave_a_sentence_and_no_figure(club: Any, record: Write) -> None:
    record(club.ids["athlete"], TUESDAY - timedelta(days=3), km=[6] * 60)
    marts.rebuild(club.store, TUESDAY, club.now)
    said = told(club, "athlete")
    assert "Running Left out, as too few of the days before are known." in said
    assert "more by Sunday" not in said


def test_a_rule_that_is_off_has_no_line(trained: Any) -> None:
    said = told(trained, "athlete")
    assert "Running time" not in said
    trained.store.execute("app", "UPDATE app.rule SET enabled = false WHERE channel = 'run_m'")
    said = told(trained, "athlete")
    assert "Next run" not in said
    assert "Lifting" in said


def test_a_team_of_its_own_rule_is_told_with_it(trained: Any) -> None:
    trained.store.execute(
        "app",
        "INSERT INTO app.rule (rule, team_id, channel, version, enabled, basis, threshold_pct, "
        "floor_base, floor_rise, hold_days, rearm_days, from_day, known_at, week) "
        "VALUES ('spike', ?, 'run_m', 2, true, 'literal', 30, 10000, 3000, 3, 7, 35, ?, 'rolling')",
        [trained.ids["team"], trained.now - timedelta(days=1)],
    )
    # all of it on Sunday, with rest around it, is on Saturday compared with last Sunday and Monday:
    # 1.3 x 12 km
    said = told(trained, "athlete")
    assert "Running 15.6 km more by Sunday would stay within 30 % of the week before." in said


def section(found: Headroom | Hidden, today: date = TUESDAY, **rule: Any) -> str:
    """The line of one week's figure."""
    figure = Figure(CHANNELS["run_m"], replace(RULE, **rule), found)
    said = room_words.section(Room(today, week=(figure,)), own=True)
    assert said is not None
    return said.lines[0][1]


def test_a_figure_is_rounded_down() -> None:
    assert room_words.down(CHANNELS["run_m"], 12_399) == "12.3 km"
    assert room_words.down(CHANNELS["run_m"], 1_012_399) == "1\u202f012.3 km"
    assert room_words.down(CHANNELS["tonnage_g"], 1_299_999) == "1.2 t"
    assert room_words.down(CHANNELS["ascent_m"], 130) == "130 m"
    assert room_words.down(CHANNELS["run_s"], 3599) == "59 min"


def test_next_to_nothing_is_told_as_less_than_the_least_that_is_shown() -> None:
    assert section(Headroom(99, within=True)).startswith("Less than 0.1 km more by Sunday")
    assert room_words.down(CHANNELS["eccentric_sets"], 0) == "Less than 1 set"
    assert room_words.down(CHANNELS["eccentric_sets"], 1) == "1 set"
    assert room_words.down(CHANNELS["eccentric_sets"], 2) == "2 sets"


def test_on_sunday_it_is_today() -> None:
    assert section(ROOM, SUNDAY) == "12.3 km more today would stay within 15\u00a0% of usual."


def test_no_threshold_is_named_that_the_figure_may_pass() -> None:
    beyond = section(Headroom(4999, within=False))
    assert beyond == "4.9 km more by Sunday would stay below the line from which a week is flagged."


def test_the_next_run_is_told_against_the_longest() -> None:
    figure = Figure(CHANNELS["run_m"], SINGLE, Headroom(14_399, within=True), 13_090)
    said = room_words.section(Room(TUESDAY, run=figure), own=False)
    assert said is not None
    assert said.lines[0] == (
        "Next run",
        "14.3 km today would be at most 10\u00a0% longer than any of the 30 days before (13.1 km).",
    )
    assert said.notes == ("Volume only: it says nothing of how the athlete is.",)


@pytest.mark.parametrize(
    ("week", "told"),
    [
        (Headroom(14_398, within=True), True),
        (Headroom(14_399, within=True), False),
        (Hidden(Why.ABOVE), True),
        (Hidden(Why.INCOMPLETE), True),
        (Hidden(Why.FLOOR), False),
    ],
)
def test_a_run_is_not_told_without_what_the_week_says_of_it(
    week: Headroom | Hidden, told: bool
) -> None:
    running = CHANNELS["run_m"]
    run = Figure(running, SINGLE, Headroom(14_399, within=True), 13_090)
    said = room_words.section(Room(TUESDAY, week=(Figure(running, RULE, week),), run=run), own=True)
    assert said is not None
    assert (
        said.lines[1][1].endswith("A week with it may be above the line that is flagged.") == told
    )


@pytest.mark.parametrize("why", [one for one in Why if one not in (Why.OFF, Why.UNWELL)])
def test_whatever_hides_a_figure_is_told_in_a_sentence_without_one(why: Why) -> None:
    said = section(Hidden(why))
    assert re.fullmatch(r"[A-Z].*\.", said)
    assert "would stay" not in said


def test_where_there_is_nothing_to_say_there_is_no_section() -> None:
    assert room_words.section(None, own=True) is None
    assert room_words.section(Room(TUESDAY), own=True) is None


def test_a_german_reader_reads_it_in_german_and_in_miles_where_they_count() -> None:
    units.use("mi", "kg")
    try:
        with language.using("de"):
            assert section(ROOM, TUESDAY) == (
                "7,7 mi mehr bis Sonntag blieben innerhalb von 15\u00a0% des Üblichen."
            )
            assert section(ROOM, SUNDAY).startswith("7,7 mi mehr heute blieben")
    finally:
        units.use("km", "kg")
