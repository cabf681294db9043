"""FitNotes in its variants: the unit in a column (Android today), in the header (Android
before), or kilograms and pounds side by side (FitNotes 2 for iOS, whose Kind says what an
exercise is measured in). One session per day: the app states no times.
"""

from __future__ import annotations

from clubmon.sdk import LiftSet
from clubmon_files import bounds, times, units
from clubmon_files.lifts import DAY_ONLY, DISTANCE, Entry, workouts
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Header, Row, Table

NEEDED = {"date", "exercise", "category", "reps", "distance unit"}


def read_fitnotes(table: Table, where: str) -> Found:
    """One session per day."""
    return workouts("fitnotes", table, _entry, where, time_known=False)


def knows(header: Header) -> bool:
    """Whether the header is one of the variants."""
    return set(header) >= NEEDED and any(name.startswith("weight") for name in header)


def _entry(row: Row) -> Entry:
    date = row.text("date")
    start = times.day(date)
    if start is None:
        raise BadCell("date", date, "date")
    exercise = row.text("exercise")
    if not exercise:
        raise BadCell("exercise", exercise, "exercise")
    weight, unit_known = units.kilograms(row)
    sieve = bounds.Sieve(row.number)
    column = units.column(row)
    measured = row.value("distance") or row.text("time")
    reps = row.value("reps")
    lift_set = LiftSet(
        exercise=exercise,
        set_type="normal",
        reps=None if measured and not reps else sieve.keep(bounds.repetitions, "reps", reps),
        weight_kg=sieve.keep(bounds.weight, column, weight, row.text(column)),
    )
    distance = (DISTANCE,) if row.value("distance") else ()
    warnings = (DAY_ONLY, *distance, *sieve.warnings)
    return Entry("", start, None, lift_set, warnings, unit_known)


FORMAT = CsvFormat(knows=knows, read=read_fitnotes)
