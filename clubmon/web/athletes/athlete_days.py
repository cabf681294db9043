"""The athlete's days as a table and as a calendar of weeks; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clubmon.sdk import AthleteChart
from clubmon.storage.store import Row
from clubmon.web.athletes.trace import Trace
from clubmon.web.frame import figures
from clubmon.words.language import _

WEEKS_SHOWN = 6
StateOf = Callable[[Mapping[tuple[str, str], Mapping[date, Row]], str, date], str]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the table behind the chart, as text."""

    day: date
    load: str
    week: str
    flag_line: str
    left: str
    right: str
    lifted: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One square: its state, and what was run and lifted where anything was."""

    day: date
    state: str  # trained, rest, unknown, or '' outside the figures
    text: str


def table(drawn: AthleteChart) -> list[DayRow]:
    """The chart's numbers, newest day first."""
    rows = [
        DayRow(
            day,
            _number(drawn.load[i], _("unknown")),
            _number(drawn.week[i]),
            _number(drawn.flag_line[i]),
            _score(drawn.left, i),
            _score(drawn.right, i),
            _number(drawn.lifted[i] if drawn.lifted else None),
        )
        for i, day in enumerate(drawn.days)
    ]
    return rows[::-1]


def calendar(trace: Trace, state_of: StateOf) -> list[list[CalendarDay]]:
    """Six weeks from Monday to Sunday, oldest first; days after the last one are empty."""
    monday = trace.last - timedelta(days=trace.last.weekday() + 7 * (WEEKS_SHOWN - 1))
    daily = {("", channel): days for channel, days in trace.channels.items()}
    days = [monday + timedelta(days=day) for day in range(7 * WEEKS_SHOWN)]
    squares = [_square(trace, daily, state_of, day) for day in days]
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def _square(
    trace: Trace,
    daily: Mapping[tuple[str, str], Mapping[date, Row]],
    state_of: StateOf,
    day: date,
) -> CalendarDay:
    if day > trace.last:
        return CalendarDay(day, "", "")
    parts = []
    for key in ("run_m", "tonnage_g"):
        load = trace.channels.get(key, {}).get(day, {}).get("load")
        if load:
            parts.append(f"{figures.CHANNELS[key].text(load)} {figures.CHANNELS[key].unit}")
    return CalendarDay(day, state_of(daily, "", day), ", ".join(parts))


def _number(value: float | None, otherwise: str = figures.NONE) -> str:
    return otherwise if value is None else figures.grouped(value, 1)


def _score(scores: tuple[int | None, ...] | None, i: int) -> str:
    score = scores[i] if scores else None
    return figures.NONE if score is None else str(score)
