"""Strong's export in its variants: comma or semicolon; the unit in the header, in a column
of its own, or nowhere; rest timers and notes as rows among the sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from clubmon.sdk import LiftSet, Refusal, Session
from clubmon_files import bounds, times
from clubmon_files.lifts import POUND_KG, Entry, workouts
from clubmon_files.shapes import CsvFormat
from clubmon_files.tables import BadCell, Row, Table

NEEDED = {"date", "workout name", "exercise name", "set order"}
_TYPES = {"w": "warmup", "d": "dropset", "f": "failure"}
_NO_SETS = {"rest timer", "note"}
_LENGTHS = ("duration", "duration (sec)", "workout duration")
_IN_HEADER = {
    "weight (kg)": 1.0,
    "weight (kgs)": 1.0,
    "weight (lb)": POUND_KG,
    "weight (lbs)": POUND_KG,
}
_IN_COLUMN = {"kg": 1.0, "kgs": 1.0, "lb": POUND_KG, "lbs": POUND_KG}

NO_UNIT = "The file does not say whether weights are kg or lb: kg is taken."
NO_LENGTH = "The duration is missing."
BAD_LENGTH = "The duration reads '{}', which is none: correct it in the app and export again."
DISTANCE = "Sets with a distance are kept as sets: their distance is not counted as running."


def read_strong(table: Table, where: str) -> Iterator[Session | Refusal]:
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
        NO_UNIT: not unit_known,
        NO_LENGTH: length is None and not stated,
        BAD_LENGTH.format(stated[:40]): length is None and bool(stated),
        DISTANCE: bool(_distance(row)),
    }
    return Entry(
        row.text("workout name"),
        start,
        length,
        lift_set,
        (*(sentence for sentence, holds in warnings.items() if holds), *rejected),
    )


def _distance(row: Row) -> float | None:
    return row.value("distance") or row.value("distance (meters)")


def _lift_set(row: Row) -> tuple[LiftSet, bool, list[str]]:
    """The set, whether its weight's unit is known or not needed, and warnings of lost numbers."""
    exercise = row.text("exercise name")
    if not exercise:
        raise BadCell("exercise name", exercise, "exercise")
    weight, unit_known = _weight(row)
    column = next((column for column in _IN_HEADER if row.has(column)), "weight")
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


def _weight(row: Row) -> tuple[float | None, bool]:
    for column, factor in _IN_HEADER.items():
        if row.has(column):
            value = row.value(column)
            return (None if value is None else value * factor), True
    value, unit = row.value("weight"), row.text("weight unit").lower()
    if unit and unit not in _IN_COLUMN:
        raise BadCell("weight unit", unit, "unit (kg or lb)")
    if not value:
        return None, True
    return value * _IN_COLUMN.get(unit, 1.0), bool(unit)


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_strong)
