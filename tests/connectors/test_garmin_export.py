"""What the connector promises about Garmin's account export."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clubmon_files import garmin_export, garmin_summary

from clubmon.sdk import Refusal, Session

PAYLOADS = Path(
    os.environ.get("CLUBMON_PAYLOADS", Path(__file__).parents[2] / ".." / "shared" / "payloads")
)
LIST = "DI_CONNECT/DI-Connect-Fitness/a@example.org_0_summarizedActivities.json"
UPLOADS = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
START_MS = 1_788_278_400_000  # 2026-09-01 16:00 UTC, as the builder of FIT files has it

RUN = {
    "activityId": 101,
    "name": "Evening Run",
    "activityType": "running",
    "beginTimestamp": START_MS,
    "startTimeGmt": float(START_MS),
    "startTimeLocal": float(START_MS + 7_200_000),
    "duration": 1_500_000.0,
    "elapsedDuration": 1_600_000.0,
    "distance": 501_250.0,
    "elevationGain": 3_150.0,
    "elevationLoss": 2_900.0,
    "avgSpeed": 0.334,
    "avgHr": 150.0,
    "maxHr": 171.0,
    "calories": 1700.0,
    "workoutRpe": 60.0,
    "parent": False,
}


def listed(*entries: Mapping[str, Any]) -> bytes:
    return json.dumps([{"summarizedActivitiesExport": list(entries)}]).encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def test_the_list_counts_in_milliseconds_and_centimetres(one: Any) -> None:
    run = one(zipped({LIST: listed(RUN)}), "export.zip")
    assert (run.source, run.source_id, run.kind) == ("garmin_export", "101", "run")
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (5012.5, 1500, 1600)
    assert (run.ascent_m, run.descent_m) == (31.5, 29)
    assert (run.avg_hr, run.max_hr, run.rpe) == (150, 171, 6)
    assert run.start_utc == datetime(2026, 9, 1, 16, tzinfo=UTC)
    assert (run.start_local, run.timezone) == (datetime(2026, 9, 1, 18), "+02:00")  # noqa: DTZ001
    assert run.where == f"export.zip!{LIST} activity 101"


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads seen are not here")
def test_a_lift_as_garmin_wrote_it(one: Any) -> None:
    data = (PAYLOADS / "garmin_summarizedActivities_export_strength.json").read_bytes()
    lift = one(zipped({LIST: data}), "export.zip")
    assert (lift.kind, lift.sport, lift.source_id) == ("lift", "strength_training", "21228853794")
    assert (lift.moving_s, lift.elapsed_s, lift.distance_m) == (4025.25, 4025.25, 0)
    assert lift.start_local == datetime(2025, 12, 11, 17, 11, 14)  # noqa: DTZ001
    assert lift.timezone == "+05:30"
    assert "149 repetitions of 4 exercises" in lift.warnings[0]


def test_a_recording_inside_an_inner_archive_joins_its_entry(one: Any, fit: Any) -> None:
    summary = fit.summary(avg_heart_rate=141)
    data = fit.file(fit.head(), fit.track(), summary, fit.end())
    inner = zipped({"a@example.org_555.fit": data})
    entry = {**RUN, "avgHr": None}
    run = one(zipped({LIST: listed(entry), UPLOADS: inner}), "export.zip")
    assert (run.source, run.source_id) == ("garmin_export", "101")
    assert (run.distance_m, run.rpe) == (5012.5, 6)  # the list holds what was corrected
    assert run.avg_hr == 141  # the recording fills in
    assert len(run.samples.t_s) == 60
    assert run.start_local == datetime(2026, 9, 1, 18)  # noqa: DTZ001


def test_parts_of_one_recording_join_each_their_entry(read: Any, fit: Any) -> None:
    second = {
        **RUN,
        "activityId": 102,
        "activityType": "cycling",
        "beginTimestamp": START_MS + 600_000,
        "startTimeGmt": START_MS + 600_000,
        "startTimeLocal": START_MS + 7_800_000,
    }
    whole = {**RUN, "activityId": 100, "activityType": "multi_sport", "parent": True}
    data = fit.file(
        fit.head(),
        fit.track(60),
        fit.track(60, at=600),
        fit.summary(),
        fit.summary(at=600, sport=2),
        fit.end(),
    )
    inner = zipped({"a_1.fit": data})
    items = read(zipped({LIST: listed(whole, RUN, second), UPLOADS: inner}), "export.zip")
    assert [(item.source_id, item.kind) for item in items] == [("101", "run"), ("102", "other")]
    assert all(item.samples for item in items)


def test_a_recording_that_no_list_names_is_kept(read: Any, fit: Any) -> None:
    other = {**RUN, "startTimeGmt": START_MS - 86_400_000, "beginTimestamp": None}
    inner = zipped({"a_1.fit": fit.run()})
    first, second = read(zipped({LIST: listed(other), UPLOADS: inner}), "export.zip")
    assert {first.source, second.source} == {"fit", "garmin_export"}


def test_a_run_is_no_recording_of_a_lift(read: Any, fit: Any) -> None:
    lift = {**RUN, "activityType": "strength_training"}
    items = read(zipped({LIST: listed(lift), UPLOADS: zipped({"a.fit": fit.run()})}), "e.zip")
    assert sorted(item.kind for item in items) == ["lift", "run"]


def test_files_that_hold_no_activity_are_passed_by(one: Any, fit: Any) -> None:
    day = fit.file(fit.head(kind=32), fit.track(5))
    inner = zipped({"a_1.fit": day, "a_2.txt": b"x", "a_3.fit": fit.run()})
    assert one(zipped({UPLOADS: inner}), "export.zip").source == "fit"


def test_a_damaged_inner_archive_costs_only_itself(read: Any) -> None:
    items = read(zipped({LIST: listed(RUN), UPLOADS: b"PK\x03\x04 broken"}), "export.zip")
    assert sum(isinstance(item, Session) for item in items) == 1
    (refused,) = [item for item in items if isinstance(item, Refusal)]
    assert UPLOADS in refused.where
    assert "damaged" in refused.message


def test_an_archive_two_levels_down_stays_closed(read: Any, fit: Any) -> None:
    deep = zipped({"deeper.zip": zipped({"a.fit": fit.run()})})
    (refused,) = read(zipped({UPLOADS: deep}), "export.zip")
    assert "archive inside the archive" in str(refused)


def test_a_bomb_inside_an_inner_archive_is_not_inflated(read: Any) -> None:
    bomb = zipped({"a.fit": b"\0" * 60_000_000})
    (refused,) = read(zipped({UPLOADS: bomb}), "export.zip")
    assert "would inflate" in str(refused)


def test_an_inner_archive_of_another_export_stays_closed(read: Any, strava: Any, fit: Any) -> None:
    members = {"activities.csv": strava.csv(strava.row()), "more.zip": zipped({"a": b"b"})}
    items = read(zipped(members), "export.zip")
    assert [type(item) for item in items] == [Refusal, Session]
    assert "unpack it" in items[0].message


def test_a_list_that_breaks_off_keeps_what_came_before(read: Any) -> None:
    data = listed(RUN, {**RUN, "activityId": 102})
    items = read(zipped({LIST: data[:-40]}), "export.zip")
    assert [type(item) for item in items] == [Refusal, Session]
    assert "breaks off" in items[0].message


def test_an_entry_that_would_fill_the_memory_is_not_read(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garmin_export, "MOST_ENTRY_BYTES", 200_000)
    huge = {**RUN, "activityId": 102, "name": [str(n) for n in range(200_000)]}
    items = read(zipped({LIST: listed(RUN, huge)}), "export.zip")
    assert "larger than any activity" in items[0].message


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"startTimeGmt": None, "beginTimestamp": None, "startTimeLocal": None}, "no start"),
        ({"startTimeGmt": "x", "beginTimestamp": 7, "startTimeLocal": float("1e300")}, "no start"),
        ({"activityId": None}, "no id"),
    ],
)
def test_an_entry_that_cannot_be_placed_is_refused(change: dict[str, Any], part: str) -> None:
    item = garmin_summary.session({**RUN, **change}, "list")
    assert isinstance(item, Refusal)
    assert part in item.message


def test_odd_values_are_left_out_and_said() -> None:
    odd = {"maxHr": 9999, "workoutRpe": 700, "elevationGain": "much", "name": 5, "distance": None}
    item = garmin_summary.session({**RUN, **odd}, "list")
    assert isinstance(item, Session)
    assert (item.max_hr, item.rpe, item.ascent_m, item.title, item.distance_m) == (None,) * 5
    assert len(item.warnings) == 2


def test_a_wall_clock_beyond_any_zone_is_not_believed() -> None:
    item = garmin_summary.session({**RUN, "startTimeLocal": START_MS + 90_000_000}, "list")
    assert isinstance(item, Session)
    assert (item.start_local, item.timezone) == (None, None)


def test_an_export_without_activities_says_so(refused: Any) -> None:
    assert "neither a list" in refused(
        zipped({"DI_CONNECT/DI-Connect-Uploaded-Files/readme.txt": b"x"}), "export.zip"
    )


# VmHWM is this process's own; ru_maxrss begins with the size of the one that started it.
MEASURE = """
import re, resource, sys
from pathlib import Path
from clubmon_files import Files
count = len(list(Files().read(Path(sys.argv[1]), "export.zip")))
status = Path("/proc/self/status")
own = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(count, int(own.group(1)) * 1024 if own else peak)
"""


@pytest.mark.slow
def test_a_list_of_100_mb_is_read_within_200_mb_of_memory(tmp_path: Path) -> None:
    """Everything counts: the interpreter, its libraries and all sessions that wait."""
    path, size, count = tmp_path / "export.zip", 0, 0
    more = {f"hrTimeInZone_{zone}": 2_071_147 + zone for zone in range(50)}
    moved = {"activityId": "ID", "startTimeGmt": "START", "startTimeLocal": None}
    entry = json.dumps({**RUN, **more, **moved}).replace('"ID"', "%d").replace('"START"', "%d")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open(LIST, "w", force_zip64=True) as stream,
    ):
        stream.write(b'[{"summarizedActivitiesExport": [')
        while size < 100_000_000:
            one = entry % (count, START_MS - count * 3_600_000)
            size += stream.write((b"," if count else b"") + one.encode())
            count += 1
        stream.write(b"]}]")
    command = [sys.executable, "-c", MEASURE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found, peak = map(int, done.stdout.split())
    assert found == count > 40_000
    assert peak < 200_000_000
