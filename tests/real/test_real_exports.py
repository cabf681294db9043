"""Every real export, each session total against a parser that shares no code with ours.

FIT: pyfitparsernative (Rust). CSV: a plain loop over the csv module by column number.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import struct
import zipfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from clubmon_files import Files, track
from clubmon_files.fit_session import CHECKSUM, DAMAGED
from pyfitparsernative import parse_fit_bytes

from clubmon.sdk import Question, Refusal, Session

REAL = Path(
    os.environ.get("CLUBMON_REAL_EXPORTS", Path(__file__).parents[2] / ".." / "shared" / "real")
)
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real exports are not here; set CLUBMON_REAL_EXPORTS"
)

NAMES = sorted(path.name for path in REAL.glob("*")) if REAL.is_dir() else []
DUMP = "fit_antfs_dump.fit"
FITS = [name for name in NAMES if ".fit" in name and name != DUMP]
# The independent parser takes no damaged file, so it gets a sound one that ends there.
DAMAGED_AT = {"bad_fit_truncated.fit": 751, "fit_strava_android_app.fit": 7471}
SPORTS = {"running": "run"}


@cache
def read(name: str) -> tuple[list[Session], list[Refusal]]:
    items = list(Files().read(REAL / name, name, {"weight_unit": "kg"}))
    sessions = [item for item in items if isinstance(item, Session)]
    return sessions, [item for item in items if isinstance(item, Refusal)]


def crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


@cache
def parsed_by_others(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parse_fit_bytes(sound(name))
    return found


def sound(name: str) -> bytes:
    """The file with its length and checksum put right, cut where it is damaged."""
    data = (REAL / name).read_bytes()
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if not (name in DAMAGED_AT or name.startswith("bad_")):
        return data
    end = DAMAGED_AT.get(name, len(data) - 2)
    body = data[data[0] : end]
    header = struct.pack("<BBHI4s", 12, *struct.unpack("<xBH", data[:4]), len(body), b".FIT")
    return header + body + struct.pack("<H", crc16(header + body))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def same(ours: float | None, theirs: float | None) -> bool:
    return ours == theirs if theirs is None or ours is None else abs(ours - theirs) < 1e-6


@pytest.mark.parametrize("name", FITS)
def test_every_fit_session_has_the_totals_that_another_parser_reads(name: str) -> None:
    messages = parsed_by_others(name)
    theirs = [message for message in messages if message["message_type"] == "session"]
    ours, refusals = read(name)
    assert (len(ours), refusals) == (len(theirs), [])
    for session, message in zip(ours, theirs, strict=True):
        assert session.start_utc == utc(message["start_time"])
        assert same(session.distance_m, message.get("total_distance"))
        assert same(session.moving_s, message.get("total_timer_time"))
        assert same(session.elapsed_s, message.get("total_elapsed_time"))
        assert same(session.ascent_m, message.get("total_ascent"))
        assert same(session.descent_m, message.get("total_descent"))
        assert same(session.avg_hr, message.get("avg_heart_rate"))
        assert same(session.max_hr, message.get("max_heart_rate"))
        strength = message.get("sub_sport") == "strength_training"
        assert session.kind == SPORTS.get(message["sport"], "lift" if strength else "other")


@pytest.mark.parametrize("name", FITS)
def test_samples_are_the_records_that_another_parser_reads(name: str) -> None:
    messages = parsed_by_others(name)
    records = [m for m in messages if m["message_type"] == "record" and "timestamp" in m]
    theirs: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        theirs[utc(record["timestamp"])].append(record)
    ours, _ = read(name)
    kept, first = 0, min(session.start_utc for session in ours if session.start_utc)
    for session in ours:
        assert session.samples is not None
        assert session.start_utc is not None
        kept += len(session.samples.t_s)
        for t_s, hr, elevation in zip(
            session.samples.t_s, session.samples.hr, session.samples.elevation_m, strict=True
        ):
            moment = theirs[session.start_utc + timedelta(seconds=t_s)]
            assert hr in {None, *(record.get("heart_rate") for record in moment)}
            heights = [record.get("enhanced_altitude") for record in moment]
            assert elevation is None or any(same(elevation, height) for height in heights)
    # One watch recorded before the start that it states; damage made up a record in 2085.
    assert kept == len(
        [when for when in theirs if first <= when < datetime(2050, 1, 1, tzinfo=UTC)]
    )


@pytest.mark.parametrize("name", FITS)
def test_local_time_is_the_device_s_own(name: str) -> None:
    messages = parsed_by_others(name)
    activity = next((m for m in messages if m["message_type"] == "activity"), {})
    for session in read(name)[0]:
        if "local_timestamp" not in activity or "timestamp" not in activity:
            assert session.start_local is None
            continue
        offset = utc(activity["local_timestamp"]) - utc(activity["timestamp"])
        assert session.start_utc is not None
        assert session.start_local == (session.start_utc + offset).replace(tzinfo=None)


def test_damage_is_said() -> None:
    assert DAMAGED in read("bad_fit_truncated.fit")[0][0].warnings
    assert DAMAGED in read("fit_strava_android_app.fit")[0][0].warnings
    assert CHECKSUM in read("bad_fit_crc.fit")[0][0].warnings


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("fit_strength")])
def test_older_devices_recorded_no_sets_and_that_is_said(name: str) -> None:
    (lift,) = read(name)[0]
    assert (lift.kind, lift.sets) == ("lift", ())
    assert "No sets" in lift.warnings[0]


def leaves(name: str, tag: str) -> list[str]:
    """The text of every element of this name, by a tree that is built whole."""
    root = ElementTree.parse(REAL / name).getroot()  # files of our own choice
    return [(each.text or "").strip() for each in root.findall(".//{*}" + tag)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".tcx")])
def test_every_tcx_activity_has_the_totals_of_its_laps(name: str) -> None:
    ((session,), refusals) = read(name)
    laps = ElementTree.parse(REAL / name).getroot().findall(".//{*}Lap")
    metres = sum(float(lap.findtext("{*}DistanceMeters") or 0) for lap in laps)
    seconds = sum(float(lap.findtext("{*}TotalTimeSeconds") or 0) for lap in laps)
    most = max(int(lap.findtext("{*}MaximumHeartRateBpm/{*}Value") or 0) for lap in laps)
    moments = [utc(text.removesuffix("Z")) for text in leaves(name, "Time")]
    assert refusals == []
    assert same(session.distance_m, metres)
    assert same(session.moving_s, seconds)
    assert session.max_hr == most
    assert session.start_utc == utc(leaves(name, "Id")[0].removesuffix("Z"))
    assert session.samples is not None
    assert len(session.samples.t_s) == len({moment.replace(microsecond=0) for moment in moments})
    assert session.elapsed_s is not None
    assert session.elapsed_s >= (max(moments) - session.start_utc).total_seconds() - 1


def test_the_positions_of_a_real_track_come_to_the_device_s_own_distance() -> None:
    name = "tcx_xc_ski.tcx"
    root = ElementTree.parse(REAL / name).getroot()
    places = [
        (
            float(each.findtext("{*}LatitudeDegrees") or 0),
            float(each.findtext("{*}LongitudeDegrees") or 0),
        )
        for each in root.findall(".//{*}Position")
    ]
    metres = sum(track.metres_between(*pair) for pair in pairwise(places))
    (session,) = read(name)[0]
    assert metres == pytest.approx(session.distance_m, rel=0.01)


def test_the_real_gpx_is_a_run_without_totals_that_are_made() -> None:
    ((run,), refusals) = read("gpx_small_sample.gpx")
    hearts = [int(text) for text in leaves("gpx_small_sample.gpx", "hr")]
    assert refusals == []
    assert (run.kind, run.title) == ("run", "Amsterdam City Center Run")
    assert run.start_utc == datetime(2025, 8, 31, 10, tzinfo=UTC)
    assert (run.moving_s, run.elapsed_s) == (630, 630)
    assert (run.avg_hr, run.max_hr) == (round(sum(hearts) / len(hearts)), max(hearts))
    assert run.distance_m == pytest.approx(2_980, abs=10)


@pytest.mark.parametrize("name", [DUMP])
def test_what_is_not_read_is_one_line_that_says_what_to_do(name: str) -> None:
    sessions, refusals = read(name)
    assert sessions == []
    assert len(refusals) == 1
    assert "export" in str(refusals[0])


def rows(name: str) -> list[list[str]]:
    text = (REAL / name).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def value(cell: str) -> float | None:
    return float(cell) if cell else None


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("strava_activities")])
def test_every_strava_row_has_the_totals_of_a_plain_loop(name: str) -> None:
    ours, refusals = read(name)
    theirs = rows(name)
    assert (len(ours), refusals) == (len(theirs), [])
    for session, row in zip(ours, theirs, strict=True):
        assert session.source_id == row[0]
        assert session.start_utc == datetime.strptime(row[1], "%b %d, %Y, %I:%M:%S %p").replace(
            tzinfo=UTC
        )
        assert session.sport == row[3]
        assert (session.kind == "run") == (row[3] == "Run")
        assert (session.elapsed_s, session.moving_s) == (value(row[15]), value(row[16]))
        assert (session.distance_m, session.ascent_m) == (value(row[17]), value(row[20]))
        assert (session.max_hr, session.avg_hr) == tuple(
            None if cell == "" else round(float(cell)) for cell in (row[30], row[31])
        )


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("hevy")])
def test_every_hevy_workout_has_the_totals_of_a_plain_loop(name: str) -> None:
    theirs: dict[tuple[str, str, str], list[list[str]]] = defaultdict(list)
    for row in rows(name):
        theirs[row[0], row[1], row[2]].append(row)
    ours, refusals = read(name)
    assert (len(ours), refusals) == (len(theirs), [])
    for session, ((title, start, end), sets) in zip(ours, theirs.items(), strict=True):
        began, ended = (datetime.strptime(t, "%d %b %Y, %H:%M") for t in (start, end))  # noqa: DTZ007
        assert (session.title, session.start_local) == (title, began)
        assert session.elapsed_s == (ended - began).total_seconds()
        assert [each.exercise for each in session.sets] == [row[4] for row in sets]
        assert [each.reps or 0 for each in session.sets] == [int(row[10] or 0) for row in sets]
        assert [each.weight_kg or 0 for each in session.sets] == [
            float(row[9] or 0) for row in sets
        ]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("strong")])
def test_every_strong_workout_has_the_totals_of_a_plain_loop(name: str) -> None:
    theirs: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for row in rows(name):
        theirs[row[0], row[1]].append(row)
    ours, refusals = read(name)
    assert (len(ours), refusals) == (len(theirs), [])
    for session, ((date, _), sets) in zip(ours, theirs.items(), strict=True):
        assert session.start_local == datetime.fromisoformat(date)
        assert session.elapsed_s == spelt(sets[0][2])
        assert [each.exercise for each in session.sets] == [row[3] for row in sets]
        assert [each.reps or 0 for each in session.sets] == [int(row[6]) for row in sets]
        assert [each.weight_kg or 0 for each in session.sets] == [float(row[5]) for row in sets]


def test_a_real_list_of_sets_without_a_unit_asks_for_it_once() -> None:
    name = "strong_2020_comma_large.csv"
    *told, asked = Files().read(REAL / name, name)
    assert isinstance(asked, Question)
    assert asked.key == "weight_unit"
    weightless = [each for each in read(name)[0] if not any(s.weight_kg for s in each.sets)]
    assert told == weightless


def spelt(text: str) -> float:
    units = {"h": 3_600, "m": 60, "min": 60, "s": 1}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([a-z]+)", text))


def test_a_whole_bulk_export_joins_row_and_recording(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    recording = "strava_export_activity.fit.gz"
    with zipfile.ZipFile(path, "w") as file:
        file.write(REAL / "strava_activities_2024_full_zip.csv", "activities.csv")
        file.write(REAL / recording, "activities/12866632127.fit.gz")
    (run,) = Files().read(path, "export.zip")
    assert isinstance(run, Session)
    (recorded,) = read(recording)[0]
    assert (run.source_id, run.distance_m) == ("12070555079", 3322.949951171875)
    assert (run.start_local, run.timezone) == (recorded.start_local, "+02:00")
    assert run.samples == recorded.samples


def test_every_real_file_is_covered_here() -> None:
    covered = re.compile(
        r"\.fit(\.gz)?$|\.(tcx|gpx)$|^(hevy|strong|strava)\w*\.csv$|^MANIFEST\.md$"
    )
    assert [name for name in NAMES if not covered.search(name)] == []
