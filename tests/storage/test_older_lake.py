"""A lake from before a migration holds rows that lack the newer columns: they are read again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clubmon import jobs, service
from clubmon.arrival import ingest
from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store

HEVY = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
ROW = 'Made up,"{day} Nov 2026, 18:00","{day} Nov 2026, 19:00",Squat (Barbell),0,normal,60,5,8\n'
NEWEST = "0025_day_only"
COLUMNS = ("time_known",)


@pytest.fixture
def older(settings: Settings, tmp_path: Path, now: datetime) -> Settings:
    """A data folder with a file in it, as the version before the newest migration left it."""
    store = Store(settings.data)
    team = enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, "Ada", "ada@club.example", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    path = tmp_path / "hevy.csv"
    path.write_text(HEVY + "".join(ROW.format(day=day) for day in (3, 5)), encoding="utf-8")
    ingest.store_file(store, settings, who, path, path.name, now)
    jobs.rebuild(store, settings, now, from_raw=False)
    for column in COLUMNS:
        store.execute("lake", f"ALTER TABLE lake.raw.session DROP COLUMN {column}")
    store.execute("lake", "DELETE FROM lake.schema_migration WHERE name = ?", [NEWEST])
    # what the older version did not read
    store.execute("lake", "DELETE FROM lake.raw.lift_set")
    store.close()
    return settings


def test_it_is_read_again_once_when_the_service_or_a_command_opens_it(older: Settings) -> None:
    store = Store(older.data)
    assert store.lake_is_older
    service.mend(store, older)
    assert len(store.rows("SELECT * FROM lake.raw.lift_set")) == 2
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
