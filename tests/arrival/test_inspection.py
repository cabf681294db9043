"""What `clubmon inspect` promises."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from clubmon.arrival import inspection

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
KEYS = [
    "file",
    "source",
    "kind",
    "start_local",
    "timezone",
    "distance_m",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "avg_hr",
    "max_hr",
    "sets",
    "warnings",
]
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Elapsed Time,"
    "Moving Time,Distance\n"
    '1,"Sep 1, 2026, 4:00:00 PM",[b]Run[/b],Run,1600,5.01,1600,1500,5012.5\n'
    '2,"Sep 1, 2031, 4:00:00 PM",Late,Run,1600,5.01,1600,1500,5012.5\n'
    "3,foo,Bad,Run,1600,5.01,1600,1500,5012.5\n"
)
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight (kg),Reps,Distance,Seconds\n"
    "2026-09-01 18:00:00,Legs,,Squat,1,100,5,0,0\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two exports, one of them below, a hidden file and one of no known kind."""
    below = tmp_path / "phone"
    below.mkdir()
    (tmp_path / "activities.csv").write_text(STRAVA)
    (below / "strong.csv").write_text(STRONG)
    (below / "letter.txt").write_text("Dear coach")
    (tmp_path / ".hidden").write_text("x")
    return tmp_path


def test_json_is_one_array_with_exactly_these_keys(folder: Path) -> None:
    found = inspection.inspect([folder], NOW)
    sessions = json.loads(inspection.as_json(found))
    assert [list(session) for session in sessions] == [KEYS] * 3
    run, _, lift = sessions
    assert run["file"] == str(folder / "activities.csv")
    assert (run["start_local"], run["timezone"]) == ("2026-09-01T16:00:00", "UTC")
    assert (run["distance_m"], run["ascent_m"], run["sets"]) == (5012.5, None, [])
    assert (lift["start_local"], lift["timezone"]) == ("2026-09-01T18:00:00", None)
    assert lift["sets"] == [
        {"exercise": "Squat", "set_type": "normal", "reps": 5, "weight_kg": 100.0, "rpe": None}
    ]


def test_doubts_are_warnings(folder: Path) -> None:
    found = inspection.inspect([folder / "activities.csv"], NOW)
    assert [len(session["warnings"]) for session in found.sessions] == [0, 1]
    assert "future" in found.sessions[1]["warnings"][0]


def test_folders_are_walked_in_order_and_refusals_name_the_path(folder: Path) -> None:
    found = inspection.inspect([folder / "phone", folder / "activities.csv"], NOW)
    assert [session["source"] for session in found.sessions] == [
        "strong",
        "strava_export",
        "strava_export",
    ]
    assert [refusal.where for refusal in found.refusals] == [
        str(folder / "phone" / "letter.txt"),
        str(folder / "activities.csv") + " row 4",
    ]


def test_the_table_shows_each_session_and_each_note_once(folder: Path) -> None:
    out = StringIO()
    Console(file=out, width=140).print(inspection.as_table(inspection.inspect([folder], NOW)))
    text = " ".join(out.getvalue().split())
    assert "3 sessions, 2 refused" in text
    assert text.count("5.01") == 2
    assert "0:25:00" in text
    assert text.count("lies in the future") == 1
    assert "1 activities.csv row 3: The start 2031-09-01" in text
    assert "2 strong.csv row 2: The duration is missing" in text


def test_nothing_at_all_is_an_empty_array_and_one_line(tmp_path: Path) -> None:
    found = inspection.inspect([tmp_path], NOW)
    assert inspection.as_json(found) == "[]"
    (line,) = map(str, found.refusals)
    assert line.startswith(f"{tmp_path}: is a folder that holds no files")


def test_what_is_no_file_is_refused_and_not_waited_for(folder: Path) -> None:
    pipe = folder / "pipe.fit"
    os.mkfifo(pipe)
    found = inspection.inspect([pipe, Path("/dev/zero"), folder / "gone.fit"], NOW)
    assert found.sessions == []
    assert [str(refusal).split(",")[0] for refusal in found.refusals[:2]] == [
        f"{pipe}: is no file but a pipe or a device",
        "/dev/zero: is no file but a pipe or a device",
    ]
    assert "cannot be opened" in str(found.refusals[2])
    assert len(inspection.inspect([folder], NOW).sessions) == 3  # a pipe in a folder is passed over


def test_a_path_that_may_not_be_looked_at_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path, **_: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", denied)
    (line,) = map(str, inspection.inspect([tmp_path / "locked" / "a.fit"], NOW).refusals)
    assert line.endswith("a.fit: cannot be opened (Permission denied); check the file.")
