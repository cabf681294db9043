"""Files of a whole team: one row per player and phase, read for one player or shared out.

A row of the whole session repeats what its phases say, so phases count only where there is none.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from clubmon.sdk import ConnectorError, Kind, Refusal, Session, SpeedZone, sentence
from clubmon_files import bounds, tables, times
from clubmon_files.lifts import DAY_ONLY
from clubmon_files.mapped import EMPTY, NOON, SEVERAL
from clubmon_files.tables import ROW, BadCell, BadRow, Row, Table

ADDED_UP = sentence("No row tells the whole session: its phases are added up.")
AGAIN = sentence(
    "Row {row} tells of it once more with other numbers and is left out; where it was another "
    "session, give it another name and export again."
)
NO_ROWS = sentence("holds a header but no row of a player; export it again.")
_LIFTING = ("gym", "strength", "kraft", "weights")
_SPLIT = "\x1f"


@dataclass(frozen=True, slots=True)
class Part:
    """One row: a phase of a session, or the whole of it."""

    row: int
    whole: bool
    name: str
    sport: str
    start: datetime
    timed: bool  # whether the file tells the time of day
    seconds: float | None
    metres: float | None
    avg_hr: int | None
    max_hr: int | None
    rpe: float | None
    zones: tuple[SpeedZone, ...]
    start_utc: datetime | None = None
    warnings: tuple[str, ...] = ()


def read_parts(
    source: str, player: str, part: Callable[[Row], Part], table: Table, where: str
) -> Iterator[Session | Refusal]:
    """Sessions of a file that holds one player, then a Refusal for each row not read.

    `player` names the column of names; `part` reads one row and raises BadCell.
    """
    names = players(table, player)
    if len(names) > 1:
        yield Refusal(where, SEVERAL.format(count=len(names)))
        return
    found: dict[tuple[object, str], list[Part]] = {}
    refusals: list[Refusal] = []
    for count, cells in table.rows:
        try:
            one = part(tables.row(table, count, padded(cells, table)))
        except (BadCell, BadRow) as error:
            refusals.append(Refusal(ROW.format(where=where, row=count), str(error)))
            continue
        found.setdefault((one.start.date(), one.name), []).append(one)
    note = (table.note,) if table.note else ()
    for parts in found.values():
        yield from sessions(source, parts, where, note)
    yield from refusals
    if not found and not refusals:
        yield Refusal(where, EMPTY)


def sessions(
    source: str, parts: Sequence[Part], where: str, note: tuple[str, ...]
) -> Iterator[Session]:
    """The sessions of one day and name: each whole one, or else all phases as one."""
    whole = [one for one in parts if one.whole]
    first = {one.start: one for one in reversed(whole)}
    for one in (one for one in whole if first[one.start] is one):
        others = [each for each in whole if each.start == one.start and _differ(each, one)]
        said = tuple(AGAIN.format(row=each.row) for each in others)
        yield _session(source, one, one.start, where, note + said)
    if not whole:
        warning = (ADDED_UP,) if len(parts) > 1 else ()
        yield _session(source, together(parts), None, where, note + warning)


def _differ(one: Part, other: Part) -> bool:
    return (one.seconds, one.metres) != (other.seconds, other.metres)


def together(parts: Sequence[Part]) -> Part:
    """Phases as one session: sums, the earliest start, highest and mean heart rate."""
    earliest = min(parts, key=lambda part: part.start)
    beats = [(one.avg_hr, one.seconds) for one in parts if one.avg_hr and one.seconds]
    weight = sum(seconds for _, seconds in beats)
    return Part(
        earliest.row,
        True,
        earliest.name,
        earliest.sport,
        earliest.start,
        earliest.timed,
        _total([one.seconds for one in parts]),
        _total([one.metres for one in parts]),
        round(sum(hr * seconds for hr, seconds in beats) / weight) if weight else None,
        max((one.max_hr for one in parts if one.max_hr), default=None),
        max((one.rpe for one in parts if one.rpe), default=None),
        _zones(parts),
        earliest.start_utc,
        tuple(dict.fromkeys(warning for one in parts for warning in one.warnings)),
    )


def shared(table: Table, player: str) -> Iterator[tuple[str, bytes]]:
    """Each player's rows as CSV, below the lines above the header that name no player.

    Raises ConnectorError where no row names a player.
    """
    by_name = _rows_by_name(table, player)
    if not by_name:
        raise ConnectorError(NO_ROWS)
    *above, header = table.above
    keys = [times.folded(name) for name in by_name]
    kept = [
        cells for cells in above if not any(key in times.folded(_SPLIT.join(cells)) for key in keys)
    ]
    for name, own in by_name.items():
        text = io.StringIO()
        csv.writer(text, delimiter=table.delimiter, lineterminator="\n").writerows(
            [*kept, header, *own]
        )
        yield name, text.getvalue().encode()


def players(table: Table, player: str) -> list[str]:
    """The names in a column, each once, in the order of the file."""
    return list(_rows_by_name(table, player))


def _rows_by_name(table: Table, player: str) -> dict[str, list[list[str]]]:
    place = table.header.index(player)
    found: dict[str, list[list[str]]] = {}
    for _, cells in table.rows:
        name = cells[place].strip() if place < len(cells) else ""
        if name:
            found.setdefault(name, []).append(cells)
    return found


def padded(cells: list[str], table: Table) -> list[str]:
    """A row with the empty cells at its end that some exports leave away."""
    return cells + [""] * (len(table.header) - len(cells))


def first(row: Row, columns: Sequence[str]) -> str:
    """The first of these columns that the table has, '' for none of them."""
    return next((column for column in columns if row.has(column)), "")


def beats(row: Row, columns: Sequence[str]) -> int | None:
    """A heart rate from the first of these columns."""
    column = first(row, columns)
    return bounds.heart_rate(row.value(column)) if column else None


def effort(row: Row, columns: Sequence[str]) -> float | None:
    """A session RPE from the first of these columns."""
    column = first(row, columns)
    return bounds.rpe(row.value(column)) if column else None


def length(row: Row, columns: Sequence[str], metres: float | None) -> float | None:
    """Seconds from the first of these columns: a clock, or a number of minutes or seconds.

    A phase is done at 10 to 400 m in a minute, which tells the two apart.
    """
    column = first(row, columns)
    text = row.text(column) if column else ""
    if not text:
        return None
    if ":" not in text:
        number = row.value(column) or 0.0
        paced = metres is None or 10 * number <= metres <= 400 * number
        minutes = number <= 600 and paced
        return number * (60 if minutes else 1)
    found = times.duration(text)
    if found is None:
        raise BadCell(column, text, "duration")
    return found.total_seconds()


def _total(values: Sequence[float | None]) -> float | None:
    """The sum; None where one does not tell."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _zones(parts: Sequence[Part]) -> tuple[SpeedZone, ...]:
    limits = [(zone.from_mps, zone.to_mps) for zone in parts[0].zones]
    if any([(zone.from_mps, zone.to_mps) for zone in one.zones] != limits for one in parts):
        return ()
    return tuple(
        SpeedZone(low, high, sum(one.zones[place].distance_m for one in parts))
        for place, (low, high) in enumerate(limits)
    )


def _session(
    source: str, part: Part, start: datetime | None, where: str, note: tuple[str, ...]
) -> Session:
    """A session; its id is its name, its day and, of a row for the whole of it, its start."""
    identity = _SPLIT.join([str(part.start.date()), part.name, str(start or "")])
    kind: Kind = "run" if part.metres else "other"
    if any(word in times.folded(f"{part.sport} {part.name}") for word in _LIFTING):
        kind = "lift"
    return Session(
        source=source,
        source_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        kind=kind,
        sport=f"team {part.sport or 'session'}",
        start_utc=part.start_utc,
        start_local=part.start if part.timed else datetime.combine(part.start, NOON),
        time_known=part.timed or part.start_utc is not None,
        title=part.name or None,
        distance_m=part.metres,
        elapsed_s=part.seconds,
        avg_hr=part.avg_hr,
        max_hr=part.max_hr,
        rpe=part.rpe,
        speed_zones=part.zones,
        where=ROW.format(where=where, row=part.row),
        warnings=(*note, *(() if part.timed else (DAY_ONLY,)), *part.warnings),
    )
