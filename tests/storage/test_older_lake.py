"""A lake from before a migration holds rows that lack the newer columns: they are read again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clubmon import jobs, service
from clubmon.arrival import ingest, rawfiles, settling
from clubmon.club import consenting, enrolling
from clubmon.load import models
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store

HEVY = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
ROW = 'Made up,"{day} Nov 2026, 18:00","{day} Nov 2026, 19:00",Squat (Barbell),0,normal,60,5,8\n'
NEWEST = "0025_day_only"
COLUMNS = ("time_known",)


@pytest.fixture
def older(settings: Settings, tmp_path: Path, now: datetime) -> Settings:
    """A data folder with two files in it, as the version before the newest migration left it."""
    store = Store(settings.data)
    team = enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, "Ada", "ada@club.example", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    for name, days in (("hevy.csv", (3, 5)), ("more.csv", (7,))):
        path = tmp_path / name
        path.write_text(HEVY + "".join(ROW.format(day=day) for day in days), encoding="utf-8")
        ingest.store_file(store, settings, who, path, path.name, now)
    jobs.rebuild(store, settings, now, from_raw=False)
    for column in COLUMNS:
        store.execute("lake", f"ALTER TABLE lake.raw.session DROP COLUMN {column}")
    store.execute("lake", "DELETE FROM lake.schema_migration WHERE name = ?", [NEWEST])
    # what the older version did not read
    store.execute("lake", "DELETE FROM lake.raw.lift_set")
    store.close()
    return settings


def sets(store: Store) -> list[Row]:
    return store.rows("SELECT * FROM lake.raw.lift_set")


def sessions(store: Store) -> list[Row]:
    return store.rows("SELECT session_id, sha256 FROM lake.raw.session ORDER BY session_id")


def test_it_is_read_again_once_when_the_service_or_a_command_opens_it(older: Settings) -> None:
    store = Store(older.data)
    assert store.lake_is_older
    service.mend(store, older)
    assert len(sets(store)) == 3
    store.close()
    again = Store(older.data)
    assert not again.lake_is_older
    again.close()


def test_a_new_folder_has_nothing_to_read_again(store: Store) -> None:
    assert not store.lake_is_older


def test_reading_again_makes_what_was_kept_of_the_years_anew(
    older: Settings, now: datetime
) -> None:
    store = Store(older.data)
    jobs.nightly(store, older, (now + timedelta(days=1)).date(), now, tell=False)
    assert store.rows("SELECT * FROM lake.marts.past_night")
    jobs.rebuild(store, older, now, from_raw=True)
    (mark,) = store.rows("SELECT known_by FROM lake.marts.past_night")
    assert mark["known_by"] == now
    store.close()


def test_the_service_answers_from_what_was_read_before_and_its_schedule_reads_again(
    older: Settings,
) -> None:
    store = Store(older.data)
    service.mend(store, older, read_later=True)
    assert models.built(store)
    assert (len(sessions(store)), len(sets(store)), settling.outdated(store)) == (3, 0, 2)
    (job,) = (job for job in service.schedule(store, older).get_jobs() if job.id == "read again")
    job.func()
    assert (len(sessions(store)), len(sets(store)), settling.outdated(store)) == (3, 3, 0)
    tonnes = "SELECT sum(load) AS g FROM lake.marts.daily_load WHERE channel = 'tonnage_g'"
    assert store.rows(tonnes) == [{"g": 3 * 5 * 60_000}]
    store.close()


def test_cut_short_it_leaves_whole_files_and_goes_on_when_opened_again(
    older: Settings, now: datetime
) -> None:
    store = Store(older.data)
    before, asked = sessions(store), iter((False, True, True))
    assert jobs.read_again(store, older, now, lambda: next(asked)).loaded == 1
    assert sessions(store) == before
    assert len({row["sha256"] for row in sets(store)}) == 1
    assert settling.outdated(store) == 1
    store.close()
    again = Store(older.data)
    assert again.lake_is_older
    assert jobs.read_again(again, older, now).loaded == 1
    assert len(sets(again)) == 3
    again.close()


def test_a_lake_that_stopped_before_its_shape_changed_is_read_again_by_the_next_start(
    older: Settings,
) -> None:
    store = Store(older.data)
    store.execute("lake", "DELETE FROM lake.schema_migration WHERE name = ?", [NEWEST])
    store.execute("lake", "ALTER TABLE lake.raw.session DROP COLUMN time_known")
    store.close()  # marked, but not migrated
    again = Store(older.data)
    assert settling.outdated(again) == 2
    again.close()


def test_a_file_that_is_forgotten_meanwhile_does_not_come_back(
    older: Settings, now: datetime
) -> None:
    store = Store(older.data)
    (athlete,) = store.rows("SELECT DISTINCT athlete_id FROM lake.raw.payload")

    def forget() -> bool:
        for table in rawfiles.RAW_TABLES:
            store.execute("lake", f"DELETE FROM lake.raw.{table} WHERE athlete_id = ?", [
                athlete["athlete_id"]
            ])  # fmt: skip
        return False

    jobs.read_again(store, older, now, forget)
    assert sessions(store) == []
    store.close()


def test_what_cannot_be_read_again_stays_as_it_was(older: Settings, now: datetime) -> None:
    store = Store(older.data)
    before = sessions(store)
    for path in (older.data / "raw").glob("*/*"):
        if not path.suffix:
            path.write_bytes(b"changed on disk")
    settled = jobs.read_again(store, older, now)
    assert (settled.loaded, len(settled.problems)) == (0, 2)
    assert sessions(store) == before
    store.close()
