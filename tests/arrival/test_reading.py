"""Which connector gets a file, and what becomes of what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from clubmon import plugins
from clubmon.arrival import reading
from clubmon.sdk import NO_ANSWERS, Answers, Question, Refusal, Session


class ByName:
    """Claims a suffix."""

    name, version = "by-name", "1"

    def claims(self, name: str, head: bytes) -> bool:
        return name.endswith(".csv")

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal | Question]:
        yield Refusal(name, "is not known.")


class ByContent(ByName):
    """Claims what it has looked into."""

    name = "by-content"

    def claims(self, name: str, head: bytes) -> bool:
        return head.startswith(b"polar")


def test_a_connector_that_knows_the_content_goes_before_one_that_knows_the_name() -> None:
    known = [ByName(), ByContent()]
    assert reading.claimant(list(known), "a.csv", b"polar;1") is known[1]
    assert reading.claimant(list(known), "a.csv", b"else") is known[0]
    assert reading.claimant(list(known), "a.txt", b"else") is None


def test_the_built_in_connector_is_found_by_its_entry_point() -> None:
    assert "files" in [connector.name for connector in reading.connectors()]


def test_missing_empty_and_unknown_files_are_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "empty.fit").touch()
    (tmp_path / "letter.txt").write_text("Dear coach")
    lines = [
        str(refusal)
        for name in ("gone.fit", "empty.fit", "letter.txt")
        for refusal in reading.parse(tmp_path / name, name).refusals
    ]
    assert [line.split(":")[0] for line in lines] == ["gone.fit", "empty.fit", "letter.txt"]


def test_a_session_that_a_file_holds_twice_is_kept_once(tmp_path: Path) -> None:
    row = '1,"Sep 1, 2026, 4:00:00 PM",Run,Run,1600,5,1600,1500,5012.5\n'
    header = "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,"
    path = tmp_path / "activities.csv"
    path.write_text(header + "Elapsed Time,Moving Time,Distance\n" + row * 2)
    parsed = reading.parse(path, "activities.csv")
    assert (parsed.connector, len(parsed.sessions)) == ("files", 1)
    assert parsed.sessions[0].start_utc == datetime(2026, 9, 1, 16, tzinfo=UTC)
    assert "repeats" in str(parsed.refusals[0])
    assert "nothing needs doing" in str(parsed.refusals[0])


def test_a_plugin_that_failed_is_named_where_nobody_reads_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = EntryPoint("polar", "clubmon_polar_missing:Polar", plugins.CONNECTORS)
    known = entry_points(group=plugins.CONNECTORS)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [*known, broken])
    plugins.load.cache_clear()
    try:
        (tmp_path / "team.hrm").write_text("[Params]")
        (line,) = map(str, reading.parse(tmp_path / "team.hrm", "team.hrm").refusals)
    finally:
        plugins.load.cache_clear()
    assert line.startswith("team.hrm: is of a kind that is not read here")
    assert "Plugin 'polar' (clubmon_polar_missing:Polar) could not be loaded" in line
    assert "\n" not in line


def test_what_a_file_says_cannot_command_a_terminal_or_reach_a_second_line(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    head = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    row = '"A","30 Jun 2025, 19:56","30 Jun 2025, 20:58",Squat,0,normal,60,{},{}\n'
    path.write_text(head + row.format("\x1b[2J\u202e8", "8") + row.format("8", "\x1b]0;x\x07 99"))
    parsed = reading.parse(path, "log.csv")
    said = [str(one) for one in parsed.refusals]
    said += [note for one in parsed.sessions for note in (one.where, *one.warnings)]
    assert any("[2J" in line for line in said)
    assert all(line.isprintable() for line in said), said
    assert reading.printable("a\tb\u2028c\x00\x9b") == "a b c\ufffd\ufffd"


def test_half_a_letter_in_a_title_can_be_stored(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    kept = {"id": 1, "name": "Hills \ud800", "sport_type": "Run"}
    kept |= dict.fromkeys(("start_date", "start_date_local"), "2026-09-01T16:00:00Z")
    path.write_text(json.dumps({"strava_activity": kept}))
    (one,) = reading.parse(path, "a.json", connector_name="strava").sessions
    assert one.title == "Hills ?"
