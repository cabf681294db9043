"""A past morning's list stays what it was, whatever comes later."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clubmon import jobs
from clubmon.club import consenting
from clubmon.flag import flagging, flags, lookback, replay, replaylist
from clubmon.flag.replay import ReplayRefused

DAY = timedelta(days=1)
MORNING = date(2026, 11, 17)
WITH_JOB = [date(2026, 11, day) for day in (13, 14, 15, 16, 17)]
WITHOUT = [date(2026, 11, day) for day in (10, 11, 12)]
LATER = (
    "late_run", "edited_run", "deleted_run", "decided_run", "mended_run", "rated_run",
    "late_answer", "stricter_rule", "tagged_exercise", "settled_flags", "new_team", "newcomer",
    "rebuild", "rebuild_from_raw", "next_night",
)  # fmt: skip


def kinds(found: replaylist.Replay) -> list[tuple[int, str, int]]:
    """Tier, rule and the day of each flag."""
    return [
        (one.flag.tier, one.flag.rule, one.flag.morning.day)
        for one in replaylist.in_order(found.flags)
    ]


@pytest.fixture(scope="module")
def before(shared: Any) -> dict[date, str]:
    """The bytes of every morning, taken right after the last job."""
    return {morning: shared.text(morning) for morning in (WITHOUT[-1], MORNING)}


def test_a_mornings_list_has_ids_tiers_numbers_and_rule_versions(shared: Any) -> None:
    found = json.loads(shared.text())
    assert (found["morning"], found["run"]) == ("2026-11-17", True)
    assert found["known_by"] == "2026-11-17T03:00:00+00:00"
    assert found["left_out"] == {"erased": 0, "consent_withdrawn": 0}
    assert kinds(shared.replay()) == [
        (3, "refer", 14), (2, "tightness", 16), (2, "tightness", 17),
        (1, "single_run", 11), (1, "spike", 14),
    ]  # fmt: skip
    (spike,) = [one for one in found["flags"] if one["rule"] == "spike"]
    assert (spike["athlete_id"], spike["rule_version"]) == (shared.ids["Ana"], 1)
    (load,) = spike["loads"]
    assert (load["numbers"]["v7"], load["numbers"]["held_days"]) == (58_000, 3)
    assert (load["that_morning"]["v7"], load["that_morning"]["held_days"]) == (70_000, 6)
    assert load["that_morning"]["wow_pct"] == 66.666667


def test_it_names_nobody(shared: Any) -> None:
    assert not any(name in shared.text() for name in (*shared.ids, "example.org"))


@pytest.mark.parametrize("event", LATER)
def test_nothing_that_comes_later_changes_a_byte(
    shared: Any, before: dict[date, str], event: str
) -> None:
    shared.now += timedelta(hours=1)
    getattr(shared, event)()
    assert {morning: shared.text(morning) for morning in before} == before


@pytest.mark.slow
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(st.sampled_from(LATER), min_size=3, max_size=8))
def test_nor_does_any_order_of_it(shared: Any, before: dict[date, str], events: list[str]) -> None:
    for event in events:
        shared.now += timedelta(minutes=7)
        getattr(shared, event)()
    assert {morning: shared.text(morning) for morning in before} == before


def test_what_came_later_did_change_the_present(season: Any) -> None:
    """Otherwise the tests above would promise nothing."""
    season.now += timedelta(hours=9)
    season.runs("Ana", {date(2026, 11, day): 4_000 for day in (11, 12, 13)})
    season.late_answer()
    season.night(MORNING + DAY)
    changed = kinds(season.replay(MORNING + DAY))
    assert (2, "tightness_physio", 17) in changed
    assert (1, "spike", 14) not in changed


def test_a_second_job_of_the_same_morning_changes_nothing(season: Any) -> None:
    season.now += timedelta(hours=5)
    season.late_answer()
    season.runs("Cleo", {MORNING - DAY: 30_000}, number=1)
    text = season.text()
    season.night(MORNING, hour=12)
    assert season.store.row("SELECT 1 FROM app.flag WHERE rule = 'tightness_physio'")
    assert season.text() == text


def test_a_morning_that_was_caught_up_on_later_is_told_as_it_could_be_known(season: Any) -> None:
    missed, after = MORNING + DAY, MORNING + 2 * DAY
    season.now = datetime(2026, 11, 18, 18, tzinfo=UTC)
    season.runs("Cleo", {MORNING: 9_000, missed: 30_000})  # known after the morning's hour
    season.now = datetime(2026, 11, 19, 3, tzinfo=UTC)
    text = season.text(missed)
    ran = jobs.catch_up(season.store, season.settings, season.now)
    assert [(run.morning, run.state) for run in ran] == [(missed, "done"), (after, "done")]
    assert season.text(missed) == text
    assert not season.replay(missed).run
    assert season.replay(missed).known_by == datetime(2026, 11, 18, 3, tzinfo=UTC)
    assert season.replay(after).run


@pytest.mark.parametrize("morning", WITH_JOB)
def test_worked_out_anew_it_is_exactly_what_the_job_raised(shared: Any, morning: date) -> None:
    moment = replay.moment(shared.store, shared.settings, morning, shared.now)
    athletes = consenting.subjects(shared.store, shared.settings, moment.known_by, moment.known_by)
    then = lookback.look_back(shared.store, athletes, morning, moment.known_by)
    found = flagging.judge(shared.store, shared.settings, morning, moment.known_by, then)
    on_record = shared.store.rows(
        "SELECT * FROM app.flag WHERE known_at = ? ORDER BY flag_id", [moment.known_by]
    )
    before = {
        row["flag_id"]
        for row in shared.store.rows(
            "SELECT flag_id FROM app.flag WHERE known_at < ?", [moment.known_by]
        )
    }
    new = sorted((f for f in found.new if f.flag_id not in before), key=lambda f: f.flag_id)
    assert new == [flags.of_row(row) for row in on_record]
    assert found.superseded == ()


@pytest.mark.parametrize("morning", WITH_JOB)
def test_where_no_job_ran_the_list_is_what_it_would_have_found(season: Any, morning: date) -> None:
    whole = season.replay(morning)
    season.store.execute("app", "DELETE FROM app.job_run WHERE morning = ?", [morning])
    season.store.execute("app", "DELETE FROM app.flag WHERE known_at >= ?", [whole.known_by])
    found = season.replay(morning, season.now + DAY)
    assert whole.run
    assert not found.run
    told = json.loads(replaylist.as_json(found))
    assert {**told, "run": True} == json.loads(replaylist.as_json(whole))


def test_a_flag_that_no_job_would_have_kept_is_not_on_its_list(season: Any) -> None:
    season.now = datetime(2026, 11, 17, 19, tzinfo=UTC)
    season.runs("Ana", {date(2026, 11, day): 5_000 for day in range(10, 17)})
    found = season.replay(MORNING + DAY, season.now + 2 * DAY)
    assert not found.run
    assert not [one for one in kinds(found) if one[1] in ("spike", "single_run")]
    season.store.execute("app", "UPDATE app.referral SET closed_at = ?", [season.now])
    assert not [one for one in kinds(season.replay(MORNING + DAY, season.now + 2 * DAY))
                if one[0] == 3]  # fmt: skip


def test_a_flag_that_was_settled_by_then_says_so(season: Any) -> None:
    season.now += timedelta(hours=3)
    season.settled_flags()
    season.night(MORNING + DAY)
    assert not any(one.settled for one in season.replay().flags)
    after = season.replay(MORNING + DAY)
    assert {one.settled for one in after.flags if one.flag.morning <= MORNING} == {True}
    assert 3 not in {one.flag.tier for one in after.flags}


@pytest.mark.parametrize(
    ("morning", "hours", "said"),
    [
        (date(2026, 11, 18), 0, "is in the future; the newest morning is 17 Nov 2026"),
        (date(2026, 11, 18), 24, "has not been done yet"),
        (date(2026, 9, 30), 0, "was known in this club yet; its records begin on 1 Oct 2026"),
    ],
    ids=["future", "not yet", "before the records"],
)  # fmt: skip
def test_a_morning_that_cannot_be_told_is_refused_in_one_sentence(
    season: Any, morning: date, hours: int, said: str
) -> None:
    with pytest.raises(ReplayRefused, match=said):
        season.replay(morning, season.now + timedelta(hours=hours))


def test_a_morning_without_a_job_is_told_once_it_is_over(season: Any) -> None:
    over = datetime(2026, 11, 19, 3, tzinfo=UTC)  # 04:00 in Berlin, the next morning's hour
    with pytest.raises(ReplayRefused, match="run 'clubmon nightly'"):
        season.replay(MORNING + DAY, over - timedelta(seconds=1))
    assert not season.replay(MORNING + DAY, over).run


def test_while_a_rebuild_runs_it_is_refused_and_afterwards_told(season: Any) -> None:
    with season.store.job_lock, pytest.raises(ReplayRefused, match="ask again"):
        season.replay()
    assert season.text() == season.text()


def test_it_writes_nothing(season: Any) -> None:
    tables = season.store.rows(
        "SELECT database_name || '.' || schema_name || '.' || table_name AS name "
        "FROM duckdb_tables() WHERE database_name IN ('app', 'lake')"
    )

    def count() -> list[Any]:
        return [season.store.rows(f"SELECT count(*) AS n FROM {t['name']}") for t in tables]

    had = count()
    for morning in (WITHOUT[0], MORNING):
        season.text(morning)
    assert count() == had
