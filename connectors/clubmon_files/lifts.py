"""Rows of set lists gathered into workouts: what Hevy and Strong have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clubmon.sdk import LiftSet, Refusal, Session
from clubmon_files.tables import BadCell, BadRow, Row, Table, row

POUND_KG = 0.45359237


@dataclass(slots=True)
class Workout:
    """The sets of one workout, in file order."""

    first_row: int
    title: str
    start: datetime  # wall clock: these apps export no zone
    length: timedelta | None
    sets: list[LiftSet] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)  # in order, each once


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable row: the workout that it belongs to and its set."""

    title: str
    start: datetime
    length: timedelta | None
    lift_set: LiftSet
    warnings: tuple[str, ...] = ()


def workouts(
    source: str, table: Table, entry: Callable[[Row], Entry | None], where: str
) -> Iterator[Session | Refusal]:
    """Sessions in the order of their first row, then a Refusal for each row not read.

    `entry` reads one row, None for a row that is no set, and raises BadCell.
    """
    found: dict[tuple[str, datetime], Workout] = {}
    refusals: list[Refusal] = []
    for count, cells in table.rows:
        try:
            read = entry(row(table, count, cells))
        except (BadCell, BadRow) as error:
            refusals.append(Refusal(f"{where} row {count}", str(error)))
            continue
        if read is not None:
            key = (read.title, read.start)
            _add(found.setdefault(key, Workout(count, read.title, read.start, read.length)), read)
    note = (table.note,) if table.note else ()
    yield from (session(source, workout, where, note) for workout in found.values())
    yield from refusals
    if not found and not refusals:
        yield Refusal(where, "holds a header but no sets; export it again.")


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
        where=f"{where} row {workout.first_row}",
        warnings=(*notes, *workout.warnings),
    )


def _add(workout: Workout, read: Entry) -> None:
    workout.sets.append(read.lift_set)
    workout.warnings.update(dict.fromkeys(read.warnings))
