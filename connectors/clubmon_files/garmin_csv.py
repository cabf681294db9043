"""Garmin Connect's Activities.csv: wall-clock times, no ids, no units, columns per language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import TypeVar

from clubmon.sdk import Answers, Choice, Kind, Question, Refusal, Session, sentence
from clubmon_files import bounds, garmin_numbers, garmin_units, garmin_words, times
from clubmon_files.garmin_numbers import Sign
from clubmon_files.garmin_units import CLIMB_M, Far, Unit
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import ROW, BadCell, BadRow, Header, Table, row

T = TypeVar("T")

SOURCE = "garmin_csv"
UNIT_KEY = "garmin_distance_unit"
UNKNOWN_TYPE = sentence(
    "The activity type '{type}' is not known here: it counts as neither run nor lift."
)
NO_ACTIVITIES = sentence("holds a header but no activities; export it again.")
TWO_WAYS = sentence(
    "'{column}' reads '{text}', which can be read in two ways, and nothing in its row "
    "tells which: it is "
    "left out; upload the activity's FIT file for it."
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: its cells by Garmin's meaning of the columns."""

    number: int
    cells: list[str]
    at: dict[str, int]
    sign: Sign | None
    english: bool

    def text(self, field: str) -> str:
        """The cell, '' where it is missing or the file has no such column."""
        index = self.at.get(field)
        return "" if index is None else garmin_numbers.plain(self.cells[index])

    def values(self, field: str) -> tuple[float, ...]:
        """Every number that the cell may mean."""
        return garmin_numbers.readings(self.text(field), self.sign)

    def value(self, field: str) -> float | None:
        """The number that the cell means, None where there is none or two."""
        found = self.values(field)
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Spans:
    """Durations of a row in seconds: by the stopwatch, and from start to end."""

    timer: int | None
    elapsed: int | None


def read_garmin(table: Table, where: str) -> Found:
    """One session per row; a Question instead where only a person knows the unit."""
    found, refused = _rows(table, where)
    fars = {each.number: _far(each) for each in found}
    unit = garmin_units.told_unit(_strides(found, fars))
    if unit is None and any(far and far.scale == "far" and far.value for far in fars.values()):
        unit = _answered(table.answers)
        if unit is None:
            yield question(where)
            return
    for each in found:
        try:
            yield _session(each, fars[each.number], unit or "km", table.note, where)
        except BadCell as error:
            yield Refusal(ROW.format(where=where, row=each.number), str(error))
    yield from refused
    if not table.rows:
        yield Refusal(where, NO_ACTIVITIES)


def _answered(answers: Answers) -> Unit | None:
    units: dict[str, Unit] = {"km": "km", "mi": "mi"}
    return units.get(answers.get(UNIT_KEY, ""))


def question(where: str) -> Question:
    """Asked once: the answer holds for every list of activities."""
    return Question(
        UNIT_KEY,
        "In which unit does Garmin Connect show your distances?",
        (Choice("km", "kilometres"), Choice("mi", "miles")),
        where,
    )


def _rows(table: Table, where: str) -> tuple[list[Cells], list[Refusal]]:
    at = garmin_words.columns(table.header) or {}
    title = at.get("title")
    shown = (
        (cell for index, cell in enumerate(cells) if index != title) for _, cells in table.rows
    )
    sign = garmin_numbers.decimal_sign(chain.from_iterable(shown))
    english = garmin_words.language(table.header) == "en"
    found: list[Cells] = []
    refused: list[Refusal] = []
    for count, cells in table.rows:
        try:
            found.append(Cells(count, row(table, count, cells).cells, at, sign, english))
        except BadRow as error:
            refused.append(Refusal(ROW.format(where=where, row=count), str(error)))
    return found, refused


def _strides(
    rows: list[Cells], fars: dict[int, Far | None]
) -> Iterator[tuple[float, float, float, float]]:
    """Distance, seconds, steps a minute and stride of the rows that have them all."""
    for each in rows:
        far, seconds = fars[each.number], _spans(each).timer
        steps, stride = each.value("cadence"), each.value("stride")
        if far and far.scale == "far" and seconds and steps and stride:
            yield far.value, seconds, steps, stride


def _far(cells: Cells) -> Far | None:
    spans = [span for field in ("time", "moving", "elapsed") for span in _clock(cells, field)]
    paces = [float(span) for span in _clock(cells, "pace")[:1]]
    return garmin_units.reading(cells.values("distance"), spans, paces, cells.values("pace"))


def _clock(cells: Cells, field: str) -> tuple[int, ...]:
    return garmin_numbers.spans(cells.text(field))


def _spans(cells: Cells) -> Spans:
    """A time in two parts is minutes or hours: what lies nearest to the other times of its row."""
    elapsed = _only(_clock(cells, "elapsed"))
    near = elapsed or _only(_clock(cells, "moving"))
    return Spans(_nearest(_clock(cells, "time"), near or _by_pace(cells)), elapsed)


def _by_pace(cells: Cells) -> float | None:
    """How long a row's distance takes at its pace, in whichever of its ways fits its time."""
    paces, values = _clock(cells, "pace")[:1], cells.values("distance")
    ways = [value / part * pace for value in values for part in (1, 100, 1000) for pace in paces]
    spans = [span for span in _clock(cells, "time") if span]
    fits = [way for way in ways if any(abs(way - span) <= span / 10 for span in spans)]
    return fits[0] if fits else None


def _nearest(spans: tuple[int, ...], near: float | None) -> int | None:
    if len(spans) < 2 or near is None:
        return _only(spans)
    return min(spans, key=lambda span: abs(span - near))


def _only(spans: tuple[int, ...]) -> int | None:
    return spans[0] if len(spans) == 1 else None


def _session(cells: Cells, far: Far | None, unit: Unit, note: str, where: str) -> Session:
    word, stated = cells.text("type"), cells.text("date")
    start = times.moment(stated)
    if start is None:
        raise BadCell("Date", stated, "date")
    kind = garmin_words.kind_of(word)
    sieve = bounds.Sieve(cells.number)
    spans = _spans(cells)
    climb = CLIMB_M[unit]

    def kept(bound: Callable[[object], T | None], field: str, factor: float = 1) -> T | None:
        value = cells.value(field)
        return sieve.keep(bound, field, None if value is None else value * factor)

    session = Session(
        source=SOURCE,
        source_id=source_id(start, kind or "other", word),
        kind=kind or "other",
        sport=word,
        start_local=start,
        title=cells.text("title") or None,
        distance_m=None if far is None else bounds.metres(round(far.metres(unit), 1)),
        moving_s=bounds.seconds(spans.timer),
        elapsed_s=bounds.seconds(spans.elapsed),
        ascent_m=kept(bounds.climb, "ascent", climb),
        descent_m=kept(bounds.climb, "descent", climb),
        avg_hr=kept(bounds.heart_rate, "avg_hr"),
        max_hr=kept(bounds.heart_rate, "max_hr"),
        where=ROW.format(where=where, row=cells.number),
    )
    warnings = (*_warnings(cells, far, spans, note, kind), *sieve.warnings)
    return replace(session, warnings=warnings)


def source_id(start: datetime, kind: Kind, word: str) -> str:
    """The same in every export of one account: start and kind, and of parts of a multisport
    recording, which start as it does, the word."""
    identity = f"{start.isoformat()}|{kind}|{word.casefold() if kind == 'other' else ''}"
    return hashlib.sha256(identity.encode()).hexdigest()[:20]


def _warnings(
    cells: Cells, far: Far | None, spans: Spans, note: str, kind: Kind | None
) -> Iterator[str]:
    if note:
        yield note
    word = cells.text("type")
    if kind is None and not cells.english:
        yield UNKNOWN_TYPE.format(type=word)
    if far is None and cells.values("distance"):
        yield TWO_WAYS.format(column="Distance", text=cells.text("distance"))
    if spans.timer is None and _clock(cells, "time"):
        yield TWO_WAYS.format(column="Time", text=cells.text("time"))


def _knows(header: Header) -> bool:
    return garmin_words.columns(header) is not None


FORMAT = CsvFormat(_knows, read_garmin)
