"""Jefit's backup: one text of several tables, each under a line of '###' and its name.

Exercises name their sets as 60x10,65x8 in the account's unit, which is stated nowhere; but a
table of single sets, where there is one, repeats them in pounds, and so tells the unit.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from clubmon.sdk import LiftSet, Refusal, Session, sentence
from clubmon_files import bounds, times, units
from clubmon_files.lifts import DAY_ONLY
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import ROW, BadCell, Header, Table, number

_NAME = re.compile(r"#{3,}\s*([^#]*?)\s*#*")
_SET = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)")
_KNOWN = {"setting", "exercise logs", "workout sessions", "exercise set logs", "routines"}
_A_TIME = 1_000_000_000  # numbers of sessions are Unix times above this, counters below
NO_LOGS = sentence(
    "is a Jefit backup without any logged exercise; export it again after a workout."
)
ODD_SETS = sentence("Some sets of '{exercise}' are no weight and repetitions, and are left out.")


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a table, its cells by column name."""

    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def whole(self, column: str) -> int:
        """The cell as a whole number, 0 where it is none."""
        word = self.text(column)
        return int(word) if word.isdecimal() and len(word) < 12 else 0


@dataclass(slots=True)
class _Workout:
    line: _Line
    start: datetime
    timed: bool
    elapsed_s: float | None
    sets: list[LiftSet] = field(default_factory=list)
    unit_open: bool = False
    warnings: dict[str, None] = field(default_factory=dict)


Tables = dict[str, list[_Line]]


def read_jefit(table: Table, where: str) -> Found:
    """One session per workout, or per day for exercises that belong to none."""
    tables = _tables(table)
    factor = _told(tables) or units.WORDS.get(table.answers.get(units.KEY, ""))
    found: dict[str, _Workout] = {}
    refusals: list[Refusal] = []
    ends = {line.text("_id"): line for line in tables["workout sessions"]}
    for line in tables["exercise logs"]:
        try:
            _add(found, ends, line, factor)
        except BadCell as error:
            refusals.append(Refusal(ROW.format(where=where, row=line.number), str(error)))
    told = {key: each for key, each in found.items() if each.sets and not each.unit_open}
    yield from (_session(key, each, where) for key, each in told.items())
    yield from refusals
    if any(each.unit_open for each in found.values()):
        yield units.question(where)
    elif not told and not refusals:
        yield Refusal(where, NO_LOGS)


def knows(header: Header) -> bool:
    """Whether the first line opens one of the backup's tables."""
    name = _NAME.fullmatch(header[0]) if header else None
    return name is not None and name.group(1) in _KNOWN


def _tables(table: Table) -> Tables:
    found: Tables = defaultdict(list)
    first = _NAME.fullmatch(table.header[0])
    name, header = (first.group(1) if first else ""), None
    for count, cells in table.rows:
        if cells[0].startswith("###"):
            opened = _NAME.fullmatch(cells[0].strip())
            name, header = (opened.group(1).lower() if opened else ""), None
        elif header is None:
            header = [cell.strip().lower() for cell in cells]
        elif name:
            line = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            found[name].append(_Line(count, line))
    return found


def _told(tables: Tables) -> float | None:
    """Kilograms per unit, by the same sets in pounds; None where nothing tells."""
    logged = {line.text("_id"): line.text("logs").split(",") for line in tables["exercise logs"]}
    ratios = [ratio for line in tables["exercise set logs"] if (ratio := _ratio(line, logged))]
    kilograms = sum(abs(ratio * units.POUND_KG - 1) < 0.01 for ratio in ratios)
    pounds = sum(abs(ratio - 1) < 0.01 for ratio in ratios)
    if max(kilograms, pounds) <= len(ratios) / 2:
        return None
    return 1.0 if kilograms > pounds else units.POUND_KG


def _ratio(line: _Line, logged: dict[str, list[str]]) -> float | None:
    parts, index = logged.get(line.text("exercise_log_id"), []), line.whole("set_index")
    part = _SET.fullmatch(parts[index].strip()) if index < len(parts) else None
    try:
        pounds = number("weight_lbs", line.text("weight_lbs"))
    except BadCell:
        return None
    weight = float(part.group(1)) if part else 0.0
    return pounds / weight if pounds and weight else None


def _add(
    found: dict[str, _Workout], ends: dict[str, _Line], line: _Line, factor: float | None
) -> None:
    """Put a row's sets into its workout. Raises BadCell."""
    exercise = line.text("ename")
    if not exercise:
        raise BadCell("ename", exercise, "exercise")
    own = line.text("belongsession").strip("0")
    key = line.text("belongsession") if own else line.text("mydate")
    workout = found.get(key) or _begun(line, ends.get(key))
    found[key] = workout
    sieve = bounds.Sieve(line.number)
    parts = [part.strip() for part in line.text("logs").split(",") if part.strip()]
    workout.sets.extend(_sets(exercise, parts, factor, sieve))
    workout.unit_open |= factor is None and any(float(_weight(part)) for part in parts)
    if not all(map(_SET.fullmatch, parts)):
        workout.warnings[ODD_SETS.format(exercise=bounds.excerpt(exercise))] = None
    workout.warnings.update(dict.fromkeys(sieve.warnings))


def _sets(
    exercise: str, parts: list[str], factor: float | None, sieve: bounds.Sieve
) -> Iterator[LiftSet]:
    for part in parts:
        if found := _SET.fullmatch(part):
            weight = float(found.group(1)) * (factor or 0.0)
            yield LiftSet(
                exercise=exercise,
                set_type="normal",
                reps=sieve.keep(bounds.repetitions, "logs", float(found.group(2)), part),
                weight_kg=sieve.keep(bounds.weight, "logs", weight, part),
            )


def _weight(part: str) -> str:
    found = _SET.fullmatch(part)
    return found.group(1) if found else "0"


def _begun(line: _Line, session: _Line | None) -> _Workout:
    """The workout that a row belongs to: its start as Unix time, else its day. Raises BadCell."""
    began = session.whole("starttime") if session else 0
    ended = session.whole("endtime") if session else 0
    began = began or line.whole("belongsession")
    if began > _A_TIME:
        length = float(ended - began) if ended > began else None
        return _Workout(line, bounds.instant(began), True, bounds.seconds(length))
    date = line.text("mydate")
    start = times.day(date)
    if start is None:
        raise BadCell("mydate", date, "date")
    return _Workout(line, start, False, None)


def _session(key: str, workout: _Workout, where: str) -> Session:
    return Session(
        source="jefit",
        source_id=hashlib.sha256(key.encode()).hexdigest()[:20],
        kind="lift",
        sport="strength",
        start_utc=workout.start if workout.timed else None,
        start_local=None if workout.timed else workout.start,
        time_known=workout.timed,
        elapsed_s=workout.elapsed_s,
        sets=tuple(workout.sets),
        where=ROW.format(where=where, row=workout.line.number),
        warnings=(*(() if workout.timed else (DAY_ONLY,)), *workout.warnings),
    )


FORMAT = CsvFormat(knows=knows, read=read_jefit)
