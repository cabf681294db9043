"""Writes FIT files: header, one definition per message kind, data, checksum.

Field numbers, base types, scales and the epoch are those of Garmin's public FIT profile.
Only what the demo needs: runs with 1 Hz records, and strength sessions with sets.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
PROTOCOL, PROFILE = 0x20, 21158
_BASE: dict[str, tuple[int, str, int]] = {  # name: base type, numpy type, value for "none"
    "enum": (0x00, "u1", 0xFF),
    "uint8": (0x02, "u1", 0xFF),
    "uint16": (0x84, "<u2", 0xFFFF),
    "uint32": (0x86, "<u4", 0xFFFFFFFF),
    "uint32z": (0x8C, "<u4", 0),
    "string": (0x07, "S", 0),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message: its profile number, base type, and scale and offset."""

    number: int
    base: str
    scale: float = 1
    offset: float = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message and its fields by name."""

    number: int
    fields: Mapping[str, Field]


def encode(tables: Sequence[tuple[Message, Mapping[str, Any]]]) -> bytes:
    """A whole FIT file from (message, columns) pairs, in this order.

    A column is one value or an array of values in the profile's own units; columns of one
    table have one length. None and NaN are written as the type's "none". Each table
    takes the next local message number, so there are at most 16.
    """
    body = b"".join(_table(local, *table) for local, table in enumerate(tables))
    header = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, len(body), b".FIT")
    header += struct.pack("<H", crc16(header))
    return header + body + struct.pack("<H", crc16(header + body))


def seconds(moment: datetime) -> int:
    """FIT seconds of an aware moment; pass a local wall time as if it were UTC."""
    return int((moment - EPOCH).total_seconds())


def crc16(data: bytes) -> int:
    """CRC-16/ARC of the bytes, as FIT uses it.

    The checksum is linear, so halves can be joined: the left one is moved on by the length
    of the right one and the two are XORed. That takes log2(n) array steps, not n.
    """
    parts = _moves(0)[np.frombuffer(data, dtype=np.uint8)]
    level = 0
    while len(parts) > 1:
        if len(parts) % 2:  # a zero in front changes nothing: the start value is 0
            parts = np.concatenate([np.zeros(1, np.uint16), parts])
        parts = _moves(level)[parts[0::2]] ^ parts[1::2]
        level += 1
    return int(parts[0]) if len(parts) else 0


@functools.cache
def _moves(level: int) -> npt.NDArray[np.uint16]:
    """Where each of the 65,536 states is after 2^level zero bytes."""
    if level:
        half = _moves(level - 1)
        return half[half]
    table: npt.NDArray[np.uint16] = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = ((table >> 1) ^ np.where(table & 1, 0xA001, 0)).astype(np.uint16)
    state = np.arange(65536, dtype=np.uint16)
    return np.asarray((state >> 8) ^ table[state & 0xFF], dtype=np.uint16)


def _table(local: int, message: Message, columns: Mapping[str, Any]) -> bytes:
    raw = {name: _raw(message.fields[name], value) for name, value in columns.items()}
    fields = [(message.fields[name], array.dtype) for name, array in raw.items()]
    definition = struct.pack("<BBBHB", 0x40 | local, 0, 0, message.number, len(fields))
    for field, dtype in fields:
        definition += struct.pack("<BBB", field.number, dtype.itemsize, _BASE[field.base][0])
    layout = [("header", "u1"), *((name, array.dtype) for name, array in raw.items())]
    rows = np.empty(max(len(array) for array in raw.values()), dtype=np.dtype(layout))
    rows["header"] = local
    for name, array in raw.items():
        rows[name] = array
    return definition + rows.tobytes()


def _raw(field: Field, value: Any) -> npt.NDArray[Any]:
    """The stored form of a column: scaled, rounded, "none" where there is no value."""
    _, dtype, none = _BASE[field.base]
    if field.base == "string":
        text = str(value).encode()
        return np.array([text], dtype=f"S{len(text) + 1}")
    column = np.atleast_1d(np.asarray(value, dtype=np.float64))
    scaled = np.rint((column + field.offset) * field.scale)
    return np.where(np.isnan(scaled), none, scaled).astype(dtype)
