"""ZIP members behind one door: nothing is inflated before its size has been judged.

A member may be refused (a path outside the archive, a bomb, a password) while the others
are read. Members are read one at a time; the archive is never held as a whole.
"""

from __future__ import annotations

import gzip
import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from clubmon.sdk import ConnectorError, Refusal, sentence

BOMB_RATIO = 200
BOMB_BYTES = 50_000_000  # small members may well shrink by more than the ratio
MOST_BYTES = 8_000_000_000  # of all members that would be read
MOST_MEMBERS = 500_000

TOO_MANY = sentence("holds {count} files, more than any export; not opened.")
PROTECTED = sentence("is protected by a password; unpack it and upload its files.")
DAMAGED = sentence("is damaged ({why}); export it again.")
DAMAGED_GZIP = sentence("is a damaged gzip file; export it again.")
OUTSIDE = sentence("leads outside the archive and was left out; export the archive again.")
BOMB = sentence(
    "would inflate to {large} MB from {small} MB, as no export does, and was left out "
    "unread; "
    "export the archive again."
)
ODDLY_PACKED = sentence(
    "is packed in a way that no export uses; unpack the archive and upload its files."
)
TOO_MUCH = sentence(
    "would inflate to {size} GB, more than any export, and was not opened; "
    "unpack it and upload its parts."
)
TOO_LARGE = sentence("is larger than {most} MB, more than any such file; not read.")
INSIDE = sentence(
    "is an archive inside the archive and was left out; unpack it and upload its files."
)

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ArithmeticError,
    LookupError,
    RuntimeError,  # NotImplementedError too
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open ZIP and those of its members that are safe to read, by normalised name."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    refusals: tuple[Refusal, ...]
    refused: frozenset[str]  # normalised names of the members that were
    nested: dict[str, zipfile.ZipInfo]  # archives inside, which few exports have


def opened(file: zipfile.ZipFile, where: str) -> Archive:
    """Judge every member by the archive's directory alone. Raises ConnectorError."""
    infos = [info for info in file.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise ConnectorError(TOO_MANY.format(count=len(infos)))
    if any(info.flag_bits & 1 for info in infos):
        raise ConnectorError(PROTECTED)
    members: dict[str, zipfile.ZipInfo] = {}
    nested: dict[str, zipfile.ZipInfo] = {}
    refusals: dict[str, Refusal] = {}
    for info in infos:
        name = info.filename.replace("\\", "/")
        problem = objection(info, name)
        if problem:
            refusals[name] = Refusal(f"{where}!{name}", problem)
        elif name.lower().endswith(".zip"):
            nested[name] = info
        else:
            members[name] = info
    return Archive(file, members, tuple(refusals.values()), frozenset(refusals), nested)


def unopened(archive: Archive, where: str) -> Iterator[Refusal]:
    """A Refusal for every archive inside one, where the export is of a kind that has none."""
    for name in archive.nested:
        yield Refusal(f"{where}!{name}", INSIDE)


@contextmanager
def inner(archive: Archive, name: str, where: str) -> Iterator[Archive]:
    """An archive inside another, judged like it, from a temporary file without a name.

    Archives in it stay closed: one level is all that any export has. Raises ConnectorError.
    """
    try:
        with tempfile.TemporaryFile() as copy:
            with archive.file.open(archive.nested[name]) as stream:
                shutil.copyfileobj(stream, copy, 1 << 20)
            with zipfile.ZipFile(copy) as file:
                yield opened(file, f"{where}!{name}")
    except BROKEN as error:
        raise ConnectorError(DAMAGED.format(why=_first_line(error))) from error


def objection(info: zipfile.ZipInfo, name: str) -> str:
    """Why this member is not to be touched, '' where it may be read."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return OUTSIDE
    if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * max(info.compress_size, 1):
        small, large = f"{info.compress_size / 1e6:.1f}", f"{info.file_size / 1e6:.0f}"
        return BOMB.format(large=large, small=small)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return ODDLY_PACKED
    if name.lower().endswith((".7z", ".rar")):
        return INSIDE
    return ""


def total(members: Iterator[zipfile.ZipInfo]) -> None:
    """Raises ConnectorError where members would inflate to more than any export holds."""
    size = sum(info.file_size for info in members)
    if size > MOST_BYTES:
        raise ConnectorError(TOO_MUCH.format(size=f"{size / 1e9:.0f}"))


def content(archive: Archive, info: zipfile.ZipInfo, limit: int) -> bytes:
    """A member's bytes, unpacked once more where it is gzip. Raises ConnectorError."""
    try:
        with archive.file.open(info) as stream:
            data = stream.read(limit + 1)
    except BROKEN as error:
        raise ConnectorError(DAMAGED.format(why=_first_line(error))) from error
    return unzipped(checked(data, limit), limit)


def unzipped(data: bytes, limit: int) -> bytes:
    """Bytes as they are, or out of their gzip wrapper. Raises ConnectorError.

    Of a gzip file that breaks off, what came before is returned.
    """
    if data[:2] != b"\x1f\x8b":
        return data
    found = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while found.tell() <= limit and (piece := stream.read(1 << 16)):
                found.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        if not found.tell():
            raise ConnectorError(DAMAGED_GZIP) from error
    return checked(found.getvalue(), limit)


def checked(data: bytes, limit: int) -> bytes:
    """The same bytes. Raises ConnectorError where there are more than `limit`."""
    if len(data) > limit:
        raise ConnectorError(TOO_LARGE.format(most=f"{limit / 1e6:.0f}"))
    return data


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100]
