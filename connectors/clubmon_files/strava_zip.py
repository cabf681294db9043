"""Strava's bulk export: activities.csv joined with the recordings that it names.

The row's totals win, because they hold what the athlete corrected (a cropped ride home, a
treadmill's distance) and stay the same with and without the archive. The FIT file adds what
a row cannot: local time, sets, samples, and totals that the row leaves empty.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from clubmon.sdk import ConnectorError, Refusal, Session, sentence
from clubmon_files import archive, recordings, tables
from clubmon_files.archive import Archive
from clubmon_files.joining import joined
from clubmon_files.shapes import Found, ZipFormat
from clubmon_files.strava import FORMAT as FORMAT_OF_ROWS
from clubmon_files.strava import Activity, activities

TABLE = "activities.csv"
NO_RECORDING = sentence(
    "Its recording {file} is not in the archive: the row's totals are kept; request the "
    "export "
    "again for the rest."
)
NO_HEADER = sentence("has no header row known here; request the export again.")


def _table_of(found: Archive) -> str | None:
    """The export's table; the topmost where there are several."""
    names = (name for name in found.members if PurePosixPath(name).name == TABLE)
    return min(names, key=len, default=None)


def read_export(found: Archive, where: str) -> Found:
    """Every row of the archive's activities.csv, joined with the recording that it names."""
    name = _table_of(found) or ""
    place = f"{where}!{name}"
    archive.total(info for each, info in found.members.items() if recordings.named(each))
    try:
        data = archive.content(found, found.members[name], tables.MOST_BYTES)
        table = tables.located(data, FORMAT_OF_ROWS.knows)
        if table is None:
            raise ConnectorError(NO_HEADER)
    except ConnectorError as error:
        yield Refusal(place, str(error))
        return
    folder = str(PurePosixPath(name).parent)
    items = list(activities(table, place))
    yield from _joined(found, items, "" if folder == "." else folder + "/", where)


def _joined(found: Archive, items: list[Activity | Refusal], folder: str, where: str) -> Found:
    """Each row's session with what its recording adds."""
    named = [folder + item.filename if isinstance(item, Activity) else "" for item in items]
    names = [name for name in named if recordings.named(name) and name in found.members]
    read = recordings.read_members(found, names, where)
    for name, item in zip(named, items, strict=True):
        if isinstance(item, Refusal):
            yield item
        elif not recordings.named(name) or name in found.refused:
            yield item.session
        elif name not in found.members:
            missing = NO_RECORDING.format(file=item.filename)
            yield replace(item.session, warnings=(*item.session.warnings, missing))
        else:
            yield from _both(item.session, next(read))


def _both(row: Session, read: list[recordings.Item]) -> Found:
    """The row joined; a recording that cannot be read costs only what it adds."""
    yield joined(row, [each for each in read if isinstance(each, Session)])
    yield from (each for each in read if isinstance(each, Refusal))


FORMAT = ZipFormat(knows=lambda found: _table_of(found) is not None, read=read_export)
