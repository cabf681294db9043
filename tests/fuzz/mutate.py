"""Damages files the way disks, people and attackers do; the same dice make the same damage.

A module of our own and no library: hypothesis shrinks well but counts in hundreds, and atheris
runs on few of the platforms that this project does.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

from clubmon.demo.fit import crc16

MOST_BYTES = 400_000  # doubling again and again must not become the test
MOST_CHANGES = 4
SOUND_FITS = 0.6  # of FIT files: the native parser takes no others
NUMBERS = (
    b"0", b"-0", b"-1", b"1e999", b"-1e308", b"nan", b"NaN", b"inf", b"-Infinity",
    b"9" * 40, b"99999999999999999999", b"2147483648", b"4294967295", b"0x1F", b"1_000", b"1,5",
    b"1.234.567", b"1e-400", "٣٤".encode(), "²".encode(), "½".encode(), b"", b" ", b"null", b"true",
    b"0000-00-00", b"9999-12-31T23:59:59Z", b"1969-12-31", b"24:60:61", b"-00:00:01",
)  # fmt: skip
TEXTS = (
    b"\x00", b'"', b'""', b"'", b"\r", b"\n", b"\r\n", b",", b";", b"\t", b"|", b"<", b">", b"&",
    b"&amp;", b"&#0;", b"<![CDATA[", b"]]>", b"<!--", b"{", b"[", b"]", b"}", b"\\u0000",
    b"\\ud800",
    b"=1+1", "\u202e\u200b\ufeff".encode(), "😀".encode(), b"\xff\xfe", b"\xc3", b"\x1a",
    b"../" * 9,
    b'<!DOCTYPE x [<!ENTITY y "z">]>', "\u2028\x85\x0b\x0c".encode(),
)  # fmt: skip
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037", "utf-7", "cp1251")
Change = Callable[[Random, bytes], bytes]


def damaged(dice: Random, data: bytes) -> bytes:
    """One to four changes, of a kind that suits the file in most cases."""
    if data[8:12] == b".FIT" and dice.random() < SOUND_FITS:
        return sound(dice, data)
    for _ in range(dice.randint(1, MOST_CHANGES)):
        data = dice.choice(_suited(data))(dice, data)[:MOST_BYTES]
    return data


def _suited(data: bytes) -> tuple[Change, ...]:
    if data[:4] == b"PK\x03\x04":
        return (*BYTES, inside, inside, inside, nested)
    if data[8:12] == b".FIT":
        return (*BYTES, mended, mended, fields)
    return (*BYTES, *TEXT)


def flip(dice: Random, data: bytes) -> bytes:
    """A few bits the other way round."""
    found = bytearray(data)
    for _ in range(dice.choice((1, 1, 4, 32)) if found else 0):
        found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def cut(dice: Random, data: bytes) -> bytes:
    """The end is missing, or the beginning."""
    at = dice.randint(0, len(data))
    return data[:at] if dice.random() < 0.8 else data[at:]


def drop(dice: Random, data: bytes) -> bytes:
    """A block is missing."""
    start, end = _block(dice, data)
    return data[:start] + data[end:]


def again(dice: Random, data: bytes) -> bytes:
    """A block stands there twice, or many times."""
    start, end = _block(dice, data)
    return data[:end] + data[start:end] * dice.choice((1, 1, 2, 50)) + data[end:]


def moved(dice: Random, data: bytes) -> bytes:
    """A block stands somewhere else."""
    start, end = _block(dice, data)
    rest = data[:start] + data[end:]
    at = dice.randint(0, len(rest))
    return rest[:at] + data[start:end] + rest[at:]


def filled(dice: Random, data: bytes) -> bytes:
    """A block of one byte, or of noise."""
    start, end = _block(dice, data)
    noise = dice.choice((bytes(1), b"\xff", b"\x7f", dice.randbytes(16)))
    return data[:start] + (noise * (end - start))[: end - start] + data[end:]


def number(dice: Random, data: bytes) -> bytes:
    """A number becomes one that no program expects."""
    places = [found.span() for found in re.finditer(rb"-?\d[\d.,]*", data)]
    if not places:
        return data
    start, end = dice.choice(places)
    return data[:start] + dice.choice(NUMBERS) + data[end:]


def said(dice: Random, data: bytes) -> bytes:
    """A word that means something to a reader, somewhere."""
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice(TEXTS) * dice.choice((1, 1, 1, 300)) + data[at:]


def encoded(dice: Random, data: bytes) -> bytes:
    """The same text in another encoding."""
    return data.decode("utf-8", "replace").encode(dice.choice(ENCODINGS), "replace")


def delimited(dice: Random, data: bytes) -> bytes:
    """Other characters between cells, around words or at the ends of lines."""
    one, other = dice.choice(
        ((b",", b";"), (b",", b"\t"), (b";", b","), (b".", b","), (b'"', b"'"), (b'"', b""),
         (b"\n", b"\r"), (b"\n", b"\r\n"), (b"\n", b""), (b":", b"."), (b"-", b"/"), (b" ", b""))
    )  # fmt: skip
    return data.replace(one, other)


def headed(dice: Random, data: bytes) -> bytes:
    """The cells of the first lines in another order, missing, twice, or in capitals."""
    lines = data.split(b"\n")
    at = dice.randrange(min(3, len(lines)))
    cells = lines[at].split(b",")
    way = dice.randrange(4)
    if way == 0:
        dice.shuffle(cells)
    elif way == 1:
        cells.pop(dice.randrange(len(cells)))
    elif way == 2:
        cells.append(dice.choice(cells))
    else:
        cells = [cell.upper() for cell in cells]
    return b"\n".join([*lines[:at], b",".join(cells), *lines[at + 1 :]])


def lined(dice: Random, data: bytes) -> bytes:
    """The lines in another order."""
    lines = data.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


def deep(dice: Random, data: bytes) -> bytes:
    """Elements or brackets inside each other, more than a reader can follow."""
    depth = dice.choice((3, 100, 20_000))
    at = dice.randint(0, len(data))
    one, other = dice.choice(((b"<a>", b"</a>"), (b"[", b"]"), (b'{"a":', b"}"), (b"(", b")")))
    return data[:at] + one * depth + other * depth + data[at:]


def sound(dice: Random, data: bytes) -> bytes:
    """A FIT file framed as it should be, with a checksum that fits, and other values inside."""
    body = _body(data)
    for _ in range(dice.randint(1, MOST_CHANGES)):
        body = fields(dice, body)
    return _framed(data, body)


def mended(dice: Random, data: bytes) -> bytes:
    """A FIT file with damage inside, and a length and a checksum that agree with it."""
    body = dice.choice((flip, flip, filled, again, drop, fields))(dice, _body(data))
    return _framed(data, body)


def _body(data: bytes) -> bytes:
    return data[data[0] : -2] if data else b""


def _framed(data: bytes, body: bytes) -> bytes:
    head = bytes((14,)) + data[1:4] + struct.pack("<I", len(body)) + b".FIT"
    head += struct.pack("<H", crc16(head))
    return head + body + struct.pack("<H", crc16(head + body))


def fields(dice: Random, data: bytes) -> bytes:
    """A run of bytes at one place in four becomes the largest, the smallest or "none"."""
    found = bytearray(data)
    if len(found) > 30:
        at, size = dice.randrange(len(found) - 8), dice.choice((1, 2, 4, 8))
        found[at : at + size] = dice.choice(
            (bytes(8), b"\xff" * 8, b"\x7f" * 8, b"\x80" + bytes(7))
        )[:size]
    return bytes(found)


def inside(dice: Random, data: bytes) -> bytes:
    """An archive whose members are damaged, renamed, doubled or missing."""
    members = _members(data)
    if not members:
        return data
    at = dice.randrange(len(members))
    name, content = members[at]
    way = dice.randrange(8)
    if way == 0:
        members[at] = (dice.choice(("../" + name, "/" + name, name[::-1], name + ".zip")), content)
    elif way == 1:
        members.append(dice.choice(members))
    elif way == 2:
        members.pop(at)
    else:
        members[at] = (name, damaged(dice, content))
    return _zipped(members)


def nested(dice: Random, data: bytes) -> bytes:
    """The archive inside another, once or several times."""
    for _ in range(dice.choice((1, 2, 5))):
        data = _zipped([(dice.choice(("a.zip", "activities/a.zip", "a.fit")), data)])
    return data


def _members(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return [(info.filename, file.read(info)) for info in file.infolist()]
    except Exception:  # damaged before: the bytes alone can be changed further
        return []


def _zipped(members: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            info = zipfile.ZipInfo(name.replace("\x00", "") or "a")  # of 1980: the same each time
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _block(dice: Random, data: bytes) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.choice((1, 4, 40, 400)))


BYTES: tuple[Change, ...] = (flip, flip, cut, drop, again, moved, filled)
TEXT: tuple[Change, ...] = (
    number, number, number, said, said, encoded, delimited, headed, lined, deep,
)  # fmt: skip
