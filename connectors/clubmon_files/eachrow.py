"""Tables of one session per row: what TrainingPeaks and intervals.icu have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clubmon.sdk import Refusal, Session, sentence
from clubmon_files.shapes import Found
from clubmon_files.tables import ROW, BadCell, BadRow, Row, Table, row

ALL_PLANNED = sentence(
    "holds only planned workouts, none that was done; export again after training."
)


def sessions(table: Table, read: Callable[[Row], Session | None], where: str) -> Found:
    """A session per row, a Refusal for each that cannot be read; None of `read` is a plan."""
    told = False
    for count, cells in table.rows:
        place = ROW.format(where=where, row=count)
        try:
            found = read(row(table, count, cells))
        except (BadCell, BadRow) as error:
            told = True
            yield Refusal(place, str(error))
            continue
        if found is not None:
            told = True
            notes = (table.note,) if table.note else ()
            yield replace(found, where=place, warnings=(*notes, *found.warnings))
    if not told:
        yield Refusal(where, ALL_PLANNED)
