"""Bad input is the normal case: one clear line each, and never an exception."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from clubmon_files import Files
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Question, Refusal, Session

HEVY = (
    b"title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps\n"
    b'"Push, hard","30 Jun 2025, 19:56","30 Jun 2025, 20:58",Bench Press,0,normal,60,10\n'
    b'Pull,"1 Jul 2025, 19:56","1 Jul 2025, 20:58",Row,0,normal,60,10\n'
)
POLAR = (
    b"Player name,Session name,Type,Phase name,Duration,Start time,HR avg [bpm],HR max [bpm],"
    b"Total distance [m],Distance in Speed zone 5 [m] (25.20- km/h)\n"
    b"Ana,MD-1,Match,Whole session,01:30:00,13-11-2026 18:00:00,150,185,6100,120\n"
    b"Ana,MD-1,Match,Half 1,00:45:00,13-11-2026 18:00:00,150,185,3050,60\n"
)
CATAPULT = (
    b"Date:,03/05/2026\nStart Time:,14:48:14\nUnix Start Time:,1777819694\n\n"
    b"Player Name,Period Name,Period Number,Total Distance,Total Duration\n"
    b"Ana,Session,0,10500,95\nAna,1st half,1,5200,47\n"
)
STATSPORTS = (
    b"Session Date,Session Title,Player Name,Drill Title,Total Time,Total Distance\n"
    b"18/02/2026,MD-0,Ana,Entire Session,0:48:59,4778\n18/02/2026,MD-0,Ana,Rondo,0:10:00,900\n"
)
HEADER_ONLY = HEVY.splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.fit", b"", "is empty"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "is empty"),
        ("a.zip", b"no zip", "damaged ZIP"),
        ("a.fit", b"no fit", "is no FIT file"),
        ("a.fit.gz", b"\x1f\x8bno gzip", "damaged gzip"),
        ("a.csv", HEVY.decode().encode("utf-16"), "UTF-16"),
        ("a.csv", b"title\x00start", "binary"),
        ("a.csv", HEVY.decode().encode("utf-16-le"), "binary"),
        ("a.csv", HEVY + bytes(100), "binary"),
        ("a.csv", b"title,\x81\x8d\x8f", "no encoding"),
        ("a.csv", HEADER_ONLY, "no sets"),
        ("a.csv", b"name,age\nA,3\n", "no header row"),
        ("a.csv", b"%PDF-1.7\n", "no header row"),
        ("a.fit", b"\x89PNG\r\n\x1a\n", "is no FIT file"),
        ("a.pdf", b"%PDF-1.7\n", "not read here"),
        ("a.tcx", b"<?xml version='1.0'?><TrainingCenterDatabase>", "TCX file"),
        ("a.tcx", b"no xml", "is no TCX file"),
        ("a.gpx", b"<?xml version='1.0'?><gpx>", "GPX file"),
        ("a.gpx", b"\x1f\x8bno gzip", "damaged gzip"),
        ("renamed.fit", b"<?xml version='1.0'?><gpx>", "GPX file"),
    ],
)
def test_one_line_says_what_is_wrong_and_what_to_do(
    refused: Any, name: str, data: bytes, words: str
) -> None:
    line = refused(data, name)
    assert line.startswith(name + ": ")
    assert words in line
    assert line.endswith(".")


def test_a_file_that_is_gone_is_a_line_too(tmp_path: Path) -> None:
    (item,) = Files().read(tmp_path / "gone.fit", "gone.fit")
    assert "cannot be opened" in str(item)


def test_content_goes_before_the_name(fit: Any, one: Any) -> None:
    assert one(fit.run(), "stored-without-suffix").kind == "run"
    assert one(gzip.compress(fit.run(), mtime=0), "run.csv").kind == "run"


def test_text_that_is_not_utf8_is_read_with_a_warning(read: Any) -> None:
    found = read(HEVY.replace(b"Pull", b"\xdcbung"), "a.csv")
    assert [item.title for item in found] == ["Push, hard", "Übung"]
    assert all("Windows-1252" in item.warnings[0] for item in found)


@pytest.mark.parametrize("place", [b"Push", b"19:56", b"60,10", b"Bench"])
def test_a_nul_byte_costs_its_row_alone(read: Any, place: bytes) -> None:
    lift, line = read(HEVY.replace(place, b"\x00" + place, 1), "a.csv")
    assert lift.title == "Pull"
    assert str(line).startswith("a.csv row 2: holds a NUL byte")
    assert str(line).endswith("leave it out.")


def test_a_cell_of_several_lines_is_named_on_one(read: Any) -> None:
    lift, line = read(HEVY.replace(b"30 Jun 2025, 19:56", b"30\n\nJun", 1), "a.csv")
    assert lift.title == "Pull"
    assert str(line).startswith("a.csv row 2: 'start_time' reads '30 Jun'")


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_any_line_end_and_lines_before_the_header_are_read(read: Any, end: bytes) -> None:
    data = b"My export\n\n" + HEVY
    found = read(data.replace(b"\n", end), "a.csv")
    assert [item.kind for item in found] == ["lift", "lift"]


def test_a_row_is_named_as_a_spreadsheet_counts_it(read: Any) -> None:
    found = read(b"My export\n\n" + HEVY.replace(b"Pull", b"Pull,x"), "a.csv")
    assert [str(item)[:12] for item in found if isinstance(item, Refusal)] == ["a.csv row 5:"]


def test_a_quotation_mark_that_is_never_closed_keeps_what_came_before(read: Any) -> None:
    found = read(HEVY + b'"' + b"x" * 200_000, "a.csv")
    assert [type(item) for item in found] == [Session, Session, Refusal]
    assert "never closed" in str(found[-1])


@pytest.mark.parametrize(
    ("name", "head", "ours"),
    [
        ("run.fit", b"junk", True),
        ("", b"\x0e\x20\x00\x00\x00\x00\x00\x00.FIT", True),
        ("", b"PK\x03\x04", True),
        ("", HEVY, True),
        ("", gzip.compress(b"\x0e\x20\x00\x00\x00\x00\x00\x00.FIT", mtime=0), True),
        ("", b"name,age\nA,3\n", False),
        ("report.pdf", b"%PDF-1.7", False),
    ],
)
def test_what_is_claimed(name: str, head: bytes, ours: bool) -> None:
    assert Files().claims(name, head) is ours


def mutated(data: bytes, changes: list[tuple[float, int]], length: float) -> bytes:
    """Some bytes replaced, and the end cut off."""
    found = bytearray(data)
    for place, value in changes:
        found[int(place * (len(found) - 1))] = value
    return bytes(found[: int(length * len(found))])


_unit = st.floats(0, 1)
_changes = st.lists(st.tuples(_unit, st.integers(0, 255)), max_size=8)
_length = st.just(1.0) | _unit


@pytest.mark.parametrize(
    "kind",
    ["fit", "strength", "hevy", "strava", "zip", "tcx", "gpx", "polar", "catapult", "statsports"],
)
@given(changes=_changes, length=_length)
def test_no_damage_raises_and_each_file_gives_a_session_or_a_line(
    fit: Any,
    strava: Any,
    xml: Any,
    read: Any,
    kind: str,
    changes: list[tuple[float, int]],
    length: float,
) -> None:
    name, data = whole(kind, fit, strava, xml)
    found = read(mutated(data, changes, length), name)
    assert found
    assert all(isinstance(item, Session | Refusal | Question) for item in found)
    assert all("\n" not in str(item) for item in found if isinstance(item, Refusal))
    assert all(item.start_utc or item.start_local for item in found if isinstance(item, Session))


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.fit", "a.csv", "a.zip", "a.fit.gz", "a.tcx", "a.gpx"]),
)
def test_no_bytes_at_all_raise(read: Any, data: bytes, name: str) -> None:
    assert read(data, name)


@given(st.text(max_size=300))
def test_no_text_below_a_header_raises(read: Any, text: str) -> None:
    assert read(HEADER_ONLY + text.encode("utf-8", "replace"), "a.csv")


def whole(kind: str, fit: Any, strava: Any, xml: Any) -> tuple[str, bytes]:
    """A small sound file of each kind."""
    one_set = {"start_time": fit.t0, "set_type": 1, "category": 0, "category_subtype": 1}
    lift = (fit.named_set, one_set), fit.summary(sport=10, sub_sport=20)
    table = strava.csv(strava.row(c0=1, c12="activities/9.fit"), strava.row(c0=2))
    members = {"activities.csv": table, "activities/9.fit": fit.run()}
    return {
        "fit": ("a.fit", fit.file(fit.head(), fit.track(8), fit.summary(), fit.end())),
        "strength": ("a.fit", fit.file(fit.head(), *lift, fit.end())),
        "hevy": ("a.csv", HEVY),
        "strava": ("a.csv", table),
        "zip": ("a.zip", strava.zip(members)),
        "tcx": ("a.tcx", xml.tcx(xml.lap(xml.points(6)))),
        "gpx": ("a.gpx", xml.gpx(xml.segment(6))),
        "polar": ("a.csv", POLAR),
        "catapult": ("a.csv", CATAPULT),
        "statsports": ("a.csv", STATSPORTS),
    }[kind]
