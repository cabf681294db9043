"""Flags as they are written: once, only with consent, marked when they turn out untrue."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.flag import flagging
from clubmon.flag.flagging import FlagCount
from clubmon.policy import Consent

MORNING = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Ago = Callable[[int], date]


def run(club: Any, morning: date = MORNING, now: datetime = NOW) -> FlagCount:
    return flagging.flag(club.store, club.settings, morning, now)


def kinds(club: Any) -> list[tuple[str, int]]:
    return [(row["rule"], row["tier"]) for row in club.flags() if row["superseded_at"] is None]


def test_a_quiet_club_has_no_flags(club: Any) -> None:
    assert run(club) == FlagCount(0, 0)


def test_load_and_tightness_raise_flags_with_their_inputs(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 6)
    assert run(club).raised == 2
    assert kinds(club) == [("spike", 1), ("tightness", 2)]
    spike, tightness = club.flags()
    inputs = json.loads(spike["inputs"])
    assert (inputs["v7"], inputs["base"], inputs["b4"]) == (54000.0, 41000.0, 41000.0)
    assert json.loads(tightness["inputs"])["days"][0]["left"] == 6
    assert (spike["rule_version"], spike["morning"]) == (1, MORNING)
    assert (spike["uses_tightness"], tightness["uses_tightness"]) == (False, True)


def test_the_same_morning_twice_adds_nothing(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    before = club.flags()
    assert run(club, now=NOW + timedelta(hours=5)) == FlagCount(0, 0)
    assert club.flags() == before


def test_the_newest_answer_of_a_day_counts(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 7)
    later = datetime(2026, 11, 16, 20, tzinfo=UTC)
    club.checkin(club.ana, days_ago(1), 2, known_at=later)
    assert run(club).raised == 0


def test_what_is_answered_after_the_morning_does_not_count_for_it(club: Any) -> None:
    club.checkin(club.ana, MORNING + DAY, 9)
    assert run(club).raised == 0


def test_not_running_normally_goes_to_the_physio(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 3, pattern_answers='{"limits": ["not_running"]}')
    run(club)
    assert kinds(club) == [("tightness_physio", 2)]


def test_without_consent_to_loads_there_is_no_load_flag(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 4)
    club.consent(club.ana, Consent.LOAD, granted=False)
    assert run(club).raised == 0  # and four of ten meets no spike that nobody may look at


def test_without_consent_to_health_data_there_is_no_tightness_flag(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 9)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    run(club)
    assert kinds(club) == [("spike", 1)]


def test_a_minor_without_a_guardians_answer_has_no_flags(club: Any, days_ago: Ago) -> None:
    club.store.execute("app", "UPDATE app.consent SET by_role = 'athlete'")
    club.spike(club.ben, MORNING)
    club.checkin(club.ben, days_ago(1), 9)
    assert run(club).raised == 0


def test_consent_withdrawn_later_supersedes_nothing(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    assert run(club) == FlagCount(0, 0)


def test_a_flag_that_turns_out_untrue_is_marked_and_kept(club: Any) -> None:
    club.spike(club.ana, MORNING)
    run(club)
    before = club.flags()[0]
    club.store.execute("lake", "DELETE FROM lake.marts.flag_candidate")
    later = NOW + timedelta(hours=2)
    assert run(club, now=later) == FlagCount(0, 1)
    (row,) = club.flags()
    assert row["superseded_at"] == later
    assert {**row, "superseded_at": None} == before


def test_a_flag_by_an_older_rule_stands(club: Any) -> None:
    club.spike(club.ana, MORNING)
    run(club)
    club.store.execute("lake", "DELETE FROM lake.marts.flag_candidate")
    club.rule(club.ana, version=2)
    assert run(club) == FlagCount(0, 0)


def test_a_change_of_one_teams_rule_leaves_the_flags_of_other_teams_to_be_judged(
    club: Any,
) -> None:
    for who in (club.ana, club.ben):
        club.spike(who, MORNING)
    run(club)
    club.store.execute("lake", "DELETE FROM lake.marts.flag_candidate")
    club.rule(club.ana, version=2)  # her team has an own rule now; his goes on with the club's
    assert run(club) == FlagCount(0, 1)
    untrue = {row["athlete_id"]: row["superseded_at"] is not None for row in club.flags()}
    assert untrue == {club.ana: False, club.ben: True}


def test_back_at_the_rule_that_raised_it_a_flag_is_judged_again(club: Any) -> None:
    club.spike(club.ana, MORNING)
    run(club)
    club.store.execute("lake", "DELETE FROM lake.marts.flag_candidate")
    club.rule(club.ana, version=2)
    run(club)
    club.rule(club.ana, version=1)
    assert run(club) == FlagCount(0, 1)


def test_a_return_to_run_is_judged_by_the_single_run_rule(club: Any) -> None:
    club.spike(club.ana, MORNING, rule="return_to_run")
    run(club)
    club.store.execute("lake", "DELETE FROM lake.marts.flag_candidate")
    club.rule(club.ana, rule="single_run", version=2)
    assert run(club) == FlagCount(0, 0)
    club.rule(club.ana, rule="single_run", version=1)
    assert run(club) == FlagCount(0, 1)


def test_a_flag_of_loads_that_are_all_gone_turns_out_untrue(club: Any) -> None:
    club.spike(club.ana, MORNING)
    run(club)
    for mart in ("flag_candidate", "rule"):  # without loads there is no rule in force either
        club.store.execute("lake", f"DELETE FROM lake.marts.{mart}")
    assert run(club) == FlagCount(0, 1)


def test_a_rule_that_arms_again_after_two_quiet_days_does_so(club: Any, days_ago: Ago) -> None:
    club.rule(club.ana, rearm_days=2)
    for who in (club.ana, club.ben):
        club.spike(who, days_ago(4))
        club.spike(who, MORNING)
    run(club)
    raised = {(row["athlete_id"], row["morning"]) for row in club.flags()}
    assert raised == {(club.ana, days_ago(4)), (club.ana, MORNING), (club.ben, days_ago(4))}


def test_a_return_to_run_arms_again_as_the_single_run_rule_says(club: Any, days_ago: Ago) -> None:
    club.rule(club.ana, rule="single_run", rearm_days=2)
    for morning in (days_ago(4), MORNING):
        club.spike(club.ana, morning, rule="return_to_run")
    assert run(club).raised == 2


def test_a_late_file_raises_the_flag_of_its_own_morning(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, days_ago(6))
    run(club)
    assert [row["morning"] for row in club.flags()] == [days_ago(6)]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "by the nightly run"])
def test_a_referral_has_a_tier_3_flag(club: Any, at_once: bool) -> None:
    referral_id = club.referral(club.ana)
    if at_once:
        done = flagging.refer(club.store, club.settings, referral_id, NOW)
        assert done == FlagCount(1, 0)
        assert flagging.refer(club.store, club.settings, referral_id, NOW) == FlagCount(0, 0)
    run(club)
    (row,) = [row for row in club.flags() if row["tier"] == 3]
    assert (row["rule"], row["morning"]) == ("refer", MORNING - DAY)
    assert row["uses_tightness"]


def test_without_health_consent_a_referral_shows_nowhere(club: Any) -> None:
    referral_id = club.referral(club.ana)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    assert flagging.refer(club.store, club.settings, referral_id, NOW) == FlagCount(0, 0)
    assert run(club) == FlagCount(0, 0)


def test_before_the_first_night_an_answer_raises_its_flag_and_nothing_is_judged(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, MORNING)
    run(club)  # as of a lake that was lost since
    club.store.execute("lake", "DROP SCHEMA lake.marts CASCADE")
    club.checkin(club.ana, days_ago(1), 6)
    assert run(club) == FlagCount(1, 0)
    assert kinds(club) == [("spike", 1), ("tightness", 2)]
    assert run(club) == FlagCount(0, 0)
