"""Formats that are known and not read yet."""

from __future__ import annotations

from clubmon.sdk import Refusal
from clubmon_files.shapes import ByteFormat, Found


def _not_yet(name: str) -> ByteFormat:
    def read(data: bytes, where: str) -> Found:
        yield Refusal(
            where, f"is a {name.upper()} file, which is not read yet; export the original FIT file."
        )

    root = {"tcx": b"<TrainingCenterDatabase", "gpx": b"<gpx"}[name]
    return ByteFormat((f".{name}",), lambda head: root in head, read, 64_000_000)


TCX, GPX = _not_yet("tcx"), _not_yet("gpx")
