"""Real files of one week, in any order and more than once: the same sessions, the same tables."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from clubmon import jobs
from clubmon.arrival import ingest
from clubmon.club import consenting, enrolling
from clubmon.demo import fit, lift_csv, recordings, strava_csv, streams
from clubmon.demo.training import Lift, Run, Set
from clubmon.load import models
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
EIGHT = datetime(2026, 11, 9, 8)  # noqa: DTZ001 wall clock
RUN = Run("easy", "Easy", EIGHT, 900, 300, 320, 12, 12, 140, 160, 4)
LATER = replace(RUN, start=EIGHT + timedelta(days=2), distance_m=1200)
SQUAT, NORDIC = (
    Set("Squat (Barbell)", False, 5, 100, 8),
    Set("Nordic Hamstring Curl", False, 6, None, 9),
)
LIFT = Lift("Legs", EIGHT + timedelta(hours=9), 2700, (SQUAT, SQUAT, NORDIC))
NEXT_LIFT = replace(LIFT, start=LIFT.start + timedelta(days=3))
PART_S, RIDE_S = 400, 600  # run, ride, run, one after the other
BRICK = EIGHT + timedelta(days=4)


def brick() -> bytes:
    """One multisport recording: a run, a ride and a run."""
    begin = fit.seconds(BRICK.replace(tzinfo=BERLIN).astimezone(UTC))
    length = 2 * PART_S + RIDE_S
    seconds = np.arange(length)
    parts = [
        (recordings.SESSION, {
            "timestamp": begin + at + lasts, "start_time": begin + at, "sport": sport,
            "sub_sport": 0, "total_elapsed_time": lasts, "total_timer_time": lasts,
            "total_distance": 3 * lasts,
        })
        for at, lasts, sport in (
            (0, PART_S, 1), (PART_S, RIDE_S, 2), (PART_S + RIDE_S, PART_S, 1),
        )
    ]  # fmt: skip
    head = {"type": 4, "serial_number": 9, "time_created": begin}
    track = {"timestamp": begin + seconds, "distance": 3 * seconds, "heart_rate": 140}
    end = {"timestamp": begin + length, "local_timestamp": begin + length + 3600}
    return fit.encode([
        (recordings.FILE_ID, head), (recordings.RECORD, track), *parts, (recordings.ACTIVITY, end),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The watch's recordings, Strava's export of the same and one more, and two lifting apps."""
    folder = tmp_path_factory.mktemp("files")
    recorded, stream = streams.record(RUN, np.random.default_rng(1))
    watch = recordings.run_file(recorded, stream, BERLIN)
    parts = [
        replace(RUN, start=BRICK + timedelta(seconds=at + 7), distance_m=1195, moving_s=PART_S,
                elapsed_s=PART_S)
        for at in (0, PART_S + RIDE_S)
    ]  # fmt: skip
    strava = [replace(RUN, start=EIGHT + timedelta(seconds=90), distance_m=905), LATER, *parts]
    contents: dict[str, bytes] = {
        "watch.fit": watch,
        "again.fit": watch,
        "brick.fit": brick(),
        "hevy_first.csv": lift_csv.hevy([LIFT]).encode(),
        "hevy_later.csv": lift_csv.hevy([LIFT, NEXT_LIFT]).encode(),
        "strong.csv": lift_csv.strong(
            [replace(LIFT, start=LIFT.start + timedelta(seconds=80))]
        ).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "strava.zip", "w") as archive:
        archive.writestr("activities.csv", strava_csv.activities(strava, 1, BERLIN))
    return {path.name: path for path in sorted(folder.iterdir())}


class Club:
    """A data folder with one athlete."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.now = now
        self.settings: Settings = load(folder, timezone="Europe/Berlin")
        self.store = Store(folder)
        team = enrolling.add_team(self.store, "Made up", now)
        self.athlete = enrolling.add_person(
            self.store, "Ada", "ada@example.org", now, born=date(2000, 1, 1)
        )
        enrolling.add_role(self.store, self.athlete, Role.ATHLETE, team, now)
        consenting.record(
            self.store, self.athlete, Consent.LOAD, True, self.athlete, "athlete", None, now
        )

    def take(self, paths: list[Path]) -> None:
        """Import one file after the other, a second apart."""
        for second, path in enumerate(paths):
            at = self.now + timedelta(seconds=second)
            receipt = ingest.store_file(
                self.store, self.settings, self.athlete, path, path.name, at
            )
            assert receipt.refusals == ()

    def tables(self, left_out: set[str], *, from_raw: bool = False) -> dict[str, list[Any]]:
        """Every model after a rebuild."""
        jobs.rebuild(self.store, self.settings, self.now + timedelta(hours=1), from_raw=from_raw)
        return {name: sorted(self._rows(name, left_out), key=repr) for name in models.tables()}

    def _rows(self, name: str, left_out: set[str]) -> Iterator[dict[str, Any]]:
        for row in self.store.rows(f"SELECT * FROM lake.{name}"):
            yield {key: value for key, value in row.items() if key not in left_out}


@pytest.fixture
def club(tmp_path: Path, settings: Settings, now: datetime) -> Iterator[Club]:
    made = Club(settings.data, now)
    yield made
    made.store.close()


def test_each_session_stands_once_from_the_best_source_with_the_others_linked(
    club: Club, files: dict[str, Path]
) -> None:
    club.take(list(files.values()))
    club.tables(set())
    sessions = club.store.rows(
        "SELECT s.source, s.kind, s.start_local, count(d.session_id) AS others "
        "FROM lake.staging.session AS s "
        "LEFT JOIN lake.staging.duplicate AS d ON d.kept_id = s.session_id "
        "GROUP BY ALL ORDER BY s.start_local"
    )
    first_lift = sessions.pop(1)
    assert (first_lift["kind"], first_lift["others"]) == ("lift", 1)
    assert first_lift["source"] in {"hevy", "strong"}
    assert [tuple(row.values()) for row in sessions] == [
        ("fit", "run", EIGHT, 1),
        ("strava_export", "run", LATER.start, 0),
        ("hevy", "lift", NEXT_LIFT.start, 0),
        ("fit", "run", BRICK, 1),
        ("fit", "other", BRICK + timedelta(seconds=PART_S), 0),
        ("fit", "run", BRICK + timedelta(seconds=PART_S + RIDE_S), 1),
    ]


def test_what_was_made_from_the_raw_files_again_is_the_same(
    club: Club, files: dict[str, Path]
) -> None:
    club.take(list(files.values()))
    unordered = {"payloads"}
    before = club.tables(unordered)
    assert before["marts.load_metric"]
    assert club.tables(unordered, from_raw=True) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_repetition_of_files_gives_the_same_tables(
    club: Club, files: dict[str, Path], seed: int
) -> None:
    """But for when a row was known, and which of several equal files it points at."""
    of_arrival = {"known_at", "sha256", "sets_sha256", "payloads"}
    paths = list(files.values())
    club.take(paths)
    want = club.tables(of_arrival)
    shuffled = random.Random(seed).sample([*paths, *paths[:3]], len(paths) + 3)
    club.store.write("lake", _forget_files)
    club.take(shuffled)
    got = club.tables(of_arrival)
    for name, rows in want.items():
        assert got[name] == rows, name


def _forget_files(con: Any) -> None:
    for table in ("payload", "session", "lift_set", "sample"):
        con.execute(f"DELETE FROM lake.raw.{table}")
