"""A season of recordings as files: runs at 1 Hz with what a watch writes, noise and all.

The noise is what keeps archives from shrinking to nothing. The same numbers give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from clubmon.demo.fit import Field, Message, encode, seconds
from clubmon.demo.recordings import ACTIVITY, FILE_ID, RECORD, SESSION

FIRST = datetime(2020, 1, 1, 6, tzinfo=UTC)
EVERY = timedelta(hours=5)  # apart, so that no two overlap
DISTINCT = 300  # recordings in an archive: the rest are the same bytes under another name
DYNAMICS = Message(
    20,
    {
        **RECORD.fields,
        "cadence": Field(4, "uint8"),
        "power": Field(7, "uint16"),
        "vertical_oscillation": Field(39, "uint16", 10),
        "stance_time": Field(41, "uint16", 10),
        "step_length": Field(85, "uint16", 10),
    },
)
HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Moving Time,Distance,"
    "Elevation Gain,Filename"
)


def start(number: int) -> datetime:
    """When run `number` began, UTC."""
    return FIRST + number * EVERY


def recording(number: int) -> bytes:
    """A FIT file of a run of 30 to 75 minutes."""
    dice = np.random.default_rng(number)
    count = int(dice.integers(1_800, 4_500))
    began = seconds(start(number))
    speed = np.clip(3 + np.cumsum(dice.normal(0, 0.03, count)) * 0.3, 1.5, 6)
    climbs = 100 + np.cumsum(dice.normal(0, 0.15, count))
    records = {
        "timestamp": began + np.arange(count),
        "distance": np.cumsum(speed),
        "enhanced_speed": speed,
        "enhanced_altitude": np.clip(climbs, -100, 4_000),
        "heart_rate": np.clip(150 + np.cumsum(dice.normal(0, 0.4, count)), 90, 195),
        "cadence": dice.integers(75, 95, count),
        "power": dice.integers(180, 420, count),
        "vertical_oscillation": dice.normal(85, 6, count),
        "stance_time": dice.normal(240, 9, count),
        "step_length": dice.normal(1_050, 60, count),
    }
    summary = {
        "timestamp": began + count, "start_time": began, "sport": 1, "sub_sport": 0,
        "total_elapsed_time": count, "total_timer_time": count,
        "total_distance": float(records["distance"][-1]), "avg_heart_rate": 150,
    }  # fmt: skip
    return encode(
        [
            (FILE_ID, {"type": 4, "serial_number": 7 + number, "time_created": began}),
            (DYNAMICS, records),
            (SESSION, summary),
            (ACTIVITY, {"timestamp": began + count, "local_timestamp": began + count + 3_600}),
        ]
    )


def files(folder: Path, count: int) -> list[Path]:
    """A FIT file per run, each different."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(count):
        path = folder / f"{number:05}.fit"
        path.write_bytes(recording(number))
        found.append(path)
    return found


def archive(path: Path, megabytes: int) -> int:
    """A bulk export of about this size as Strava packs it; how many activities it holds."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(HEADER.split(","))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for count, (name, content) in enumerate(_members()):
            file.writestr(name, content)
            rows.writerow([count + 1, start(count).strftime("%b %d, %Y, %I:%M:%S %p"),
                           "Morning", "Run", 3600, 3500, 10_000 + count, 50, name])  # fmt: skip
            if file.fp and file.fp.tell() >= megabytes * 1_000_000:
                break
        file.writestr("activities.csv", table.getvalue())
    return count + 1


def _members() -> Iterator[tuple[str, bytes]]:
    packed = [gzip.compress(recording(number), 1, mtime=0) for number in range(DISTINCT)]
    for number in range(10**6):
        yield f"activities/{number}.fit.gz", packed[number % DISTINCT]
