"""Catapult OpenField's CTR export: lines about the activity, then a row per player and period.

Its velocity bands have no limits in the file, so high-speed metres are not known. Which
columns there are is the club's own choice; names, periods and distance are always needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from clubmon.sdk import Refusal, Session
from clubmon_files import bounds, mapped, teams
from clubmon_files.shapes import CsvFormat
from clubmon_files.tables import BadCell, Header, Row, Table, name_of
from clubmon_files.teams import Part

PLAYER = "player name"
_DISTANCE = ("total distance", "total distance (m)", "average distance (session)")
_LENGTH = ("total duration", "average duration (session)", "duration")
_AVERAGE = ("avg heart rate", "average heart rate", "mean heart rate")
_HIGHEST = ("maximum heart rate", "max heart rate", "max hr")
_RPE = ("rpe", "session rpe")
_TITLE = ("activity name", "activity")
_DATE = ("date", "activity date")


def read_catapult(table: Table, where: str) -> Iterator[Session | Refusal]:
    """One player's session, or sessions where every row has a date."""
    return teams.read_parts("catapult", PLAYER, _part, table, where)


def _part(row: Row) -> Part:
    date = _told(row, _DATE)
    clock = _told(row, ("start time",))
    start = mapped.moment(f"{date} {clock}".strip(), "dmy")
    if start is None:
        raise BadCell("date", date, "date")
    metres = bounds.metres(row.value(teams.first(row, _DISTANCE)))
    return Part(
        row.number,
        row.text("period name").casefold() == "session" or row.text("period number") == "0",
        _told(row, _TITLE),
        "",
        start[0],
        start[1],
        teams.length(row, _LENGTH, metres),
        metres,
        teams.beats(row, _AVERAGE),
        teams.beats(row, _HIGHEST),
        teams.effort(row, _RPE),
        (),
        _instant(row),
    )


def _told(row: Row, names: tuple[str, ...]) -> str:
    """What the row says, or else the lines above the header ('Date:', '03/05/2026')."""
    column = teams.first(row, names)
    if column and row.text(column):
        return row.text(column)
    for cells in row.table.above[:-1]:
        if len(cells) > 1 and name_of(cells[0]).rstrip(": ") in names:
            return cells[1].strip()
    return ""


def _instant(row: Row) -> datetime | None:
    """When the activity began, where the lines above say it in seconds since 1970."""
    for cells in row.table.above[:-1]:
        if len(cells) > 1 and name_of(cells[0]).rstrip(": ") == "unix start time":
            seconds = bounds.within(_float(cells[1]), 0, 4e9)
            return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
    return None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _knows(header: Header) -> bool:
    names = set(header)
    return {PLAYER, "period name"} <= names and not names.isdisjoint(_DISTANCE)


FORMAT = CsvFormat(_knows, read_catapult, PLAYER)
