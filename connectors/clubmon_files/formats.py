"""Every format that is read, one line each; where two would fit, the first is taken."""

from __future__ import annotations

from clubmon_files import garmin_csv, garmin_export, hevy, recordings, strava, strava_zip, strong
from clubmon_files.recordings import RECORDINGS
from clubmon_files.shapes import ByteFormat, CsvFormat, ZipFormat

BYTES: tuple[ByteFormat, ...] = RECORDINGS

TABLES: tuple[CsvFormat, ...] = (
    hevy.FORMAT,
    strong.FORMAT,
    strava.FORMAT,
    garmin_csv.FORMAT,
)

ARCHIVES: tuple[ZipFormat, ...] = (
    strava_zip.FORMAT,
    garmin_export.FORMAT,
    recordings.ZIP,  # takes any: the last
)
