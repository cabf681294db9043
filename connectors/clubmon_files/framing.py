"""Whether a FIT file is framed as the protocol says, told without decoding any value.

Two parsers agree on such files. On others each has a way of its own: a field of a wrong size
is bytes to one and a number to the other, and an unknown base type ends the native one in a
panic. Those files are left to the parser that keeps what came before an error.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from fitdecode import profile, types

MOST_FRAMES = 1_000_000  # a day at 10 Hz; more is no activity but an attack

# file_id, session, lap, record, activity, set, exercise_title, sport
_MESSAGES = (0, 18, 19, 20, 34, 225, 264, 12)
_BASES: dict[tuple[int, int], int] = {
    (message, number): field.base_type.identifier
    for message in _MESSAGES
    for number, field in profile.MESSAGE_TYPES[message].fields.items()
}
_RECORD, _TIMESTAMP = 20, 253
_ENHANCED = ({2, 78}, {6, 73})  # altitude and speed of a record
_SIZES: dict[int, int] = {number: base.size for number, base in types.BASE_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Definition:
    """Bytes of the definition and of each message of its kind, the latter without its header."""

    length: int
    message: int
    fits: bool  # all fields are what the profile says
    timed: bool  # has a timestamp of its own


def regular(data: bytes, most_frames: int = MOST_FRAMES) -> bool:
    """Whether the frames end where the header says, and every field is what the profile says."""
    try:
        start, size = data[0], struct.unpack_from("<I", data, 4)[0]
        return len(data) == start + size + 2 and _walk(data, start, start + size, most_frames)
    except (IndexError, KeyError, ValueError, struct.error):  # it breaks off somewhere
        return False


def _walk(data: bytes, position: int, end: int, frames_left: int) -> bool:
    defined: dict[int, Definition] = {}
    while position < end and frames_left:
        frames_left -= 1
        head = data[position]
        if head & 0xC0 == 0x40:
            found = _definition(data, position, bool(head & 0x20))
            if not found.fits:
                return False
            defined[head & 15] = found
            position += found.length
        else:
            of = defined[(head >> 5) & 3 if head & 0x80 else head & 15]
            if head & 0x80 and of.timed:
                return False
            position += 1 + of.message
    return position == end


def _definition(data: bytes, position: int, developer: bool) -> Definition:
    order = {0: "<H", 1: ">H"}[data[position + 2]]
    kind = struct.unpack_from(order, data, position + 3)[0]
    fields = data[position + 6 : position + 6 + 3 * data[position + 5]]
    numbers, sizes, bases = fields[::3], list(fields[1::3]), fields[2::3]
    fits = all(
        _fits(kind, *field) for field in zip(numbers, sizes, bases, strict=True)
    ) and not _twice(kind, numbers)
    length = 6 + len(fields)
    if developer:
        own = data[position + length + 1 : position + length + 1 + 3 * data[position + length]]
        length += 1 + len(own)
        sizes += own[1::3]
    return Definition(length, sum(sizes), fits, _TIMESTAMP in numbers)


def _fits(kind: int, number: int, size: int, base: int) -> bool:
    """Whole values of the type that the profile gives the field."""
    return size > 0 and size % _SIZES[base] == 0 and _BASES.get((kind, number), base) == base


def _twice(kind: int, numbers: bytes) -> bool:
    """A field told twice, or in its plain and its enhanced form: which one counts is open."""
    given = set(numbers)
    both = kind == _RECORD and any(pair <= given for pair in _ENHANCED)
    return both or len(given) < len(numbers)
