"""Lifts as the two apps export them: Hevy to the minute in kg, Strong with semicolons in kg."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from clubmon.demo.training import Lift, Set

HEVY = next(csv.reader([
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,"
    "set_index,set_type,weight_kg,reps,distance_km,duration_seconds,rpe"
]))  # fmt: skip
STRONG = next(csv.reader([
    "Workout #,Date,Workout Name,Duration (sec),Exercise Name,Set Order,Weight (kg),Reps,RPE,"
    "Distance (meters),Seconds,Notes,Workout Notes"
]))  # fmt: skip
NOTE = "Made up by the clubmon demo"
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def hevy(lifts: Iterable[Lift]) -> str:
    """Hevy's export, newest session first; its times are local and have no zone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(HEVY)
    for lift in sorted(lifts, key=lambda lift: lift.start, reverse=True):
        end = lift.start + timedelta(seconds=lift.elapsed_s)
        for number, done in _numbered(lift.sets):
            kind = "warmup" if done.warmup else "normal"
            writer.writerow([
                lift.title, _hevy_time(lift.start), _hevy_time(end), NOTE, done.exercise, None, "",
                number - 1, kind, done.weight_kg, done.reps, None, None, done.rpe,
            ])  # fmt: skip
    return text.getvalue()


def strong(lifts: Iterable[Lift]) -> str:
    """Strong's export with the unit in the header, oldest session first, local times."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(STRONG)
    for number, lift in enumerate(lifts, start=1):
        for order, done in _numbered(lift.sets):
            mark = "W" if done.warmup else order
            writer.writerow([
                number, f"{lift.start:%Y-%m-%d %H:%M:%S}", lift.title, lift.elapsed_s,
                done.exercise, mark, _cell(done.weight_kg), done.reps, _cell(done.rpe), "", "",
                "", NOTE,
            ])  # fmt: skip
    return text.getvalue()


def _numbered(sets: Iterable[Set]) -> Iterator[tuple[int, Set]]:
    """Sets with their number within the exercise, from 1."""
    number, exercise = 0, ""
    for done in sets:
        number = number + 1 if done.exercise == exercise else 1
        exercise = done.exercise
        yield number, done


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)


def _hevy_time(when: datetime) -> str:
    """8 Apr 2026, 16:50, whatever the machine's language is."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M}"
