"""Every header that was found in the wild with one of its rows, read for its values."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from clubmon_files import Files

from clubmon.sdk import Session

REAL = Path(
    os.environ.get("CLUBMON_REAL_EXPORTS", Path(__file__).parents[2] / ".." / "shared" / "real")
)
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
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_header_from_the_wild_is_read_with_its_row(name: str, tmp_path: Path) -> None:
    found = re.search(rf"`{re.escape(name)}`\)\n```\n(.*?)```", HEADERS.read_text(), re.DOTALL)
    assert found is not None
    path = tmp_path / name
    path.write_text(found.group(1), encoding="utf-8")
    (item,) = Files().read(path, name, {"weight_unit": "kg"})
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
