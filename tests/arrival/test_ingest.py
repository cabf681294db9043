"""Files arrive: kept byte for byte, stored once, good rows kept, nothing without consent."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from clubmon_files import recordings

from clubmon.arrival import filereading, ingest, settling
from clubmon.arrival.ingest import ImportRefused, Receipt
from clubmon.arrival.parked import HELD
from clubmon.club import consenting, enrolling, people
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from tests.connectors.conftest import Fit, Strava

HEVY = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
ROW = 'Made up,"{day} Nov 2026, 18:00","{day} Nov 2026, 19:00",Squat (Barbell),{n},normal,60,5,8\n'


@pytest.fixture
def athlete(store: Store, now: datetime) -> str:
    """An adult who has consented to loads being stored."""
    return add_athlete(store, now, "ada@example.org", date(2000, 1, 1), consent_by="athlete")


def add_athlete(store: Store, now: datetime, email: str, born: date, consent_by: str | None) -> str:
    team = people.team_by_name(store, "Made up")
    team_id = team.team_id if team else enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, email, email, now, born=born)
    enrolling.add_role(store, who, Role.ATHLETE, team_id, now)
    if consent_by:
        consenting.record(store, who, Consent.LOAD, True, who, consent_by, None, now)
    return who


def hevy(folder: Path, *days: int, name: str = "hevy.csv") -> Path:
    path = folder / name
    rows = [ROW.format(day=day, n=n) for day in days for n in range(3)]
    path.write_text(HEVY + "".join(rows), encoding="utf-8")
    return path


def count(store: Store, table: str) -> int:
    row = store.row(f"SELECT count(*) AS n FROM lake.raw.{table}")
    assert row is not None
    return int(row["n"])


def counts(store: Store) -> tuple[int, ...]:
    return tuple(count(store, name) for name in ("payload", "session", "lift_set", "sample"))


def put(store: Store, settings: Settings, athlete: str, path: Path, now: datetime) -> Receipt:
    return ingest.store_file(store, settings, athlete, path, path.name, now)


def test_a_file_becomes_sessions_and_is_kept_byte_for_byte(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    path = hevy(tmp_path, 3, 5)
    receipt = put(store, settings, athlete, path, now)
    assert (receipt.lifts, receipt.known, receipt.refusals) == (2, False, ())
    kept = ingest.raw_path(settings.data, athlete, ingest.file_sha256(path))
    assert kept.read_bytes() == path.read_bytes()
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_second_import_changes_nothing_and_says_so(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    path = hevy(tmp_path, 3, 5)
    put(store, settings, athlete, path, now)
    before = counts(store)
    again = put(store, settings, athlete, path, now + timedelta(days=1))
    assert again.known
    assert counts(store) == before


def test_the_same_bytes_twice_in_one_call_are_stored_once(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    one, two = hevy(tmp_path, 3, name="a.csv"), hevy(tmp_path, 3, name="b.csv")
    files = [(one, "a.csv"), (two, "b.csv")]
    receipts = list(ingest.store_files(store, settings, athlete, files, now))
    assert [receipt.known for receipt in receipts] == [False, True]
    assert count(store, "payload") == 1


def test_many_files_are_read_by_several_processes_with_the_same_result(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    files = [hevy(tmp_path, day, name=f"{day}.csv") for day in range(1, 12)]
    named = [(path, path.name) for path in files]
    receipts = list(ingest.store_files(store, settings, athlete, named, now))
    assert [receipt.name for receipt in receipts] == [path.name for path in files]
    assert all(receipt.lifts == 1 for receipt in receipts)
    assert counts(store)[:3] == (11, 11, 33)


def test_an_archive_of_many_recordings_is_stored_whole_and_in_order(
    store: Store, settings: Settings, athlete: str, now: datetime, tmp_path: Path
) -> None:
    fit, strava = Fit(), Strava()
    many = recordings.MANY + 20
    assert many > HELD
    rows, members = [], {}
    for number in range(many):
        name = f"activities/{number}.fit"
        rows.append(strava.row(c0=number, c12=name, c2=f"Run {number}"))
        members[name] = fit.file(fit.head(serial=number), fit.track(8), fit.summary(), fit.end())
    members["activities/7.fit"] = b"no recording"
    path = tmp_path / "export.zip"
    path.write_bytes(strava.zip({"activities.csv": strava.csv(*rows), **members}))
    receipt = put(store, settings, athlete, path, now)
    assert (receipt.runs, counts(store)) == (many, (1, many, 0, 8 * (many - 1)))
    assert [str(one).split(":")[0] for one in receipt.refusals] == ["export.zip!activities/7.fit"]
    titles = store.rows("SELECT title, samples FROM lake.raw.session ORDER BY rowid")
    assert [row["title"] for row in titles] == [f"Run {number}" for number in range(many)]
    assert [row["samples"] for row in titles].index(0) == 7


def test_a_large_file_among_many_is_read_here_with_the_same_result(
    store: Store,
    settings: Settings,
    athlete: str,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filereading, "LARGE_BYTES", 400)
    files = [
        hevy(tmp_path, *range(1, 2 + n), name=f"{n}.csv") for n in range(filereading.MANY_FILES)
    ]
    assert files[0].stat().st_size < 400 < files[-1].stat().st_size
    found = ingest.store_files(store, settings, athlete, [(one, one.name) for one in files], now)
    assert [one.lifts for one in found] == [n + 1 for n in range(filereading.MANY_FILES)]


def test_the_lake_is_relieved_while_many_files_arrive(
    store: Store,
    settings: Settings,
    athlete: str,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = store.path("lake").with_name(store.path("lake").name + ".wal")
    files = [(hevy(tmp_path, day, name=f"{day}.csv"), f"{day}.csv") for day in range(1, 5)]
    list(ingest.store_files(store, settings, athlete, files[:2], now))
    assert log.stat().st_size > 0
    monkeypatch.setattr(ingest, "RELIEVED_BYTES", 1)
    list(ingest.store_files(store, settings, athlete, files[2:], now))
    assert not log.exists() or log.stat().st_size == 0
    assert count(store, "payload") == 4


def test_quantities_are_whole_base_units_on_the_local_day(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, athlete, hevy(tmp_path, 3), now)
    session = store.row("SELECT local_date, elapsed_s, start_utc, doubt FROM lake.raw.session")
    assert session is not None
    assert session["local_date"] == date(2026, 11, 3)
    assert session["elapsed_s"] == 3600
    assert session["start_utc"] == datetime(2026, 11, 3, 17, 0, tzinfo=now.tzinfo)  # Berlin
    lifts = store.rows("SELECT weight_g, reps, rpe_tenths FROM lake.raw.lift_set")
    assert lifts == [{"weight_g": 60000, "reps": 5, "rpe_tenths": 80}] * 3


def test_nothing_is_stored_without_consent(
    store: Store, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    who = add_athlete(store, now, "no@example.org", date(2000, 1, 1), consent_by=None)
    with pytest.raises(ImportRefused, match="has not consented"):
        put(store, settings, who, hevy(tmp_path, 3), now)
    assert counts(store) == (0, 0, 0, 0)
    assert not (settings.data / "raw").exists()


def test_a_minor_needs_the_guardians_consent_not_their_own(
    store: Store, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    path = hevy(tmp_path, 3)
    kid = add_athlete(store, now, "kid@example.org", date(2012, 1, 1), consent_by="athlete")
    with pytest.raises(ImportRefused, match="no guardian has consented"):
        put(store, settings, kid, path, now)
    consenting.record(store, kid, Consent.LOAD, True, "parent", "guardian", None, now)
    assert put(store, settings, kid, path, now).lifts == 1


def test_an_unknown_athlete_is_refused(
    store: Store, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(ImportRefused, match="no athlete nobody"):
        put(store, settings, "nobody", hevy(tmp_path, 3), now)


def test_a_refused_file_leaves_what_was_stored_alone(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, athlete, hevy(tmp_path, 3), now)
    before = counts(store)
    for name, content in (("a.fit", b""), ("b.fit", b"no"), ("c.bin", bytes(range(256)) * 20)):
        path = tmp_path / name
        path.write_bytes(content)
        receipt = put(store, settings, athlete, path, now)
        assert len(receipt.refusals) == 1
        assert receipt.refusals[0].where.startswith(name)
    assert counts(store) == before


def test_good_rows_of_a_bad_file_are_kept_and_the_bad_row_is_named(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    path = hevy(tmp_path, 3)
    bad = ROW.format(day=3, n=9).replace("3 Nov 2026", "someday")
    path.write_text(path.read_text() + bad + ROW.format(day=4, n=0))
    receipt = put(store, settings, athlete, path, now)
    assert receipt.lifts == 2
    assert len(receipt.refusals) == 1
    assert "row 5" in str(receipt.refusals[0])
    assert "someday" in str(receipt.refusals[0])


def test_a_start_in_the_future_is_set_aside_with_what_to_do(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    receipt = put(store, settings, athlete, hevy(tmp_path, 28), now)
    assert len(receipt.doubtful) == 1
    assert "future" in receipt.doubtful[0]
    row = store.row("SELECT doubt FROM lake.raw.session")
    assert row is not None
    assert "future" in row["doubt"]


def test_what_was_read_with_a_reservation_is_said_once_per_file(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    rows = "".join(
        f"2026-11-{day:02d} 18:00:00,Made up,soon,Squat (Barbell),1,60.0,5,0,0,,,8\n"
        for day in (3, 5)
    )
    path = tmp_path / "strong.csv"
    path.write_text(
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight (kg),Reps,Distance,Seconds,"
        "Notes,Workout Notes,RPE\n" + rows,
        encoding="utf-8",
    )
    receipt = put(store, settings, athlete, path, now)
    assert receipt.lifts == 2
    assert len(receipt.notes) == 1
    assert "(and 1 more)" in receipt.notes[0]
    assert "reads 'soon'" in receipt.notes[0]


def test_the_lake_comes_back_from_raw_files_alone(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, athlete, hevy(tmp_path, 3, name="a.csv"), now)
    put(store, settings, athlete, hevy(tmp_path, 5, name="b.csv"), now + timedelta(days=1))
    wanted = store.rows("SELECT * FROM lake.raw.session ORDER BY session_id")
    for table in ("payload", "session", "lift_set"):
        store.execute("lake", f"DELETE FROM lake.raw.{table}")
    assert settling.settle(store, settings).loaded == 2
    assert store.rows("SELECT * FROM lake.raw.session ORDER BY session_id") == wanted
    assert settling.settle(store, settings).loaded == 0


def test_a_raw_file_whose_copying_was_cut_short_is_not_loaded(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    note = ingest.Note(athlete, "0" * 64, "half.csv", "club", now.isoformat())
    target = ingest.raw_path(settings.data, athlete, note.sha256)
    target.parent.mkdir(parents=True)
    target.with_suffix(".json").write_text(json.dumps(asdict(note)))
    target.with_suffix(".tmp").write_bytes(b"half")
    assert settling.settle(store, settings).loaded == 0


def test_a_name_that_is_no_text_is_stored_in_a_readable_form(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    odd = os.fsdecode(b"bad\xff.csv")
    path = hevy(tmp_path, 3).rename(tmp_path / odd)
    receipt = ingest.store_file(store, settings, athlete, path, odd, now)
    assert (receipt.lifts, receipt.name) == (1, "bad?.csv")
    assert settling.settle(store, settings).problems == ()


def test_one_broken_note_keeps_no_other_file_from_being_loaded(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    one, two = hevy(tmp_path, 3, name="a.csv"), hevy(tmp_path, 5, name="b.csv")
    for path in (one, two):
        put(store, settings, athlete, path, now)
    for table in ("payload", "session", "lift_set"):
        store.execute("lake", f"DELETE FROM lake.raw.{table}")
    kept = ingest.raw_path(settings.data, athlete, ingest.file_sha256(one))
    kept.with_suffix(".json").write_text("{broken")
    settled = settling.settle(store, settings)
    assert settled.loaded == 1
    assert len(settled.problems) == 1
    assert "restore it from a backup" in settled.problems[0]


def test_a_raw_file_that_was_changed_on_disk_is_said_and_not_loaded(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    path = hevy(tmp_path, 3)
    put(store, settings, athlete, path, now)
    for table in ("payload", "session", "lift_set"):
        store.execute("lake", f"DELETE FROM lake.raw.{table}")
    ingest.raw_path(settings.data, athlete, ingest.file_sha256(path)).write_bytes(b"")
    settled = settling.settle(store, settings)
    assert (settled.loaded, len(settled.problems)) == (0, 1)
    assert "was changed on disk" in settled.problems[0]
    assert counts(store) == (0, 0, 0, 0)


def test_files_of_someone_erased_are_never_loaded_again(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, athlete, hevy(tmp_path, 3), now)
    store.execute("app", "INSERT INTO app.tombstone VALUES ('person', ?, ?)", [athlete, now])
    for table in ("payload", "session", "lift_set"):
        store.execute("lake", f"DELETE FROM lake.raw.{table}")
    assert settling.settle(store, settings).loaded == 0


def test_each_athlete_may_bring_the_same_file(
    store: Store, settings: Settings, athlete: str, tmp_path: Path, now: datetime
) -> None:
    """Two people who share a family account: each import is that athlete's own."""
    other = add_athlete(store, now, "bob@example.org", date(2000, 1, 1), consent_by="athlete")
    path = hevy(tmp_path, 3)
    put(store, settings, athlete, path, now)
    assert not put(store, settings, other, path, now).known
    assert count(store, "session") == 2
