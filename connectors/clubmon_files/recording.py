"""A FIT file decoded: the few messages and columns that sessions are made of.

Times are seconds since the FIT epoch, 1989-12-31 00:00 UTC.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import fitdecode
from fitdecode import profile

FIT_EPOCH = 631_065_600  # as Unix time
CLOCK_SET = 0x10000000  # below this a time counts from when the device was switched on

MOST_FRAMES = 1_000_000  # a day at 10 Hz; more is no activity but an attack

Message = dict[str, Any]

_KEPT = {"file_id", "session", "activity", "set", "exercise_title", "sport", "lap"}
_RECORD = 20
_FIELDS = profile.MESSAGE_TYPES[_RECORD].fields
# fitdecode expands speed and altitude into their enhanced forms, so these five are enough.
_COLUMN = {_FIELDS[number]: index for index, number in enumerate((253, 5, 73, 78, 3))}
_ABSENT: list[Any] = [None] * len(_COLUMN)


@dataclass(slots=True)
class Recording:
    """What was read before the end or the first error."""

    messages: dict[str, list[Message]] = field(default_factory=dict)
    records: list[list[Any]] = field(default_factory=list)  # time, m, m/s, m above sea, bpm
    damaged: bool = False  # reading stopped before the end
    checksum_fails: bool = False

    def all(self, name: str) -> list[Message]:
        """The messages of this name, in file order."""
        return self.messages.get(name, [])

    def first(self, name: str) -> Message:
        """The first message of this name, empty where there is none."""
        found = self.all(name)
        return found[0] if found else {}


def decode(data: bytes) -> Recording:
    """Decode a FIT file's bytes, keeping everything before an error; never raises."""
    found = Recording()
    reader = fitdecode.FitReader(
        io.BytesIO(_with_size(data)),
        processor=None,  # raw values are enough, and a third faster
        check_crc=fitdecode.CrcCheck.READONLY,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    try:
        for count, frame in enumerate(reader):
            if count > MOST_FRAMES:
                found.damaged = True
                break
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                _keep(found, frame)
            elif frame.frame_type == fitdecode.FIT_FRAME_CRC:
                found.checksum_fails |= not frame.matched
    except Exception:  # damaged bytes reach every corner of a parser
        found.damaged = True
    finally:
        reader.close()
    return found


def clock(value: object) -> int | None:
    """A time that a device with its clock set can have stored, None for anything else."""
    return value if isinstance(value, int) and CLOCK_SET <= value < 2**32 else None


def usual(values: list[Any]) -> Any:
    """The value seen most often, None for none."""
    known = Counter(value for value in values if value is not None)
    return known.most_common(1)[0][0] if known else None


def _keep(found: Recording, frame: Any) -> None:
    if frame.def_mesg.global_mesg_num == _RECORD:
        row = _ABSENT.copy()
        for item in frame.fields:
            column = _COLUMN.get(item.field)
            if column is not None and item.value is not None:
                row[column] = item.value
        found.records.append(row)
    elif frame.name in _KEPT:
        message = {
            item.name: item.value
            for item in frame.fields
            if item.value is not None and not (item.field_def and item.field_def.is_dev)
        }
        found.messages.setdefault(frame.name, []).append(message)


def _with_size(data: bytes) -> bytes:
    """A device that lost power leaves a length of 0 and no checksum: take the file's own."""
    if len(data) > 16 and data[8:12] == b".FIT" and data[4:8] == b"\0\0\0\0":
        size = len(data) - data[0]
        return data[:4] + max(size, 0).to_bytes(4, "little") + data[8:]
    return data
