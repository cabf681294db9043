"""STATSports' CSV: one row per player and session, or per drill where the club chose so.

High-speed metres are not taken: the file does not say from which speed they count.
"""

from __future__ import annotations

from collections.abc import Iterator

from clubmon.sdk import Refusal, Session
from clubmon_files import bounds, mapped, teams
from clubmon_files.shapes import CsvFormat
from clubmon_files.tables import BadCell, Header, Row, Table
from clubmon_files.teams import Part

PLAYER = "player name"
NEEDED = {PLAYER, "session date", "total distance"}
WHOLE = {"entire session", "whole session", "session"}
_DRILL = ("drill title", "drill name", "drill")
_CLOCK = ("session start time", "start time", "drill start time")
_LENGTH = ("total time", "total duration", "duration")
_AVERAGE = ("average heart rate", "avg heart rate", "hr average")
_HIGHEST = ("max heart rate", "maximum heart rate", "hr max")
_RPE = ("rpe", "session rpe")


def read_statsports(table: Table, where: str) -> Iterator[Session | Refusal]:
    """One player's sessions."""
    return teams.read_parts("statsports", PLAYER, _part, table, where)


def _part(row: Row) -> Part:
    date, clock = row.text("session date"), teams.first(row, _CLOCK)
    start = mapped.moment(f"{date} {row.text(clock) if clock else ''}".strip(), "dmy")
    if start is None:
        raise BadCell("session date", date, "date")
    metres = bounds.metres(row.value("total distance"))
    drill = teams.first(row, _DRILL)
    return Part(
        row.number,
        not drill or row.text(drill).casefold() in WHOLE,
        row.text("session title"),
        "",
        start[0],
        start[1],
        teams.length(row, _LENGTH, metres),
        metres,
        teams.beats(row, _AVERAGE),
        teams.beats(row, _HIGHEST),
        teams.effort(row, _RPE),
        (),
    )


def _knows(header: Header) -> bool:
    return set(header) >= NEEDED


FORMAT = CsvFormat(_knows, read_statsports, PLAYER)
