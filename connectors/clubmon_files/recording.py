"""A FIT file decoded: the few messages and columns that sessions are made of.

Times are seconds since the FIT epoch, 1989-12-31 00:00 UTC.
"""

from __future__ import annotations

import io
from collections import Counter
from itertools import islice
from typing import Any

import fitdecode
from fitdecode import profile

from clubmon_files import native
from clubmon_files.framing import MOST_FRAMES
from clubmon_files.recordingtypes import KEPT, Recording

CLOCK_SET = 0x10000000  # below this a time counts from when the device was switched on

FRAMES_BEFORE_TYPE = 20  # file_id comes first; some devices put a few others before it
_RECORD = 20
_FIELDS = profile.MESSAGE_TYPES[_RECORD].fields
# fitdecode expands speed and altitude into their enhanced forms, so these five are enough.
_COLUMN = {_FIELDS[number]: index for index, number in enumerate((253, 5, 73, 78, 3))}
_ABSENT: list[Any] = [None] * len(_COLUMN)


def decode(data: bytes) -> Recording:
    """Decode a FIT file's bytes, keeping everything before an error; never raises."""
    return native.decode(data) or decode_slowly(data)


def decode_slowly(data: bytes) -> Recording:
    """The same with fitdecode alone."""
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


def file_type(data: bytes) -> str | None:
    """What a FIT file says it is ('activity', 'monitoring_b', ...), None where it does not.

    Reads no further than that, so that thousands of other files cost little; never raises.
    """
    try:
        with fitdecode.FitReader(
            io.BytesIO(_with_size(data)),
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as reader:
            for frame in islice(reader, FRAMES_BEFORE_TYPE):
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "file_id":
                    found = frame.get_value("type", fallback=None)
                    return None if found is None else str(found)
    except Exception:  # as in decode
        return None
    return None


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
    elif frame.name in KEPT:
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
