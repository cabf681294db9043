"""What a file is, told by its content; its name only helps where content says nothing."""

from __future__ import annotations

import zlib
from typing import Literal

from clubmon.sdk import ConnectorError
from clubmon_files import tables
from clubmon_files.formats import BYTES, TABLES
from clubmon_files.shapes import ByteFormat, CsvFormat
from clubmon_files.tables import Header, Table

Format = ByteFormat | Literal["zip", "csv"]


def format_of(name: str, head: bytes) -> Format | None:
    """The format of a file that starts with `head`, None where neither content nor name tell."""
    start = _inflated(head)
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    told = next((each for each in BYTES if each.starts(start)), None)
    if told:
        return told
    return "csv" if _table_of_ours(start) else _by_name(name.lower())


def csv_format(data: bytes) -> tuple[CsvFormat, Table]:
    """Which app wrote a CSV, and its rows. Raises ConnectorError, UnknownTable for none known."""
    found = tables.located(data, lambda header: _app(header) is not None)
    app = None if found is None else _app(found.header)
    if found is None or app is None:
        raise tables.UnknownTable
    return app, found


def _app(header: Header) -> CsvFormat | None:
    return next((each for each in TABLES if each.knows(header)), None)


def _by_name(lower: str) -> Format | None:
    if lower.endswith(".zip"):
        return "zip"
    if lower.endswith((".csv", ".csv.gz")):
        return "csv"
    plain = lower.removesuffix(".gz")
    return next((each for each in BYTES if plain.endswith(each.suffixes)), None)


def _table_of_ours(head: bytes) -> bool:
    """Whether the first lines hold a header that is known; the last line may be cut off."""
    try:
        csv_format(head)
    except ConnectorError:
        return False
    return True


def _inflated(head: bytes) -> bytes:
    """The start of what a gzip file holds; other bytes as they are."""
    if head[:2] != b"\x1f\x8b":
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 4096)
    except zlib.error:
        return head
