"""The activities.csv of intervals.icu: its field names, SI units, wall-clock times."""

from __future__ import annotations

from datetime import UTC

from clubmon.sdk import Kind, Session
from clubmon_files import bounds, eachrow, strava_columns, times
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Row, Table

NEEDED = {"id", "start_date_local", "type", "moving_time", "distance"}


def read_intervals(table: Table, where: str) -> Found:
    """One session per row that was done."""
    return eachrow.sessions(table, _session, where)


def kind_of(word: str) -> Kind:
    """The kind of a type such as TrailRun."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in word)
    return strava_columns.kind_of(spaced.strip().lower())


def _session(row: Row) -> Session | None:
    seconds, metres = row.value("moving_time"), row.value("distance")
    if not seconds and not metres:
        return None
    identity, date = row.text("id"), row.text("start_date_local")
    start = times.day(date)
    if start is None:
        raise BadCell("start_date_local", date, "date")
    if not identity:
        raise BadCell("id", identity, "id")
    utc = times.moment(row.text("start_date"))
    sieve = bounds.Sieve(row.number)
    effort = next((name for name in ("icu_rpe", "perceived_exertion") if row.text(name)), "icu_rpe")
    return Session(
        source="intervals",
        source_id=identity,
        kind=kind_of(row.text("type")),
        sport=row.text("type") or "unknown",
        start_utc=utc and utc.replace(tzinfo=UTC),
        start_local=start,
        title=row.text("name") or None,
        distance_m=bounds.metres(metres) or None,
        moving_s=bounds.seconds(seconds) or None,
        elapsed_s=bounds.seconds(row.value("elapsed_time")) or None,
        ascent_m=sieve.keep(bounds.climb, "ascent", row.value("total_elevation_gain")),
        avg_hr=sieve.keep(bounds.heart_rate, "average_heartrate", row.value("average_heartrate")),
        max_hr=sieve.keep(bounds.heart_rate, "max_heartrate", row.value("max_heartrate")),
        rpe=sieve.keep(bounds.rpe, effort, row.value(effort)),
        warnings=tuple(sieve.warnings),
    )


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_intervals)
