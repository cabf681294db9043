"""What the squad's charts show, in sentences; pure."""

from __future__ import annotations

from collections.abc import Iterable

from clubmon.sdk import SquadChange, SquadCoverage, SquadDays, SquadWeeks
from clubmon.web import figures

TIGHT_FROM = 4
NAMED = 6  # so many names, then a number


def days(data: SquadDays) -> str:
    """Who and when is drawn, how much of it is known, and the largest day."""
    if not data.rows:
        return "Nobody shares this with you."
    first, last = figures.day(data.days[0]), figures.day(data.days[-1])
    cells = [value for row in data.rows for value in row.values]
    known = sum(value is not None for value in cells)
    what = "have an answer" if not data.unit else "are known"
    return (
        f"{_athletes(len(data.rows))}, {first} to {last}: {_n(known)} of {_n(len(cells))} days "
        f"{what}.{_largest(data)}"
    )


def _largest(data: SquadDays) -> str:
    found = [
        (value, at, row.name)
        for row in data.rows
        for at, value in enumerate(row.values)
        if value
    ]  # fmt: skip
    if not found:
        return ""
    value, at, name = max(found, key=lambda one: (one[0], one[1]))
    unit = f" {data.unit}" if data.unit else "/10"
    return f" The highest: {name}, {value:.4g}{unit} on {figures.day(data.days[at])}."


def change(data: SquadChange, of: int) -> str:
    """Who stands out. `of`: athletes in the list, drawn or not."""
    over = [one.name for one in data.points if one.change_pct > data.line_pct]
    tight = [one.name for one in data.points if one.tightness >= TIGHT_FROM]
    said = [f"{_athletes(len(data.points))} of {of} can be placed."]
    if data.points:
        said.append(f"More than {data.line_pct:.0f}\u00a0% above usual: {_names(over)}.")
        said.append(f"Tightness of {TIGHT_FROM} or more: {_names(tight)}.")
    if len(data.points) < of:
        said.append(
            "The others gave no answer in seven days, share none with you, or their week is "
            "incomplete; the table says which."
        )
    return " ".join(said)


def weeks(data: SquadWeeks) -> str:
    """The last seven days against the mean of the weeks before."""
    sums = [sum(row.values[at] or 0 for row in data.rows) for at in range(len(data.weeks))]
    if not any(sums):
        return "Nothing is known of these weeks."
    mean = sum(sums[-5:-1]) / 4
    least = "at least " if data.unknown[-1] else ""
    said = f"The last seven days hold {least}{_n(round(sums[-1]))} {data.unit}"
    if mean and not any(data.unknown[-5:]):
        said += (
            f", {figures.signed(100 * (sums[-1] / mean - 1))} against the mean of the four before"
        )
    if not any(data.unknown):
        return f"{said}."
    counts = ", ".join(str(count) for count in data.unknown)
    return f"{said}. Days of athletes of which nothing is known, by week: {counts}."


def coverage(data: SquadCoverage) -> str:
    """How much is known in the middle of the squad, and of whom least."""
    known = sorted((row.values[0], row.name) for row in data.rows if row.values[0] is not None)
    if not known:
        return "Nobody shares loads with you."
    middle = known[len(known) // 2][0]
    few = [name for days, name in known if (days or 0) < data.days / 2]
    said = f"Half of the squad has at least {middle:.0f} of {data.days} days known."
    return f"{said} Less than half of the days: {_names(few)}."


def _names(names: Iterable[str]) -> str:
    found = list(names)
    if len(found) > NAMED:
        return f"{', '.join(found[:NAMED])} and {len(found) - NAMED} more"
    return ", ".join(found) or "nobody"


def _athletes(number: int) -> str:
    return figures.count(number, "athlete", "athletes")


def _n(number: int) -> str:
    return figures.grouped(number, 0)
