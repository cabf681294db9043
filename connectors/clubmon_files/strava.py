"""Strava's activities.csv: one row per activity, dates in UTC, metres and seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TypeVar

from clubmon.sdk import Refusal, Session, sentence
from clubmon_files import bounds, times
from clubmon_files.shapes import CsvFormat
from clubmon_files.strava_columns import Columns, columns, kind_of
from clubmon_files.tables import ROW, BadCell, BadRow, Row, Table, number, row

T = TypeVar("T")

NO_DISTANCE = sentence(
    "The export states the distance in a unit that it does not name: it is left out."
)
OTHER_COLUMNS = sentence(
    "has columns that are not known; set the account's language to English (US) in "
    "Strava and request the export again."
)
NO_ACTIVITIES = sentence("holds a header but no activities; request the export again.")
TOTAL_ONLY = sentence("Strava gives {kg} kg as the total lifted and no sets.")
UNKNOWN_TYPE = sentence(
    "The activity type '{type}' is not known in this language: it counts as neither run nor lift."
)

_EXTRAS = {
    "ascent": "Elevation Gain",
    "descent": "Elevation Loss",
    "avg_hr": "Average Heart Rate",
    "max_hr": "Max Heart Rate",
    "rpe": "Perceived Exertion",
    "lifted": "Total Weight Lifted",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One row: the session, and the archive member that it names, '' for none."""

    session: Session
    filename: str


def read_strava(table: Table, where: str) -> Iterator[Session | Refusal]:
    """One session per row of a bare activities.csv."""
    for item in activities(table, where):
        yield item.session if isinstance(item, Activity) else item


def activities(table: Table, where: str) -> Iterator[Activity | Refusal]:
    """Every row as an activity, or as a Refusal that names row and column."""
    layout = columns(table.header)
    if layout is None:
        yield Refusal(where, OTHER_COLUMNS)
        return
    for count, cells in table.rows:
        place = ROW.format(where=where, row=count)
        try:
            yield _activity(layout, table, row(table, count, cells), place)
        except (BadCell, BadRow) as error:
            yield Refusal(place, str(error))
    if not table.rows:
        yield Refusal(where, NO_ACTIVITIES)


def _activity(layout: Columns, table: Table, read: Row, place: str) -> Activity:
    cells = read.cells
    identity, date = layout.text(cells, "id"), layout.text(cells, "date")
    if not identity.isdecimal():
        raise BadCell("Activity ID", identity, "whole number")
    start = times.moment(date)
    if start is None:
        raise BadCell("Activity Date", date, "date")
    word = layout.text(cells, "type")
    sieve = bounds.Sieve(read.number)
    extras = _extras(layout, cells, sieve)
    session = Session(
        source="strava_export",
        source_id=identity,
        kind=kind_of(times.folded(word)),
        sport=word,
        start_utc=start.replace(tzinfo=UTC),
        timezone="UTC",
        title=layout.text(cells, "title") or None,
        distance_m=bounds.metres(_value(layout, cells, "distance", "Distance")),
        moving_s=bounds.seconds(_value(layout, cells, "moving", "Moving Time")),
        elapsed_s=bounds.seconds(_value(layout, cells, "elapsed", "Elapsed Time")),
        ascent_m=_kept(sieve, bounds.climb, extras, "ascent"),
        descent_m=_kept(sieve, bounds.climb, extras, "descent"),
        avg_hr=_kept(sieve, bounds.heart_rate, extras, "avg_hr"),
        max_hr=_kept(sieve, bounds.heart_rate, extras, "max_hr"),
        rpe=_kept(sieve, bounds.rpe, extras, "rpe"),
        where=place,
    )
    warnings = (*_warnings(layout, table, word, extras["lifted"]), *sieve.warnings)
    return Activity(replace(session, warnings=warnings), layout.text(cells, "filename"))


def _value(layout: Columns, cells: list[str], name: str, column: str) -> float | None:
    return number(column, layout.text(cells, name))


def _extras(layout: Columns, cells: list[str], sieve: bounds.Sieve) -> dict[str, float | None]:
    """Values that a row can do without: an odd one (Strava writes losses of -34 m) is left out."""
    found: dict[str, float | None] = {}
    for name, column in _EXTRAS.items():
        try:
            found[name] = _value(layout, cells, name, column)
        except BadCell:
            found[name] = None
            sieve.lose(column, layout.text(cells, name))
    return found


def _kept(
    sieve: bounds.Sieve,
    bound: Callable[[object], T | None],
    extras: dict[str, float | None],
    name: str,
) -> T | None:
    return sieve.keep(bound, _EXTRAS[name], extras[name])


def _warnings(layout: Columns, table: Table, word: str, lifted: float | None) -> tuple[str, ...]:
    found = {
        table.note: bool(table.note),
        NO_DISTANCE: layout.at["distance"] is None,
        TOTAL_ONLY.format(kg=f"{lifted or 0:g}"): bool(lifted),
        UNKNOWN_TYPE.format(type=word): not layout.english
        and kind_of(times.folded(word)) == "other",
    }
    return tuple(said for said, holds in found.items() if holds)


FORMAT = CsvFormat(knows=lambda header: columns(header) is not None, read=read_strava)
