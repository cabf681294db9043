"""The ledger counts what was recorded, of five athletes at least, and claims nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from clubmon.drill.outcomes import Hidden, Line, ledger
from clubmon.drill.plans import Course, Event, Outcome, Plan

START = date(2026, 11, 2)
NOW = datetime(2026, 11, 16, 7, tzinfo=UTC)
PLAN = Plan("p", "a0", ("D3",), "neural", "c", START, date(2026, 11, 15), 1, None, 5, 1, "", NOW)


def ended(athlete: str, outcome: Outcome | None, change: int | None = None) -> Course:
    plan = replace(PLAN, athlete_id=athlete)
    if outcome is None:
        return Course(plan)
    told = {"outcome": outcome, "reason": "recheck", "change": change}
    return Course(plan, (Event("p", "ended", date(2026, 11, 16), told, "", NOW),))


def test_a_line_has_n_the_median_change_and_every_outcome() -> None:
    found = ledger(
        [ended("a", "better", -4), ended("b", "better", -2), ended("c", "worse", 3),
         ended("d", "no_better", 0), ended("e", "no_better", -1), ended("e", "unknown"),
         ended("f", "stopped")]
    )  # fmt: skip
    assert found == [Line(("D3",), "neural", 7, 6, 5, -1.0, 2, 2, 1, 1, 1)]


def test_fewer_than_five_athletes_are_told_of_in_no_number() -> None:
    four = [ended(who, "worse", 2) for who in "abcd"]
    assert ledger([*four, ended("a", "better", -3), ended("b", "better", -3)]) == [
        Hidden(("D3",), "neural")
    ]


def test_the_median_waits_for_five_who_were_measured() -> None:
    found = ledger([*(ended(who, "better", -3) for who in "abcd"), ended("e", "unknown")])
    assert isinstance(found[0], Line)
    assert (found[0].plans, found[0].measured, found[0].median_change) == (5, 4, None)


def test_plans_that_run_are_not_counted() -> None:
    assert ledger([ended(who, None) for who in "abcdef"]) == []
