"""The export files: real formats, "made up" in each, no session in two of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clubmon.demo import exports, lift_csv, strava_csv
from clubmon.demo.club import Athlete, Club
from clubmon.demo.exports import Exported
from clubmon.demo.training import Training

TODAY = date(2026, 11, 17)
Decode = Callable[[bytes], dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def written(
    made: Club, trainings: dict[int, Training], tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Exported]:
    """Exports of one athlete with recordings and Hevy, and one with neither."""
    folder = tmp_path_factory.mktemp("exports")
    chosen: list[Athlete] = [made.athletes[0], made.athletes[5]]
    return {a.index: exports.write(folder, a, trainings[a.index], TODAY, 7) for a in chosen}


def activities(path: Path) -> tuple[list[str], list[list[str]]]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("activities.csv").decode("utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    return head, rows


def kinds(exported: Exported) -> list[str]:
    return [path.suffix for path in exported.files]


def test_six_weeks_of_recordings_are_single_files_and_the_rest_is_in_the_zip(
    written: dict[int, Exported],
) -> None:
    recorded = written[0]
    _, rows = activities(recorded.files[0])
    late = [run for run in recorded.runs if (TODAY - run.start.date()).days <= 35]
    assert kinds(recorded)[2:] == [".fit"] * len(late)
    assert len(rows) + len(late) == len(recorded.runs)


def test_the_others_have_no_recordings(written: dict[int, Exported]) -> None:
    assert kinds(written[5]) == [".zip", ".csv"]
    assert len(activities(written[5].files[0])[1]) == len(written[5].runs)


def test_no_run_is_in_two_files(written: dict[int, Exported], decode: Decode) -> None:
    starts = [
        decode(path.read_bytes())["session"][0]["start_time"] for path in written[0].files[2:]
    ]
    for row in activities(written[0].files[0])[1]:
        starts.append(datetime.strptime(row[1] + " +0000", "%b %d, %Y, %I:%M:%S %p %z"))
    assert len(set(starts)) == len(starts) == len(written[0].runs)


def test_recordings_decode_to_the_sessions_that_are_told(
    written: dict[int, Exported], decode: Decode
) -> None:
    by_start = {run.start: run for run in written[0].runs}
    for path in written[0].files[2:]:
        (session,) = decode(path.read_bytes())["session"]
        start = session["start_time"].astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
        run = by_start[start]
        assert session["total_distance"] == run.distance_m
        assert session["total_timer_time"] == run.moving_s
        assert (session["avg_heart_rate"], session["max_heart_rate"]) == (run.avg_hr, run.max_hr)


def test_the_zip_has_the_99_columns_with_five_names_twice(written: dict[int, Exported]) -> None:
    head, rows = activities(written[5].files[0])
    twice = [name for name in dict.fromkeys(head) if head.count(name) == 2]
    assert len(head) == 99
    assert twice == [
        "Elapsed Time", "Distance", "Max Heart Rate", "Relative Effort", "Commute",
    ]  # fmt: skip
    assert all(len(row) == 99 for row in rows)


def test_the_second_of_two_columns_is_exact_and_in_metres(written: dict[int, Exported]) -> None:
    head, rows = activities(written[5].files[0])
    shown, exact = (i for i, name in enumerate(head) if name == "Distance")
    for row, run in zip(rows, written[5].runs, strict=True):
        assert float(row[exact]) == run.distance_m
        assert row[shown] == f"{run.distance_m / 1000:.2f}"
        assert float(row[head.index("Moving Time")]) == run.moving_s
        assert row[head.index("Perceived Exertion")] == ("" if run.rpe is None else f"{run.rpe}.0")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2014, 10, 5, 16, 15, 21, tzinfo=UTC), "Oct 5, 2014, 4:15:21 PM"),
        (datetime(2026, 1, 31, 0, 5, 9, tzinfo=UTC), "Jan 31, 2026, 12:05:09 AM"),
        (datetime(2026, 7, 1, 14, 0, tzinfo=ZoneInfo("Europe/Berlin")), "Jul 1, 2026, 12:00:00 PM"),
    ],
)
def test_dates_are_utc_in_the_form_of_the_export(moment: datetime, text: str) -> None:
    assert strava_csv.utc_date(moment) == text


def test_hevy_has_a_row_per_set_and_its_own_header(written: dict[int, Exported]) -> None:
    text = written[0].files[1].read_text(encoding="utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == lift_csv.HEVY
    assert len(rows) == sum(len(lift.sets) for lift in written[0].lifts)
    assert {row[8] for row in rows} == {"warmup", "normal"}
    newest = datetime.strptime(rows[0][1] + " +0000", "%d %b %Y, %H:%M %z")
    assert newest.replace(tzinfo=None) == written[0].lifts[-1].start


def test_strong_has_a_row_per_set_and_the_unit_in_its_header(written: dict[int, Exported]) -> None:
    text = written[5].files[1].read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == sum(len(lift.sets) for lift in written[5].lifts)
    first = written[5].lifts[0]
    assert rows[0]["Date"] == str(first.start)
    assert int(rows[0]["Duration (sec)"]) == first.elapsed_s
    assert float(rows[0]["Weight (kg)"]) == first.sets[0].weight_kg


def test_made_up_stands_in_every_file(written: dict[int, Exported]) -> None:
    for path in (path for exported in written.values() for path in exported.files):
        assert "made_up" in path.name
        content = path.read_bytes()
        if path.suffix == ".zip":
            content = zipfile.ZipFile(path).read("activities.csv")
        assert b"made up" in content.lower()


def test_the_same_seed_writes_the_same_bytes(
    made: Club, trainings: dict[int, Training], written: dict[int, Exported], tmp_path: Path
) -> None:
    again = exports.write(tmp_path, made.athletes[0], trainings[0], TODAY, 7)
    assert [p.read_bytes() for p in again.files] == [p.read_bytes() for p in written[0].files]
