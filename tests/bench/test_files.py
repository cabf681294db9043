"""What the bench of files reads is a season, and its section of the page leaves the rest alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from clubmon_files import native, recordings

from clubmon.arrival import reading
from tests.bench import files, pagetext, season

FOUND = {"files": 10, "rate": 20.0, "cpu_ms": 50.0, "peak_mb": 100.0, "worker_mb": 80.0}


def test_a_season_is_different_runs_that_the_native_parser_takes(tmp_path: Path) -> None:
    made = season.files(tmp_path, 2)
    one, other = (reading.parse(path, path.name).sessions[0] for path in made)
    assert one.kind == other.kind == "run"
    assert one.start_utc == season.start(0) != other.start_utc
    assert one.samples
    assert one.distance_m != other.distance_m
    assert one.warnings == ()
    assert native.decode(season.recording(0))


def test_an_archive_has_its_size_and_every_row_its_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(season, "DISTINCT", 3)
    path = tmp_path / "export.zip"
    count = season.archive(path, 1)
    assert 1_000_000 < path.stat().st_size < 1_200_000
    parsed = reading.parse(path, "export.zip")
    assert (len(parsed.sessions), parsed.refusals) == (count, ())
    assert all(one.samples and one.source == "strava_export" for one in parsed.sessions)
    assert count < recordings.MANY  # read here: this test needs no processes


@pytest.mark.parametrize(("rate", "met"), [(5.0, "4.0, met"), (5.1, "3.9, not met")])
def test_the_section_says_the_ratio_and_whether_the_aim_is_met(rate: float, met: str) -> None:
    ways = dict.fromkeys(files.NAMES, FOUND) | {"fitdecode": {**FOUND, "rate": rate}}
    text = files.section(1000, ways, [(100, FOUND, FOUND)])
    assert met in text
    assert re.search(r"^\| 100 \| 10 \| \d\.\d \| 100 \| 80 \| \d\.\d \| 100 \|$", text, re.M)


def test_each_bench_leaves_what_the_other_wrote() -> None:
    page = "# Numbers\n\ntext\n"
    section = files.section(1, {"fitdecode": FOUND, "all": FOUND}, [])
    written = f"{pagetext.without(page, files.TITLE)}\n{section}"
    assert (pagetext.without(written, files.TITLE), pagetext.of(written, files.TITLE)) == (
        page,
        "\n" + section,
    )
    assert pagetext.without(page, files.TITLE) + pagetext.of(page, files.TITLE) == page


def test_a_measurement_is_a_process_that_prints_what_it_found(tmp_path: Path) -> None:
    season.files(tmp_path, 1)
    command = [sys.executable, "-m", "tests.bench.files", "--measure", "one", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=files.ROOT)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["files"] == 1
    assert set(found) == set(FOUND)
