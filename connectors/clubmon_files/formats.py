"""Every format that is read, one line each; where two would fit, the first is taken."""

from __future__ import annotations

from clubmon_files import (
    catapult,
    fitnotes,
    garmin_csv,
    garmin_export,
    hevy,
    intervals,
    jefit,
    lyfta,
    polar_team,
    recordings,
    statsports,
    strava,
    strava_zip,
    strong,
    trainingpeaks,
)
from clubmon_files.recordings import RECORDINGS
from clubmon_files.shapes import ByteFormat, CsvFormat, ZipFormat

BYTES: tuple[ByteFormat, ...] = RECORDINGS

TABLES: tuple[CsvFormat, ...] = (
    hevy.FORMAT,
    strong.FORMAT,
    strava.FORMAT,
    fitnotes.FORMAT,
    lyfta.FORMAT,
    jefit.FORMAT,
    trainingpeaks.FORMAT,
    intervals.FORMAT,
    garmin_csv.FORMAT,
    polar_team.FORMAT,
    catapult.FORMAT,
    statsports.FORMAT,
)

ARCHIVES: tuple[ZipFormat, ...] = (
    strava_zip.FORMAT,
    garmin_export.FORMAT,
    recordings.ZIP,  # takes any: the last
)
