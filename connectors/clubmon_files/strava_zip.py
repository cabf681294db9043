"""Strava's bulk export: activities.csv joined with the recordings that it names.

The row's totals win, because they hold what the athlete corrected (a cropped ride home, a
treadmill's distance) and stay the same with and without the archive. The FIT file adds what
a row cannot: local time, sets, samples, and totals that the row leaves empty.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from clubmon.sdk import ConnectorError, Refusal, Session
from clubmon_files import archive, tables
from clubmon_files.archive import Archive
from clubmon_files.fit import MOST_BYTES, read_fit
from clubmon_files.sniff import csv_format
from clubmon_files.strava import Activity, activities

TABLE = "activities.csv"
_FIT = (".fit", ".fit.gz")
_FILLED = (
    "distance_m",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "descent_m",
    "avg_hr",
    "max_hr",
    "rpe",
)
NO_RECORDING = "the row's totals are kept; request the export again for the rest."
_APART_S = 900  # a start that differs by more belongs to another part of the recording


def read_zip(path: Path, where: str) -> Iterator[Session | Refusal]:
    """Sessions and refusals of a ZIP; never inflates what it has not judged."""
    try:
        with zipfile.ZipFile(path) as file:
            found = archive.opened(file, where)
            yield from found.refusals
            yield from _sessions(found, where)
    except ConnectorError as error:
        yield Refusal(where, str(error))
    except archive.BROKEN:
        yield Refusal(where, "is a damaged ZIP file; download the export again.")


def joined(row: Session, recorded: list[Session]) -> Session:
    """A row with what its recording adds; the part that started when the row did."""
    start = row.start_utc
    if start is None or not recorded:
        return row
    part = min(recorded, key=lambda each: abs((each.start_utc or start) - start))
    if len(recorded) > 1 and abs((part.start_utc or start) - start).total_seconds() > _APART_S:
        return row
    filled = {name: getattr(part, name) for name in _FILLED if getattr(row, name) is None}
    kind = "lift" if row.kind == "other" and part.kind == "lift" else row.kind
    return replace(
        row,
        **filled,
        kind=kind,
        start_local=part.start_local,
        timezone=part.timezone or row.timezone,
        sets=part.sets if kind == "lift" else (),
        samples=part.samples,
        warnings=(*row.warnings, *part.warnings),
    )


def _sessions(found: Archive, where: str) -> Iterator[Session | Refusal]:
    table = min(
        (name for name in found.members if PurePosixPath(name).name == TABLE),
        key=len,
        default=None,
    )
    if table is not None:
        yield from _export(found, table, where)
        return
    names = sorted(name for name in found.members if name.lower().endswith(_FIT))
    archive.total(found.members[name] for name in names)
    for name in names:
        yield from _recording(found, name, where)
    if not names and not found.refusals:
        yield Refusal(where, f"holds neither {TABLE} nor a FIT file; upload the export as it came.")


def _export(found: Archive, name: str, where: str) -> Iterator[Session | Refusal]:
    place = f"{where}!{name}"
    archive.total(info for each, info in found.members.items() if each.lower().endswith(_FIT))
    try:
        data = archive.content(found, found.members[name], tables.MOST_BYTES)
        _, table = csv_format(data)
    except ConnectorError as error:
        yield Refusal(place, str(error))
        return
    folder = str(PurePosixPath(name).parent)
    for item in activities(table, place):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from _activity(found, item, "" if folder == "." else folder + "/", where)


def _activity(
    found: Archive, item: Activity, folder: str, where: str
) -> Iterator[Session | Refusal]:
    """The row's session, joined; a recording that cannot be read costs only what it adds."""
    name = folder + item.filename
    if not item.filename.lower().endswith(_FIT) or name in found.refused:
        yield item.session
    elif name not in found.members:
        missing = f"Its recording {item.filename} is not in the archive: {NO_RECORDING}"
        yield replace(item.session, warnings=(*item.session.warnings, missing))
    else:
        read = list(_recording(found, name, where))
        recorded = [each for each in read if isinstance(each, Session)]
        yield joined(item.session, recorded)
        yield from (each for each in read if isinstance(each, Refusal))


def _recording(found: Archive, name: str, where: str) -> Iterator[Session | Refusal]:
    place = f"{where}!{name}"
    try:
        data = archive.content(found, found.members[name], MOST_BYTES)
    except ConnectorError as error:
        yield Refusal(place, str(error))
        return
    yield from read_fit(data, place)
