"""Lyfta's export: one row per set, and no unit anywhere."""

from __future__ import annotations

from clubmon.sdk import LiftSet, sentence
from clubmon_files import bounds, times, units
from clubmon_files.lifts import DISTANCE, Entry, workouts
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Row, Table, number

NEEDED = {"title", "date", "duration", "exercise", "set type", "weight", "reps"}
_TYPES = {"drop": "dropset", "drop_set": "dropset", "left": "normal", "right": "normal"}
NO_LENGTH = sentence(
    "The duration reads '{text}', which is none: correct it in the app and export again."
)


def read_lyfta(table: Table, where: str) -> Found:
    """One session per title and start."""
    return workouts("lyfta", table, _entry, where)


def _entry(row: Row) -> Entry:
    date, stated, exercise = row.text("date"), row.text("duration"), row.text("exercise")
    start = times.moment(date)
    if start is None:
        raise BadCell("date", date, "date")
    if not exercise:
        raise BadCell("exercise", exercise, "exercise")
    length = times.duration(stated)
    weight, unit_known = units.kilograms(row)
    sieve = bounds.Sieve(row.number)
    word = row.text("set type").lower().removesuffix("_set")
    lift_set = LiftSet(
        exercise=exercise,
        set_type=_TYPES.get(word, word or "normal"),
        reps=sieve.keep(bounds.repetitions, "reps", row.value("reps")),
        weight_kg=sieve.keep(bounds.weight, "weight", weight, row.text("weight")),
    )
    warnings = {
        NO_LENGTH.format(text=bounds.excerpt(stated)): length is None,
        DISTANCE: bool(number("distance", row.text("distance"))),
    }
    said = (sentence for sentence, holds in warnings.items() if holds)
    return Entry(row.text("title"), start, length, lift_set, (*said, *sieve.warnings), unit_known)


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_lyfta)
