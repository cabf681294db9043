"""What the squad's charts show, in sentences; pure."""

from __future__ import annotations

from collections.abc import Iterable

from clubmon.sdk import SquadChange, SquadCoverage, SquadDays, SquadWeeks
from clubmon.web.frame import figures
from clubmon.words import language
from clubmon.words.language import _, ngettext

TIGHT_FROM = 4
NAMED = 6  # so many names, then a number


def days(data: SquadDays) -> str:
    """Who and when is drawn, how much of it is known, and the largest day."""
    if not data.rows:
        return _("Nobody shares this with you.")
    first, last = figures.day(data.days[0]), figures.day(data.days[-1])
    cells = [value for row in data.rows for value in row.values]
    known = sum(value is not None for value in cells)
    what = {
        "athletes": _athletes(len(data.rows)), "first": first, "last": last,
        "known": _n(known), "days": _n(len(cells)),
    }  # fmt: skip
    said = (
        _("{athletes}, {first} to {last}: {known} of {days} days are known.", **what)
        if data.unit
        else _("{athletes}, {first} to {last}: {known} of {days} days have an answer.", **what)
    )
    return said + _largest(data)


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
    amount = f"{value:.3g}{unit}".replace(".", language.decimal_sign())
    day = figures.day(data.days[at])
    return " " + _("The highest: {name}, {amount} on {day}.", name=name, amount=amount, day=day)


def change(data: SquadChange, of: int) -> str:
    """Who stands out. `of`: athletes in the list, drawn or not."""
    over = [one.name for one in data.points if one.change_pct > data.line_pct]
    tight = [one.name for one in data.points if one.tightness >= TIGHT_FROM]
    said = [
        ngettext(
            "{n} athlete of {of} can be placed.", "{n} athletes of {of} can be placed.",
            len(data.points), of=of,
        )
    ]  # fmt: skip
    if data.points:
        line = f"{data.line_pct:.0f}\u00a0%"
        said.append(_("More than {line} above usual: {names}.", line=line, names=_names(over)))
        said.append(
            _("Tightness of {least} or more: {names}.", least=TIGHT_FROM, names=_names(tight))
        )
    if len(data.points) < of:
        said.append(
            _(
                "The others gave no answer in seven days, share none with you, or their week is "
                "incomplete; the table says which."
            )
        )
    return " ".join(said)


def weeks(data: SquadWeeks) -> str:
    """The last seven days against the mean of the weeks before."""
    sums = [sum(row.values[at] or 0 for row in data.rows) for at in range(len(data.weeks))]
    if not any(sums):
        return _("Nothing is known of these weeks.")
    mean = sum(sums[-5:-1]) / 4
    amount = f"{_n(round(sums[-1]))} {data.unit}"
    if data.unknown[-1]:
        said = _("The last seven days hold at least {amount}.", amount=amount)
    elif mean and not any(data.unknown[-5:]):
        said = _(
            "The last seven days hold {amount}, {change} against the mean of the four before.",
            amount=amount, change=figures.signed(100 * (sums[-1] / mean - 1)),
        )  # fmt: skip
    else:
        said = _("The last seven days hold {amount}.", amount=amount)
    if not any(data.unknown):
        return said
    counts = ", ".join(str(count) for count in data.unknown)
    known = _("Unknown days of all athletes together, week by week: {counts}.", counts=counts)
    return f"{said} {known}"


def coverage(data: SquadCoverage) -> str:
    """How much is known in the middle of the squad, and of whom least."""
    known = sorted((row.values[0], row.name) for row in data.rows if row.values[0] is not None)
    if not known:
        return _("Nobody shares loads with you.")
    middle = known[len(known) // 2][0]
    few = [name for days, name in known if (days or 0) < data.days / 2]
    said = (
        _("Half of the squad has at least {known} of {days} days known.",
          known=f"{middle:.0f}", days=data.days)
        if middle < data.days
        else _("Half of the squad or more has all {days} days known.", days=data.days)
    )  # fmt: skip
    return said + " " + _("Less than half of the days: {names}.", names=_names(few))


def _names(names: Iterable[str]) -> str:
    found = list(names)
    if len(found) > NAMED:
        names = ", ".join(found[:NAMED])
        return _("{names} and {n} more", names=names, n=len(found) - NAMED)
    return ", ".join(found) or _("nobody")


def _athletes(number: int) -> str:
    return figures.count(number, _("athlete"), _("athletes"))


def _n(number: int) -> str:
    return figures.grouped(number, 0)
