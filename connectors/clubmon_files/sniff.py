"""What a file is, told by its content; its name only helps where content says nothing."""

from __future__ import annotations

import zlib
from typing import Literal

from clubmon.sdk import ConnectorError
from clubmon_files import hevy, strong, tables
from clubmon_files.strava_columns import columns
from clubmon_files.tables import Header, Table

Format = Literal["fit", "zip", "csv", "tcx", "gpx"]
CsvFormat = Literal["hevy", "strong", "strava"]

SUFFIXES: dict[str, Format] = {
    ".fit": "fit",
    ".fit.gz": "fit",
    ".zip": "zip",
    ".csv": "csv",
    ".tcx": "tcx",
    ".tcx.gz": "tcx",
    ".gpx": "gpx",
    ".gpx.gz": "gpx",
}


def format_of(name: str, head: bytes) -> Format | None:
    """The format of a file that starts with `head`, None where neither content nor name tell."""
    start = _inflated(head)
    if start[8:12] == b".FIT":
        return "fit"
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if b"<TrainingCenterDatabase" in start:
        return "tcx"
    if b"<gpx" in start:
        return "gpx"
    if _csv_of_ours(start):
        return "csv"
    lower = name.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if lower.endswith(suffix)), None)


def csv_format(data: bytes) -> tuple[CsvFormat, Table]:
    """Which app wrote a CSV, and its rows. Raises ConnectorError."""
    if not data.strip():
        raise ConnectorError("is empty; export it again.")
    text, note = tables.decode(data)
    for delimiter, count, header in tables.headers(text):
        found = _app(header)
        if found:
            return found, tables.table(text, delimiter, count, note)
    raise ConnectorError(
        "has no header row known here; Strava's activities.csv, Hevy and Strong exports are read."
    )


def _app(header: Header) -> CsvFormat | None:
    names = set(header)
    if names >= hevy.NEEDED:
        return "hevy"
    if names >= strong.NEEDED:
        return "strong"
    return "strava" if columns(header) else None


def _csv_of_ours(head: bytes) -> bool:
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
