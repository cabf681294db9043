"""Strong's export in its variants: comma or semicolon; the unit in the header, in a column
of its own, or nowhere; rest timers and notes as rows among the sets.
"""

from __future__ import annotations

from clubmon.sdk import LiftSet, sentence
from clubmon_files import bounds, times, units
from clubmon_files.lifts import DISTANCE, Entry, workouts
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Row, Table

NEEDED = {"date", "workout name", "exercise name", "set order"}
_TYPES = {"w": "warmup", "d": "dropset", "f": "failure"}
_NO_SETS = {"rest timer", "note"}
_LENGTHS = ("duration", "duration (sec)", "workout duration")
NO_LENGTH = sentence("The duration is missing.")
BAD_LENGTH = sentence(
    "The duration reads '{text}', which is none: correct it in the app and export again."
)


def read_strong(table: Table, where: str) -> Found:
    """One session per workout name and date."""
    return workouts("strong", table, _entry, where)


def _entry(row: Row) -> Entry | None:
    if row.text("set order").lower() in _NO_SETS:
        return None
    date = row.text("date")
    start = times.moment(date)
    if start is None:
        raise BadCell("date", date, "date")
    stated = next((text for column in _LENGTHS if (text := row.text(column))), "")
    length = times.duration(stated)
    lift_set, unit_known, rejected = _lift_set(row)
    warnings = {
        NO_LENGTH: length is None and not stated,
        BAD_LENGTH.format(text=bounds.excerpt(stated)): length is None and bool(stated),
        DISTANCE: bool(_distance(row)),
    }
    return Entry(
        row.text("workout name"),
        start,
        length,
        lift_set,
        (*(sentence for sentence, holds in warnings.items() if holds), *rejected),
        unit_known,
    )


def _distance(row: Row) -> float | None:
    return row.value("distance") or row.value("distance (meters)")


def _lift_set(row: Row) -> tuple[LiftSet, bool, list[str]]:
    """The set, whether its weight's unit is known or not needed, and warnings of lost numbers."""
    exercise = row.text("exercise name")
    if not exercise:
        raise BadCell("exercise name", exercise, "exercise")
    weight, unit_known = units.kilograms(row)
    column = units.column(row)
    sieve = bounds.Sieve(row.number)
    reps = row.value("reps")
    timed = not reps and (_distance(row) or row.value("seconds"))
    order = row.text("set order").lower()
    lift_set = LiftSet(
        exercise=exercise,
        set_type="normal" if order.isdigit() or not order else _TYPES.get(order, order),
        reps=None if timed else sieve.keep(bounds.repetitions, "reps", reps),
        weight_kg=sieve.keep(bounds.weight, column, weight, row.text(column)),
        rpe=sieve.keep(bounds.rpe, "rpe", row.value("rpe")),
    )
    return lift_set, unit_known, sieve.warnings


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_strong)
