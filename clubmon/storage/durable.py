"""Files for their owner only that are whole, or as before, whenever the machine stops."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 under a name of its own, fsync it, and move it into place."""
    _put(path, lambda file: file.write(content))


def copy(source: Path, target: Path) -> None:
    """Copy a file in the same way, without holding it in memory."""
    with source.open("rb") as read:
        _put(target, lambda file: shutil.copyfileobj(read, file))


def copy_in_use(source: Path, target: Path) -> None:
    """Copy a file that this process holds locked, and keep the lock.

    A lock of this kind (POSIX) is gone as soon as its owner closes any handle on the file, so
    another process reads it. Raises OSError.
    """
    _put(target, lambda file: _read_by_another(source, file))


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written below a folder that nobody else writes to."""
    half_written = (*folder.rglob(".*.tmp"), *folder.rglob(".*.tmp.wal"))
    for leftover in (*half_written, *folder.glob("spill/*")):
        leftover.unlink(missing_ok=True)


def _put(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    # The random part keeps two writers apart; a leftover never counts as the file.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _read_by_another(source: Path, into: BinaryIO) -> None:
    done = subprocess.run(["cat", "--", str(source)], stdout=into, check=False)
    if done.returncode:
        raise OSError(errno.EIO, "could not be copied", str(source))


def sync_file(path: Path) -> None:
    """Make what somebody else wrote into a file last."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last, new ones and moved ones."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
