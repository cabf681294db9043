"""Writes the made-up histories as the export files that athletes would upload.

Six athletes' last 35 days are single 1 Hz FIT files; everything earlier, and everything of
the others, is in a ZIP shaped like Strava's bulk export. Lifts are Hevy or Strong CSV. No
session is in two files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from clubmon.demo import lift_csv, recordings, strava_csv, streams
from clubmon.demo.club import TIMEZONE, Athlete
from clubmon.demo.training import Lift, Run, Training

FIT_DAYS = 35
_STAMP = (2026, 1, 1, 0, 0, 0)  # of every archive member, so that a seed gives the same bytes


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for one athlete, and the sessions as the files tell them."""

    athlete: Athlete
    files: tuple[Path, ...]
    runs: tuple[Run, ...]
    lifts: tuple[Lift, ...]


def write(folder: Path, athlete: Athlete, training: Training, today: date, seed: int) -> Exported:
    """Write one athlete's files into `folder`/<name>; names and contents say "made up"."""
    own = folder / athlete.email.split("@")[0]
    own.mkdir(parents=True, exist_ok=True)
    first_fit = today - timedelta(days=FIT_DAYS if athlete.records_fit else 0)
    earlier = tuple(run for run in training.runs if run.start.date() < first_fit)
    later = tuple(run for run in training.runs if run.start.date() >= first_fit)
    recorded = list(_recordings(own, athlete, later, seed))
    files = [
        _zip(own / "strava_export_made_up.zip", athlete, earlier),
        _lifts(own, athlete, training.lifts),
        *(path for path, _ in recorded),
    ]
    runs = earlier + tuple(run for _, run in recorded)
    return Exported(athlete, tuple(files), runs, training.lifts)


def _recordings(
    own: Path, athlete: Athlete, runs: tuple[Run, ...], seed: int
) -> Iterator[tuple[Path, Run]]:
    zone = ZoneInfo(TIMEZONE)
    for run in runs:
        rng = np.random.default_rng([seed, athlete.index, run.start.toordinal()])
        recorded, stream = streams.record(run, rng)
        path = own / f"made_up_run_{run.start:%Y-%m-%d_%H%M}.fit"
        path.write_bytes(recordings.run_file(recorded, stream, zone))
        yield path, recorded


def _zip(path: Path, athlete: Athlete, runs: tuple[Run, ...]) -> Path:
    text = strava_csv.activities(runs, athlete.index, ZoneInfo(TIMEZONE))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("activities.csv", text), ("README.txt", _README)):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return path


_README = "Everything in this archive was made up by the clubmon demo.\n"


def _lifts(own: Path, athlete: Athlete, lifts: tuple[Lift, ...]) -> Path:
    writer = lift_csv.hevy if athlete.lift_app == "hevy" else lift_csv.strong
    path = own / f"{athlete.lift_app}_made_up.csv"
    path.write_text(writer(lifts), encoding="utf-8", newline="")
    return path
