"""Every header that was found in the wild with one of its rows, read for its values."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from clubmon_files import Files

from clubmon.sdk import Question, Session

REAL = Path(
    os.environ.get("CLUBMON_REAL_EXPORTS", Path(__file__).parents[2] / ".." / "shared" / "real")
)
TESTS = Path(__file__).parents[1]
HEADERS = REAL.parent / "payloads" / "export_headers.md"
pytestmark = pytest.mark.skipif(
    not HEADERS.is_file(), reason="the headers are not here; set CLUBMON_REAL_EXPORTS"
)

# file: source, kind, day, metres, seconds, and the only set's exercise, repetitions and weight
ROWS = {
    "strava_activities_2025.csv": (
        "strava_export", "other", "2014-10-05", 13_609.2001953125, 2_499,
    ),
    "strava_activities_2024_full_zip.csv": (
        "strava_export", "run", "2022-05-29", 3_322.949951171875, 1_411,
    ),
    "strava_activities_2021_translation_missing.csv": (
        "strava_export", "run", "2019-08-28", 9_600, 3_009,
    ),
    "strong_2022_comma.csv": (
        "strong", "lift", "2022-09-21", None, 2_280, "Squat (Barbell)", 10, 45.0,
    ),
    "strong_fixture_b.csv": (
        "strong", "lift", "2019-11-07", None, 2_227, "Bicep Curl (Cable)", 4, 19.0,
    ),
    "hevy_2026_pt.csv": ("hevy", "lift", "2026-04-08", None, 3_180, "Pull Up", 7, None),
    "fitnotes_2025_kgs.csv": (
        "fitnotes", "lift", "2025-04-29", None, None,
        "Flat Barbell Bench Press (Each Side) (Smith Machine)", 20, 7.5,
    ),
    "fitnotes_2017_lbs.csv": ("fitnotes", "lift", "2017-06-23", None, None, "Pushups", 22, None),
    "lyfta_2025.csv": ("lyfta", "lift", "2025-12-11", None, 4_048, "Pull-up", 10, None),
    "trainingpeaks_workouts_2026.csv": (
        "trainingpeaks", "run", "2026-02-01", 12_528.83984375, pytest.approx(4_976.8, abs=0.1),
    ),
    "garmin_activities_en_2026.csv": ("garmin_csv", "run", "2026-04-23", 6_710, 2_293),
    "garmin_activities_sv_2026.csv": ("garmin_csv", "run", "2026-01-19", 7_340, 2_806),
    "garmin_activities_de_2023.csv": ("garmin_csv", "run", "2023-03-31", 4_230, 1_327),
    "garmin_activities_da_2025.csv": ("garmin_csv", "other", "2025-11-01", 1_500, 2_700),
    "garmin_activities_pl_2021.csv": ("garmin_csv", "run", "2021-10-29", 6_080, 1_886),
    "garmin_activities_pt_run_2021.csv": ("garmin_csv", "run", "2021-10-02", 1_900, 600),
    "garmin_activities_fr_2014.csv": ("garmin_csv", "run", "2014-06-30", 2_940, 1_246),
    "statsports_2022.csv": ("statsports", "run", "2022-02-18", 4_778, 2_939),
}  # fmt: skip
ASKED = {  # which of them leave open what a person has to say, and what was said
    "strong_2022_comma.csv": {"weight_unit": "kg"},
    "garmin_activities_fr_2014.csv": {"garmin_distance_unit": "km"},
}

# Headers that were quoted without a row: a row of our own, by column, and what it comes to
QUOTED: dict[str, tuple[dict[str, str], tuple[object, ...]]] = {
    "Strong B iOS": (
        {"Date": "2026-09-01 18:00:00", "Workout Name": "Legs", "Duration": "1h 2m",
         "Exercise Name": "Squat", "Set Order": "1", "Weight": "62.5", "Weight Unit": "kg",
         "Reps": "5", "RPE": "8"},
        ("strong", "lift", "2026-09-01", None, 3_720, ("Squat", 5, 62.5)),
    ),
    "Strong B Android": (
        {"Date": "2026-09-01 18:00:00", "Workout Name": "Legs", "Exercise Name": "Squat",
         "Set Order": "1", "Weight": "62.5", "Weight Unit": "kg", "Reps": "5", "RPE": "8",
         "Workout Duration": "1h 2m"},
        ("strong", "lift", "2026-09-01", None, 3_720, ("Squat", 5, 62.5)),
    ),
    "FitNotes 2 iOS": (
        {"Date": "2026-09-01", "Exercise": "Squat", "Category": "Legs", "Weight (kg)": "62.5",
         "Weight (lbs)": "137.79", "Reps": "5", "Kind": "wr"},
        ("fitnotes", "lift", "2026-09-01", None, None, ("Squat", 5, 62.5)),
    ),
    "Jefit section EXERCISE LOGS": (
        {"USERID": "7", "_id": "1", "logs": "62.5x5", "record": "70", "mydate": "2026-09-01",
         "ename": "Squat", "belongsession": "0"},
        ("jefit", "lift", "2026-09-01", None, None, ("Squat", 5, 62.5)),
    ),
    "Polar Team Pro": (
        {"Player number": "7", "Player name": "Ana", "Session name": "MD-1", "Type": "Training",
         "Phase name": "Whole session", "Duration": "01:30:00",
         "Start time": "01-09-2026 18:00:00", "End time": "01-09-2026 19:30:00",
         "HR avg [bpm]": "150", "Total distance [m]": "6100"},
        ("polar_team", "run", "2026-09-01", 6_100, 5_400),
    ),
    "Catapult OpenField CTR": (
        {"Player Name": "Ana", "Period Name": "Session", "Period Number": "0",
         "Velocity Band 5 Total Distance": "400", "Total Distance": "6100"},
        ("catapult", "run", "2026-09-01", 6_100, None),
    ),
}  # fmt: skip
ABOVE = {  # what stands above the header in such a file
    "Catapult OpenField CTR": "Date:,01/09/2026\nStart Time:,18:00:00\n\n",
    "Jefit section EXERCISE LOGS": "### EXERCISE LOGS ####\n\n",
}


def blocks() -> dict[str, str]:
    """Header and row of every file that was seen, by its name."""
    return dict(re.findall(r"`([^`\n]+)`\)\n```\n(.*?)```", HEADERS.read_text(), re.DOTALL))


def quoted() -> dict[str, str]:
    """Headers without a row, by app."""
    _, _, rest = HEADERS.read_text().partition("## Not held as files")
    return dict(re.findall(r"^([^:`\n]+): .*?`([^`]+)`", rest, re.MULTILINE))


def test_every_header_that_was_found_is_read_here() -> None:
    assert set(blocks()) == set(ROWS)
    assert set(quoted()) == set(QUOTED)


def test_every_payload_that_was_seen_is_read_by_a_test() -> None:
    unused = {"garmin_exerciseSets_unofficial.json"}  # no address that a club may ask gives it
    tests = [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    written = "".join(path.read_text(encoding="utf-8") for path in tests)
    seen = {path.name for path in HEADERS.parent.iterdir()} - {HEADERS.name} - unused
    assert {name for name in seen if name not in written} == set()


@pytest.mark.parametrize("name", ASKED)
def test_what_a_row_from_the_wild_leaves_open_is_asked(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(blocks()[name], encoding="utf-8")
    (item,) = Files().read(path, name)
    assert isinstance(item, Question)
    assert item.key in ASKED[name]


@pytest.mark.parametrize("name", QUOTED)
def test_a_header_that_was_only_quoted_is_read_with_a_row_of_ours(
    name: str, tmp_path: Path
) -> None:
    header, (cells, expected) = quoted()[name], QUOTED[name]
    sign = ";" if ";" in header else ","
    columns = [each for each in header.split(sign) if each != "…"]
    assert set(cells) <= set(columns)
    row = sign.join(cells.get(column, "") for column in columns)
    text = f"{ABOVE.get(name, '')}{sign.join(columns)}\n{row}\n"
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    (item,) = Files().read(path, "export.csv", {"weight_unit": "kg"})
    assert isinstance(item, Session), item
    start = item.start_local or item.start_utc
    assert start is not None
    told = item.source, item.kind, start.date().isoformat(), item.distance_m, item.elapsed_s
    sets = [(each.exercise, each.reps, each.weight_kg) for each in item.sets]
    assert (*told, *sets) == expected


@pytest.mark.parametrize("name", ROWS)
def test_a_header_from_the_wild_is_read_with_its_row(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(blocks()[name], encoding="utf-8")
    (item,) = Files().read(path, name, ASKED.get(name, {}))
    assert isinstance(item, Session)
    source, kind, day, metres, seconds, *lifted = ROWS[name]
    start = item.start_utc or item.start_local
    assert (item.source, item.kind, item.distance_m) == (source, kind, metres)
    assert (item.moving_s or item.elapsed_s) == seconds
    assert isinstance(start, datetime)
    assert start.date().isoformat() == day
    assert [(each.exercise, each.reps, each.weight_kg) for each in item.sets] == (
        [tuple(lifted)] if lifted else []
    )
