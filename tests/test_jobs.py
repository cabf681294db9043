"""The nightly job: every step once, recorded, never twice at once, caught up after a break."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from clubmon import jobs
from clubmon.load import marts
from clubmon.service import schedule
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.wakeful import Wakeful

MORNING = date(2026, 11, 17)


def runs(store: Store) -> list[dict[str, object]]:
    return store.rows("SELECT morning, state, error FROM app.job_run ORDER BY run_id")


def mornings(store: Store) -> list[object]:
    return [run["morning"] for run in runs(store)]


def test_a_run_is_recorded_with_its_steps_in_order(
    store: Store, settings: Settings, now: datetime
) -> None:
    run = jobs.nightly(store, settings, MORNING, now)
    assert run.state == "done"
    assert list(run.seconds) == [
        "erase",
        "pull",
        "age",
        "rebuild",
        "flag",
        "plans",
        "notify",
        "deliver",
        "checkpoint",
    ]
    assert run.counts["erase"] == 0, "nobody was deleted"
    row = store.row("SELECT * FROM app.job_run")
    assert row is not None
    assert (row["job"], row["morning"], row["state"]) == ("nightly", MORNING, "done")
    assert row["started_at"] <= row["ended_at"]
    assert json.loads(row["summary"])["counts"] == run.counts


def test_it_never_runs_twice_at_once(store: Store, settings: Settings, now: datetime) -> None:
    with store.job_lock, pytest.raises(jobs.AlreadyRunning):
        jobs.nightly(store, settings, MORNING, now)
    assert runs(store) == []


def test_of_two_that_start_together_one_runs(
    store: Store, settings: Settings, now: datetime
) -> None:
    together, refused = threading.Barrier(2), []

    def start() -> None:
        together.wait()
        try:
            jobs.nightly(store, settings, MORNING, now)
        except jobs.AlreadyRunning:
            refused.append(1)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs(store)) + len(refused) == 2
    assert all(run["state"] == "done" for run in runs(store))


def test_the_same_morning_twice_gives_the_same_marts(
    store: Store, settings: Settings, now: datetime
) -> None:
    for _ in range(2):
        assert jobs.nightly(store, settings, MORNING, now).state == "done"
    assert mornings(store) == [MORNING, MORNING]
    assert store.rows("SELECT * FROM app.message") == []


def test_a_step_that_fails_is_on_record_by_name_without_details_of_anyone(
    store: Store, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[str]:
        raise RuntimeError("left hamstring 8/10")

    monkeypatch.setattr(marts, "rebuild", broken)
    run = jobs.nightly(store, settings, MORNING, now)
    assert run.state == "failed"
    found = runs(store)[0]
    assert "rebuild" in str(found["error"])
    assert "hamstring" not in str(found["error"])
    monkeypatch.undo()
    assert jobs.nightly(store, settings, MORNING, now).state == "done"


def test_after_downtime_each_missed_morning_is_run_once(
    store: Store, settings: Settings, now: datetime
) -> None:
    jobs.nightly(store, settings, MORNING, now)
    later = now + timedelta(days=3)
    ran = jobs.catch_up(store, settings, later)
    assert [run.morning for run in ran] == [MORNING + timedelta(days=n) for n in (1, 2, 3)]
    assert jobs.catch_up(store, settings, later) == []


def test_only_the_newest_of_the_missed_mornings_is_told(
    store: Store, settings: Settings, now: datetime
) -> None:
    jobs.nightly(store, settings, MORNING, now)
    ran = jobs.catch_up(store, settings, now + timedelta(days=2))
    assert ["notify" in run.counts for run in ran] == [False, True]


def test_nothing_is_due_before_the_clubs_hour(
    store: Store, settings: Settings, now: datetime
) -> None:
    jobs.nightly(store, settings, MORNING, now)
    before_four = datetime(2026, 11, 18, 2, 30, tzinfo=now.tzinfo)  # 03:30 in Berlin
    assert jobs.catch_up(store, settings, before_four) == []
    after_four = datetime(2026, 11, 18, 3, 30, tzinfo=now.tzinfo)
    assert len(jobs.catch_up(store, settings, after_four)) == 1


def test_a_long_silence_is_not_judged_morning_by_morning(
    store: Store, settings: Settings, now: datetime
) -> None:
    jobs.nightly(store, settings, MORNING, now)
    ran = jobs.catch_up(store, settings, now + timedelta(days=60))
    assert len(ran) == jobs.MISSED_MORNINGS
    assert ran[-1].morning == MORNING + timedelta(days=60)


def test_a_run_that_a_dead_process_left_is_said_to_be_interrupted(
    store: Store, settings: Settings, now: datetime
) -> None:
    jobs.nightly(store, settings, MORNING, now)
    store.execute("app", "UPDATE app.job_run SET state = 'running', ended_at = NULL")
    jobs.mark_interrupted(store, now)
    assert runs(store)[0]["state"] == "interrupted"
    assert "next run" in str(runs(store)[0]["error"])


def test_a_new_club_has_its_first_run_at_once(
    store: Store, settings: Settings, now: datetime
) -> None:
    assert [run.morning for run in jobs.catch_up(store, settings, now)] == [MORNING]


def test_a_failed_run_is_tried_again_after_an_hour(
    store: Store, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(marts, "rebuild", lambda *_: 1 / 0)
        assert [run.state for run in jobs.catch_up(store, settings, now)] == ["failed"]
    assert jobs.due(store, settings, now + timedelta(minutes=59)) == []
    again = jobs.catch_up(store, settings, now + timedelta(minutes=61))
    assert [run.state for run in again] == ["done"]


@pytest.mark.parametrize("nightly_hour", [0, 2, 3])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_each_morning_is_due_once_when_the_clocks_change(
    store: Store, settings: Settings, nightly_hour: int, day: date
) -> None:
    """In Berlin 02:00-03:00 is skipped in March and comes twice in October."""
    chosen = settings.model_copy(update={"nightly_hour": nightly_hour})
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6)
    ran: list[date] = []
    for tick in range(0, 24 * 12, 6):
        now = start + timedelta(minutes=5 * tick)
        ran += [run.morning for run in jobs.catch_up(store, chosen, now)]
    assert ran == sorted(set(ran))
    assert day in ran


def test_the_schedule_asks_often_and_forgives_a_late_start(
    store: Store, settings: Settings
) -> None:
    scheduler = schedule(store, settings)
    scheduler.start(paused=True)
    jobs_by_id = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs_by_id) == {"nightly", "outbox", "arrivals", "sources", "drop"}
    for job in jobs_by_id.values():
        assert job.misfire_grace_time is None
        assert job.coalesce
        assert isinstance(job.func, Wakeful)
    assert str(jobs_by_id["nightly"].trigger.timezone) == "Europe/Berlin"
    scheduler.shutdown()


def test_a_lake_rebuilt_from_raw_files_keeps_its_tables(
    store: Store, settings: Settings, now: datetime
) -> None:
    assert jobs.rebuild(store, settings, now, from_raw=True).loaded == 0
    assert store.rows("SELECT * FROM lake.marts.daily_load") == []
