"""The native FIT parser and fitdecode lead to the same sessions, whatever the file."""

from __future__ import annotations

import gzip
import importlib
import os
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from clubmon_files import fit as fit_files
from clubmon_files import framing, native, recording
from clubmon_files.fit_session import CHECKSUM
from clubmon_files.recordingtypes import Recording
from hypothesis import given
from hypothesis import strategies as st

from clubmon.demo.fit import Field, Message, crc16

REAL = Path(
    os.environ.get("CLUBMON_REAL_EXPORTS", Path(__file__).parents[2] / ".." / "shared" / "real")
)
FITS = sorted(path.name for path in REAL.glob("*.fit*")) if REAL.is_dir() else []
# Damaged, chained to another file, or with fields of a wrong size: fitdecode's alone.
IRREGULAR = {
    "bad_fit_crc.fit",
    "bad_fit_truncated.fit",
    "fit_strava_android_app.fit",
    "fit_openwater_fr935.fit",
    "fit_ride_coros_pace2_misaligned.fit",
}
SPEEDS = Message(
    20,
    {
        "timestamp": Field(253, "uint32"),
        "speed": Field(6, "uint16", 1000),
        "altitude": Field(2, "uint16", 5, 500),
        "distance": Field(5, "uint32", 100),
    },
)


def sessions(monkeypatch: pytest.MonkeyPatch, found: Recording) -> str:
    """What the rest of the reader makes of a recording; NaN and None compare as text."""
    with monkeypatch.context() as patch:
        patch.setattr(fit_files, "decode", lambda data: found)
        return repr(list(fit_files.read_fit(b"", "a.fit")))


def agree(monkeypatch: pytest.MonkeyPatch, data: bytes) -> bool:
    """Whether the native parser took the file; where it did, both must say the same."""
    quick = native.decode(data)
    if quick is None:
        return False
    assert sessions(monkeypatch, quick) == sessions(monkeypatch, recording.decode_slowly(data))
    return True


def sealed(body: bytes) -> bytes:
    """Frames with a header and a checksum."""
    header = struct.pack("<BBHI4s", 12, 0x20, 21158, len(body), b".FIT")
    return header + body + struct.pack("<H", crc16(header + body))


@pytest.mark.skipif(not FITS, reason="the real exports are not here; set CLUBMON_REAL_EXPORTS")
@pytest.mark.parametrize("name", FITS)
def test_every_real_file_gives_the_same_sessions(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    data = (REAL / name).read_bytes()
    plain = gzip.decompress(data) if name.endswith(".gz") else data
    assert agree(monkeypatch, plain) == (name not in IRREGULAR)


def test_speeds_and_heights_over_all_that_a_file_can_hold_are_the_same(
    monkeypatch: pytest.MonkeyPatch, fit: Any
) -> None:
    count = 16_384
    columns = {
        "timestamp": [fit.t0 + step for step in range(count)],
        "speed": [4 * step / 1000 for step in range(count)],
        "altitude": [4 * step / 5 - 500 for step in range(count)],
        "distance": [step * 65_537 / 100 for step in range(count)],
    }
    data = fit.file(fit.head(), (SPEEDS, columns), fit.summary(length=count))
    quick, slow = native.decode(data), recording.decode_slowly(data)
    assert quick is not None
    assert quick.records == slow.records


def test_strength_sets_are_the_same(monkeypatch: pytest.MonkeyPatch, fit: Any) -> None:
    sets = {
        "timestamp": fit.t0,
        "start_time": [fit.t0 + 60 * step for step in range(6)],
        "set_type": [1, 0, 1, 1, 0, 1],
        "repetitions": [5, None, 8, 0, None, 12],
        "weight": [62.5, None, 0, 100, None, None],
        "message_index": range(6),
        "category": [0, None, 28, 65534, None, 200],
        "category_subtype": [1, None, 6, 3, None, None],
    }
    titles = {"exercise_category": 28, "exercise_name": 6, "wkt_step_name": "Kniebeuge"}
    data = fit.file(
        fit.head(),
        (fit.named_set, sets),
        (fit.title, titles),
        fit.summary(sport=10, sub_sport=20, length=600, workout_rpe=70, sport_profile_name="Kraft"),
        fit.end(),
    )
    assert agree(monkeypatch, data)
    assert "Kniebeuge" in sessions(monkeypatch, recording.decode(data))


def test_compressed_timestamps_are_the_same_also_where_they_roll_over(
    monkeypatch: pytest.MonkeyPatch, fit: Any
) -> None:
    file_id = bytes((0x40, 0, 0, 0, 0, 1, 0, 1, 0, 0, 4))
    whole = bytes((0x41, 0, 0, 20, 0, 2, 253, 4, 0x86, 3, 1, 2))
    short = bytes((0x42, 0, 0, 20, 0, 2, 3, 1, 2, 5, 4, 0x86))
    steps = bytes(
        byte
        for offset in range(1, 90, 3)
        for byte in (
            0x80 | 2 << 5 | (fit.t0 + offset) & 31,
            100 + offset,
            *struct.pack("<I", 300 * offset),
        )
    )
    data = sealed(file_id + whole + b"\x01" + struct.pack("<IB", fit.t0, 99) + short + steps)
    assert agree(monkeypatch, data)
    found = recording.decode_slowly(data).records
    assert [row[0] - fit.t0 for row in found] == [0, *range(1, 90, 3)]
    assert found[-1][1:] == [264.0, None, None, 188]


def test_developer_fields_change_nothing(monkeypatch: pytest.MonkeyPatch, fit: Any) -> None:
    """A developer's 'heart_rate' is not the device's."""
    file_id = bytes((0x40, 0, 0, 0, 0, 1, 0, 1, 0, 0, 4))
    owner = bytes((0x41, 0, 0, 207, 0, 2, 1, 16, 0x0D, 3, 1, 2, 0x01, *range(16), 0))
    name = b"heart_rate\0"
    described = bytes((0x42, 0, 0, 206, 0, 4, 0, 1, 2, 1, 1, 2, 2, 1, 2, 3, len(name), 7))
    field = b"\x02\x00\x00\x02" + name
    record = bytes((0x63, 0, 0, 20, 0, 2, 253, 4, 0x86, 3, 1, 2, 1, 0, 1, 0))
    rows = b"".join(b"\x03" + struct.pack("<IBB", fit.t0 + n, 140, 7) for n in range(30))
    data = sealed(file_id + owner + described + field + record + rows)
    assert agree(monkeypatch, data)
    assert {row[4] for row in recording.decode(data).records} == {140}


def test_a_sport_that_only_one_parser_knows_is_left_to_the_other(fit: Any) -> None:
    assert native.decode(fit.file(fit.head(), fit.summary(sport=2, sub_sport=5))) is not None
    assert native.decode(fit.file(fit.head(), fit.summary(sport=2, sub_sport=125))) is None


def test_a_file_that_breaks_off_is_kept_up_to_there(fit: Any, one: Any) -> None:
    data = fit.run()
    cut = data[: len(data) // 2]
    assert native.decode(cut) is None
    assert len(one(cut, "a.fit").samples.t_s) > 10


def test_a_wrong_checksum_is_said_and_costs_nothing(fit: Any, one: Any) -> None:
    data = fit.run()
    wrong = data[:-1] + bytes((data[-1] ^ 1,))
    assert native.decode(wrong) is None
    assert one(wrong, "a.fit").warnings == (CHECKSUM,)


def test_without_the_native_parser_everything_is_read(
    monkeypatch: pytest.MonkeyPatch, fit: Any, one: Any
) -> None:
    quick = one(fit.run(), "a.fit")
    monkeypatch.setitem(sys.modules, "pyfitparsernative", None)  # as where it is not installed
    try:
        importlib.reload(native)
        assert native.decode(fit.run()) is None
        assert one(fit.run(), "a.fit") == quick
    finally:
        monkeypatch.undo()
        importlib.reload(native)


@pytest.mark.parametrize("failure", [ValueError("broken"), BaseException("a panic")])
def test_a_file_on_which_the_native_parser_fails_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, fit: Any, one: Any, failure: BaseException
) -> None:
    def fails(data: bytes) -> Any:
        raise failure

    expected = one(fit.run(), "a.fit")
    monkeypatch.setattr(native, "parse", fails)
    assert one(fit.run(), "a.fit") == expected


def test_a_stop_by_the_user_is_no_failure(monkeypatch: pytest.MonkeyPatch, fit: Any) -> None:
    def stopped(data: bytes) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(native, "parse", stopped)
    with pytest.raises(KeyboardInterrupt):
        native.decode(fit.run())


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param((253, 4, 0x13), id="a base type that there is not"),
        pytest.param((253, 3, 0x86), id="a size that is no multiple"),
        pytest.param((253, 0, 0x86), id="no size at all"),
        pytest.param((253, 4, 0x0D), id="bytes where the profile has a number"),
    ],
)
def test_a_field_unlike_the_profile_is_left_to_the_other_parser(
    definition: tuple[int, int, int],
) -> None:
    frame = bytes((0x41, 0, 0, 20, 0, 1, *definition))
    assert not framing.regular(sealed(frame))
    assert framing.regular(sealed(bytes((0x41, 0, 0, 20, 0, 1, 253, 4, 0x86))))


@pytest.mark.parametrize("kept", range(1, 9))
def test_a_definition_that_breaks_off_is_left_to_the_other_parser(kept: int) -> None:
    frame = bytes((0x41, 0, 0, 20, 0, 1, 253, 4, 0x86))
    data = bytearray(sealed(frame))
    data[5 + kept] = 2  # more fields than there are bytes left
    assert not framing.regular(sealed(frame[:kept]))
    assert not framing.regular(sealed(frame[:5] + b"\x02" + frame[6:] + bytes((3, 1))))


@pytest.mark.parametrize("numbers", [(6, 73), (2, 78), (5, 5)])
def test_a_value_told_twice_is_left_to_the_other_parser(numbers: tuple[int, int]) -> None:
    bases = {5: (4, 0x86), 73: (4, 0x86), 78: (4, 0x86), 2: (2, 0x84), 6: (2, 0x84)}
    fields = [(number, *bases[number]) for number in numbers]
    frame = bytes((0x41, 0, 0, 20, 0, 2, *fields[0], *fields[1]))
    assert not framing.regular(sealed(frame))


def test_more_messages_than_a_day_holds_are_not_built_at_once() -> None:
    frames = bytes((0x40, 0, 0, 20, 0, 1, 3, 1, 2)) + b"\x00\x80" * native.MOST_FRAMES
    assert framing.regular(sealed(frames))
    assert native.decode(sealed(frames)) is None


_changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4)


@pytest.mark.parametrize("kind", ["run", "lift"])
@given(changes=_changes)
def test_damage_under_a_good_checksum_is_read_alike(
    fit: Any, kind: str, changes: list[tuple[float, int]]
) -> None:
    one_set = {"start_time": fit.t0, "set_type": 1, "category": 0, "category_subtype": 1}
    tables = {
        "run": (fit.track(8), fit.summary()),
        "lift": ((fit.named_set, one_set), fit.summary(sport=10, sub_sport=20)),
    }[kind]
    data = fit.file(fit.head(), *tables, fit.end())
    body = bytearray(data[14:-2])
    for place, value in changes:
        body[int(place * (len(body) - 1))] = value
    with pytest.MonkeyPatch.context() as patch:
        agree(patch, sealed(bytes(body)))
