"""Polar Team Pro's CSV: one row per player and phase, 'Whole session' among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clubmon.sdk import Refusal, Session, SpeedZone
from clubmon_files import bounds, mapped, teams
from clubmon_files.shapes import CsvFormat
from clubmon_files.tables import BadCell, Header, Row, Table
from clubmon_files.teams import Part

PLAYER = "player name"
NEEDED = {PLAYER, "session name", "phase name", "start time", "total distance [m]"}
WHOLE = "whole session"
_ZONE = re.compile(
    r"distance in speed zone \d+ \[m\] \(\s*(\d+(?:[.,]\d+)?)\s*-\s*(\d+(?:[.,]\d+)?)?\s*km/h\)"
)
_KMH = 3.6


def read_polar_team(table: Table, where: str) -> Iterator[Session | Refusal]:
    """One player's sessions."""
    return teams.read_parts("polar_team", PLAYER, _part, table, where)


def _part(row: Row) -> Part:
    started = row.text("start time")
    start = mapped.moment(started, "dmy")
    if start is None:
        raise BadCell("start time", started, "date and time")
    metres = bounds.metres(row.value("total distance [m]"))
    sieve = bounds.Sieve(row.number)
    return Part(
        row.number,
        row.text("phase name").casefold() == WHOLE,
        row.text("session name"),
        row.text("type"),
        start[0],
        start[1],
        teams.length(row, ["duration"], metres),
        metres,
        teams.beats(row, ["hr avg [bpm]"]),
        teams.beats(row, ["hr max [bpm]"]),
        sieve.keep(bounds.rpe, "rpe", row.value("rpe") if row.has("rpe") else None),
        zones(row),
        warnings=tuple(sieve.warnings),
    )


def zones(row: Row) -> tuple[SpeedZone, ...]:
    """Metres per zone, whose limits stand in the names of the columns, in km/h."""
    found = []
    for column in row.table.header:
        limits = _ZONE.fullmatch(column)
        metres = row.value(column) if limits else None
        if limits and metres is not None:
            low, high = (text and float(text.replace(",", ".")) / _KMH for text in limits.groups())
            found.append(SpeedZone(low or 0.0, high or None, metres))
    return tuple(found)


def _knows(header: Header) -> bool:
    return set(header) >= NEEDED


FORMAT = CsvFormat(_knows, read_polar_team, PLAYER)
