"""Arriving bytes on our disk: written without holding them in memory, gone unless taken.

A file that was taken is `arrivals/<id>` below the data folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from uuid6 import uuid7

from clubmon.storage import durable
from clubmon.words.sentences import sentence

CHUNK = 1 << 20
SPARE_BYTES = 1 << 30  # what stays free on the disk, for the copy that is kept and the database
NO_ROOM = sentence("The club's disk is too full to take this file; tell your club's admin.")


class NotTaken(Exception):
    """A file was not taken, in one sentence."""


class Stream(Protocol):
    """What the bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Landed:
    """A file's bytes on our disk, not on record yet."""

    path: Path
    sha256: str
    size: int


def room_for(folder: Path, size: int) -> None:
    """Raises NotTaken where the disk has no room for this many bytes twice."""
    if shutil.disk_usage(folder).free < 2 * size + SPARE_BYTES:
        raise NotTaken(NO_ROOM)


@contextlib.contextmanager
def landed(folder: Path, stream: Stream) -> Iterator[Landed]:
    """Write what the stream gives to a file of ours, without holding it in memory.

    The file goes away at the end unless it was kept.
    """
    path = inbox(folder) / f".{uuid7()}.tmp"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            sha256, size = _copy(stream, file.write)
            file.flush()
            os.fsync(file.fileno())
        yield Landed(path, sha256, size)
    finally:
        path.unlink(missing_ok=True)


def keep(folder: Path, landed: Landed, arrival_id: str) -> None:
    """Let a landed file stay, under the id of its arrival."""
    landed.path.replace(place(folder, arrival_id))
    durable.sync_folder(inbox(folder))


def discard(folder: Path, arrival_id: str) -> None:
    """Delete the bytes of a file that is on no record any more."""
    place(folder, arrival_id).unlink(missing_ok=True)


def inbox(folder: Path) -> Path:
    """The folder below the data folder where arriving bytes are."""
    found = folder / "arrivals"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


@contextlib.contextmanager
def temporary_files(folder: Path) -> Iterator[None]:
    """Let this process's temporary files be on the disk with the data: /tmp may be memory."""
    before = tempfile.tempdir
    tempfile.tempdir = str(inbox(folder))
    try:
        yield
    finally:
        tempfile.tempdir = before


def place(folder: Path, arrival_id: str) -> Path:
    """Where the bytes of an arrival are until they are read."""
    return inbox(folder) / arrival_id


def _copy(stream: Stream, write: Callable[[bytes], object]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        write(chunk)
    return digest.hexdigest(), size
