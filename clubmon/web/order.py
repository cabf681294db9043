"""In which order the squad stands; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clubmon.web.squad import Line

BY_NEED, BY_NAME = "need", "name"
Key = Callable[[Line], float | int | None]
SORTS: dict[str, Key] = {
    "km": lambda line: line.values.get("run_m"),
    "change": lambda line: line.change,
    "longest": lambda line: line.longest_ratio,
    "ascent": lambda line: line.values.get("ascent_m"),
    "tonnage": lambda line: line.values.get("tonnage_g"),
    "srpe": lambda line: line.values.get("srpe_dau"),
    "left": lambda line: line.left.score if line.left else None,
    "right": lambda line: line.right.score if line.right else None,
    "answers": lambda line: line.answers,
    "days": lambda line: -line.known if line.seen.sight.load else None,
}


def ordered(found: Iterable[Line], sort: str) -> list[Line]:
    """Highest first, unknown last, names decide ties.

    By 'name', by a key of SORTS, or else by need: tier, then change.
    """
    by_name = sorted(found, key=lambda line: line.seen.name.casefold())
    if sort == BY_NAME:
        return by_name
    if sort in SORTS:
        key = SORTS[sort]
        return sorted(by_name, key=lambda line: _highest_first(key(line)))
    return sorted(
        by_name,
        key=lambda line: (
            -(line.tier or 0), not line.seen.sight.load, _highest_first(line.change)
        ),
    )  # fmt: skip


def _highest_first(value: float | None) -> tuple[bool, float]:
    return (value is None, -(value or 0))
