"""Hevy's workout_data.csv: one row per set, wall-clock times, kg or lb in the header."""

from __future__ import annotations

from datetime import datetime, timedelta

from clubmon.sdk import LiftSet, sentence
from clubmon_files import bounds, times, units
from clubmon_files.lifts import DISTANCE, Entry, workouts
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Row, Table

NEEDED = {"title", "start_time", "exercise_title", "set_index"}
_TYPES = {"": "normal", "drop": "dropset", "drop_set": "dropset", "warm_up": "warmup"}

NO_WEIGHTS = sentence("The file has no column for weights: sets are kept without.")
NO_END = sentence("The end is missing or before the start: the duration is not known.")


def read_hevy(table: Table, where: str) -> Found:
    """One session per title and start time."""
    return workouts("hevy", table, _entry, where)


def _entry(row: Row) -> Entry:
    started = row.text("start_time")
    start = times.moment(started)
    if start is None:
        raise BadCell("start_time", started, "date")
    length = _length(row, start)
    lift_set, rejected = _lift_set(row)
    warnings = {
        NO_END: length is None,
        NO_WEIGHTS: not (row.has("weight_kg") or row.has("weight_lbs")),
        DISTANCE: bool(row.text("distance_km") or row.text("distance_miles")),
    }
    return Entry(
        row.text("title"),
        start,
        length,
        lift_set,
        (*(sentence for sentence, holds in warnings.items() if holds), *rejected),
    )


def _length(row: Row, start: datetime) -> timedelta | None:
    end = times.moment(row.text("end_time"))
    return end - start if end is not None and end >= start else None


def _lift_set(row: Row) -> tuple[LiftSet, list[str]]:
    """The set, and a warning for each of its numbers that is left out."""
    exercise = row.text("exercise_title")
    if not exercise:
        raise BadCell("exercise_title", exercise, "exercise")
    kilograms, pounds = row.value("weight_kg"), row.value("weight_lbs")
    if kilograms is None and pounds is not None:
        kilograms = pounds * units.POUND_KG
    set_type = row.text("set_type").lower()
    column = "weight_kg" if row.text("weight_kg") else "weight_lbs"
    sieve = bounds.Sieve(row.number)
    lift_set = LiftSet(
        exercise=exercise,
        set_type=_TYPES.get(set_type, set_type),
        reps=sieve.keep(bounds.repetitions, "reps", row.value("reps")),
        weight_kg=sieve.keep(bounds.weight, column, kilograms, row.text(column)),
        rpe=sieve.keep(bounds.rpe, "rpe", row.value("rpe")),
    )
    return lift_set, sieve.warnings


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_hevy)
