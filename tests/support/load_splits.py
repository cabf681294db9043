"""A further load tried split by split, with the spike condition as the load document words it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import strategies as st

from clubmon.flag.ruletypes import Rule

MONDAY = date(2026, 11, 16)
SATURDAY, SUNDAY = MONDAY + timedelta(5), MONDAY + timedelta(6)
Day = int | None


def rule_of(
    basis: str, threshold_pct: int, base: int, rise: int, from_day: int, week: str = "rolling"
) -> Rule:
    """A spike rule on run metres."""
    return Rule(
        "spike", "", "run_m", 1, True, basis, threshold_pct, base, rise, 3, 7, from_day, week=week
    )


bases = st.sampled_from(["max", "literal", "four_week"])
weeks = st.sampled_from(["rolling", "rolling", "calendar"])
pcts = st.sampled_from([10, 15, 20, 30])
small_rules = st.builds(
    rule_of, bases, pcts, st.integers(0, 6), st.integers(0, 3), st.sampled_from([14, 35]), weeks
)
large_rules = st.builds(
    rule_of, bases, pcts, st.sampled_from([0, 10_000, 30_000]), st.sampled_from([0, 3000]),
    st.just(35), weeks,
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, load: st.SearchStrategy[int]) -> list[Day]:
    """Days enough for the rules, a few of them unknown, now and then too many."""
    found: list[Day] = draw(st.lists(load, min_size=35, max_size=42))
    for back in draw(st.lists(st.integers(1, 35), max_size=2)):
        found[-back] = None
    return found


small_days = histories(st.sampled_from([0, 0, 0, 1, 1, 1, 1, 2]))
large_days = histories(st.integers(0, 9000))
todays = st.integers(0, 6).map(lambda day: MONDAY + timedelta(day))


def splits(total: int, days: int) -> Iterator[tuple[int, ...]]:
    """Every way to put a whole number on so many days."""
    for bars in combinations(range(total + days - 1), days - 1):
        edges = (-1, *bars, total + days - 1)
        yield tuple(b - a - 1 for a, b in pairwise(edges))


def to_sunday(today: date) -> int:
    """The days from today to Sunday, both counted."""
    return 7 - today.weekday()


def series(loads: Sequence[Day], done: int, further: Sequence[int]) -> list[Day]:
    """The history, the further load from today on, and rest after Sunday."""
    return [*loads, done + further[0], *further[1:], *[0] * 10]


def is_true(days: Sequence[Day], rule: Rule, t: int) -> bool:
    """The spike condition of a completed day as the load document words it, in fractions."""
    known = [i for i, load in enumerate(days) if load is not None]
    v7, b1, b4 = (
        [Fraction(d) for d in days[max(0, t - a) : max(0, t - b + 1)] if d is not None]
        for a, b in ((6, 0), (13, 7), (34, 7))
    )
    if not known or t - known[0] + 1 < rule.from_day or len(v7) < 6:
        return False
    if (rule.basis != "four_week" and len(b1) < 6) or (rule.basis != "literal" and len(b4) < 25):
        return False
    now, last, four = (7 * sum(w) / len(w) if w else Fraction(0) for w in (v7, b1, b4))
    base = {"max": max(last, four), "literal": last, "four_week": four}[rule.basis]
    floored = last if rule.basis == "literal" else four
    over = now > base * Fraction(100 + rule.threshold_pct, 100)
    return over and floored >= rule.floor_base and now - base >= rule.floor_rise


def ever_true(
    loads: Sequence[Day], rule: Rule, today: date, done: int, further: Sequence[int]
) -> bool:
    """Whether the condition is true on a morning from tomorrow until all of it has left."""
    days, n, left = series(loads, done, further), len(loads), to_sunday(today)
    judged = [n + left - 1] if rule.week == "calendar" else range(n, n + left + 6)
    return any(is_true(days, rule, t) for t in judged)


def affordable(days: int) -> list[int]:
    """Totals whose splits over these days can all be tried."""
    found, count = [], 0
    for total in range(40):
        count += sum(1 for _ in splits(total, days))
        if count > 700:
            break
        found.append(total)
    return found


TOTALS = {days: affordable(days) for days in range(1, 8)}
