"""The columns of the squad grid and the orders in which the squad can stand; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clubmon.web.coach.squad import Line
from clubmon.words.language import N_, later
from clubmon.words.units import Shown

BY_NEED, BY_NAME = "need", "name"
Key = Callable[[Line], float | int | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in addresses, its heading, what it sorts by (highest first).

    `short` is what stands above the narrow column, where the heading is longer than its values.
    `given`: whether the viewer gets it of a line. `drawn`: more than a number. `chosen`: shown to
    who has chosen nothing.
    """

    key: str
    label: str
    by: Key
    given: Callable[[Line], bool] = lambda line: line.seen.sight.load
    drawn: bool = False
    chosen: bool = True
    short: str = ""

    @property
    def head(self) -> str:
        """What stands above the column."""
        return self.short or self.label


def _of(channel: str) -> Key:
    return lambda line: line.values.get(channel)


COLUMNS = {
    column.key: column
    for column in (
        Column("km", later("7 days, {unit}", unit=Shown("km")), _of("run_m")),
        Column("change", N_("Against usual"), lambda line: line.change, drawn=True),
        Column("longest", N_("Longest run ÷ 30 days"), lambda line: line.longest_ratio,
               short=N_("Longest")),
        Column("ascent", N_("Ascent, m"), _of("ascent_m")),
        Column("fast", N_("Fast, m"), _of("fast_m")),
        Column("tonnage", later("Lifted, {unit}", unit=Shown("t")), _of("tonnage_g")),
        Column("eccentric", N_("Eccentric sets"), _of("eccentric_sets"), short=N_("Ecc. sets")),
        Column("srpe", N_("sRPE, AU"), _of("srpe_dau"), chosen=False),
        Column("left", N_("Tight left"), lambda line: line.left.score if line.left else None,
               given=lambda line: line.left is not None, drawn=True, short=N_("Left")),
        Column("right", N_("Tight right"), lambda line: line.right.score if line.right else None,
               given=lambda line: line.right is not None, drawn=True, short=N_("Right")),
        Column("answers", N_("Check-ins"), lambda line: line.answers,
               given=lambda line: line.answers is not None),
        Column("days", N_("Days"), lambda line: line.known if line.seen.sight.load else None,
               drawn=True),
    )
}  # fmt: skip
CHOSEN = tuple(key for key, column in COLUMNS.items() if column.chosen)
SORTS = frozenset({BY_NEED, BY_NAME, *COLUMNS})


def ordered(found: Iterable[Line], sort: str, *, turned: bool = False) -> list[Line]:
    """By 'name', by a column's key, or else by need: tier, then change.

    Names run from A and numbers from the highest, or `turned` the other way; what is unknown
    comes last either way, and names decide ties.
    """
    by_name = sorted(found, key=lambda line: line.seen.name.casefold())
    if sort == BY_NAME:
        return by_name[::-1] if turned else by_name
    if sort in COLUMNS:
        key = COLUMNS[sort].by
        return sorted(by_name, key=lambda line: _highest_first(key(line), turned=turned))
    return sorted(
        by_name,
        key=lambda line: (
            -(line.tier or 0), not line.seen.sight.load, _highest_first(line.change)
        ),
    )  # fmt: skip


def _highest_first(value: float | None, *, turned: bool = False) -> tuple[bool, float]:
    return (value is None, (value or 0) * (1 if turned else -1))
