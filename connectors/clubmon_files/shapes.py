"""What a format is: how its files are told from others, and who reads them.

A new format is a module with one `FORMAT` of these, and one line in `formats.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clubmon.sdk import Question, Refusal, Session
from clubmon_files.archive import Archive
from clubmon_files.tables import Header, Table

Found = Iterator[Session | Refusal | Question]


@dataclass(frozen=True, slots=True)
class ByteFormat:
    """A file whose bytes are read as they are, once unpacked from gzip."""

    suffixes: tuple[str, ...]  # lower case, without '.gz'; asked where content says nothing
    starts: Callable[[bytes], bool]  # whether these first bytes (up to 4 KiB) are of this format
    read: Callable[[bytes, str], Found]  # bytes and the file's name for messages
    most_bytes: int


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """A table that is known by its header; what it leaves open is asked of `table.answers`."""

    knows: Callable[[Header], bool]
    read: Callable[[Table, str], Found]
    player: str = ""  # the column of names in a file of a whole team; '': one person's file


@dataclass(frozen=True, slots=True)
class ZipFormat:
    """An archive that is known by the names of its members."""

    knows: Callable[[Archive], bool]
    read: Callable[[Archive, str], Found]
    nests: bool = False  # whether archives inside belong to it
