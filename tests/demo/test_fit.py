"""The FIT encoder: an independent parser reads back what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.demo import fit
from clubmon.demo.recordings import RECORD, SET

Decode = Callable[[bytes], dict[str, list[dict[str, Any]]]]

record = st.tuples(
    st.integers(0x10000000, 2**32 - 2),  # below that the profile counts from power-on
    st.none() | st.integers(0, 2**32 - 2),  # cm
    st.none() | st.integers(0, 2**32 - 2),  # mm/s
    st.none() | st.integers(0, 2**32 - 2),  # fifths of a metre above -500 m
    st.none() | st.integers(0, 254),
)


def scaled(raw: int | None, scale: float, offset: float = 0) -> float:
    return np.nan if raw is None else raw / scale - offset


def crc_bit_by_bit(data: bytes) -> int:
    """CRC-16/ARC as its definition says it."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


def test_the_checksum_has_its_published_check_value() -> None:
    assert fit.crc16(b"123456789") == 0xBB3D
    assert fit.crc16(b"") == 0


@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_the_definition(data: bytes) -> None:
    assert fit.crc16(data) == crc_bit_by_bit(data)


@given(st.lists(record, min_size=1, max_size=40))
def test_any_records_come_back_as_they_were(
    decode: Decode, rows: list[tuple[int, int | None, int | None, int | None, int | None]]
) -> None:
    columns = {
        "timestamp": [row[0] for row in rows],
        "distance": [scaled(row[1], 100) for row in rows],
        "enhanced_speed": [scaled(row[2], 1000) for row in rows],
        "enhanced_altitude": [scaled(row[3], 5, 500) for row in rows],
        "heart_rate": [scaled(row[4], 1) for row in rows],
    }
    found = decode(fit.encode([(RECORD, columns)]))["record"]
    assert len(found) == len(rows)
    for read, (when, distance, speed, altitude, heart) in zip(found, rows, strict=True):
        assert fit.seconds(read["timestamp"]) == when
        assert read["heart_rate"] == heart
        for name, raw, scale, offset in (
            ("distance", distance, 100, 0),
            ("enhanced_speed", speed, 1000, 0),
            ("enhanced_altitude", altitude, 5, 500),
        ):
            back = read[name]
            assert (None if back is None else round((back + offset) * scale)) == raw


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 8000)), min_size=1, max_size=30))
def test_any_sets_come_back_as_they_were(decode: Decode, sets: list[tuple[int, int]]) -> None:
    columns = {
        "timestamp": np.full(len(sets), 2**30),
        "repetitions": [reps for reps, _ in sets],
        "weight": [sixteenths / 16 for _, sixteenths in sets],
        "message_index": range(len(sets)),
    }
    found = decode(fit.encode([(SET, columns)]))["set"]
    assert [(s["repetitions"], round(s["weight"] * 16)) for s in found] == sets


def test_a_single_value_fills_no_more_than_its_own_row(decode: Decode) -> None:
    found = decode(fit.encode([(SET, {"timestamp": 2**30, "repetitions": 8})]))
    assert [one["repetitions"] for one in found["set"]] == [8]


def test_a_changed_byte_is_noticed_by_the_checksum(decode: Decode) -> None:
    data = bytearray(fit.encode([(RECORD, {"timestamp": 2**30, "heart_rate": 140})]))
    data[-3] ^= 1
    with pytest.raises(Exception, match=r"(?i)crc"):
        decode(bytes(data))


def test_seconds_count_from_the_last_day_of_1989() -> None:
    assert fit.seconds(datetime(1989, 12, 31, 0, 1, tzinfo=UTC)) == 60
