"""Rows of set lists gathered into workouts: what the lifting apps have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from clubmon.sdk import LiftSet, Refusal, Session, sentence
from clubmon_files import units
from clubmon_files.shapes import Found
from clubmon_files.tables import ROW, BadCell, BadRow, Row, Table, row

DAY_ONLY = sentence(
    "The file states no time of day: noon is taken, and copies from a watch are "
    "recognised by "
    "their day and length."
)
NO_LIFTS = sentence("holds a header but no sets; export it again.")
DISTANCE = sentence(
    "Sets with a distance are kept as sets: their distance is not counted as running."
)


@dataclass(slots=True)
class Workout:
    """The sets of one workout, in file order."""

    first_row: int
    title: str
    start: datetime  # wall clock: these apps export no zone
    length: timedelta | None
    sets: list[LiftSet] = field(default_factory=list)
    unit_open: bool = False
    warnings: dict[str, None] = field(default_factory=dict)  # in order, each once


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable row: the workout that it belongs to and its set."""

    title: str
    start: datetime
    length: timedelta | None
    lift_set: LiftSet
    warnings: tuple[str, ...] = ()
    unit_known: bool = True  # False: a weight that is kg or lb


def workouts(
    source: str,
    table: Table,
    entry: Callable[[Row], Entry | None],
    where: str,
    *,
    time_known: bool = True,
) -> Found:
    """Sessions in the order of their first row, then a Refusal for each row not read, and a
    Question in place of the sessions whose weights have no unit.

    `entry` reads one row, None for a row that is no set, and raises BadCell.
    """
    found: dict[tuple[str, datetime], Workout] = {}
    refusals: list[Refusal] = []
    for count, cells in table.rows:
        try:
            read = entry(row(table, count, cells))
        except (BadCell, BadRow) as error:
            refusals.append(Refusal(ROW.format(where=where, row=count), str(error)))
            continue
        if read is not None:
            key = (read.title, read.start)
            _add(found.setdefault(key, Workout(count, read.title, read.start, read.length)), read)
    note = (table.note,) if table.note else ()
    told = [workout for workout in found.values() if not workout.unit_open]
    for workout in told:
        yield replace(session(source, workout, where, note), time_known=time_known)
    yield from refusals
    if len(told) < len(found):
        yield units.question(where)
    if not found and not refusals:
        yield Refusal(where, NO_LIFTS)


def session(source: str, workout: Workout, where: str, notes: Iterable[str]) -> Session:
    """A workout as a session; its id is made of start and title, all that the apps export."""
    identity = f"{workout.start.isoformat()}|{workout.title}"
    length = workout.length
    return Session(
        source=source,
        source_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        kind="lift",
        sport="strength",
        start_local=workout.start,
        title=workout.title or None,
        elapsed_s=None if length is None else length.total_seconds(),
        sets=tuple(workout.sets),
        where=ROW.format(where=where, row=workout.first_row),
        warnings=(*notes, *workout.warnings),
    )


def _add(workout: Workout, read: Entry) -> None:
    workout.sets.append(read.lift_set)
    workout.unit_open |= not read.unit_known
    workout.warnings.update(dict.fromkeys(read.warnings))
