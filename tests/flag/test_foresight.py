"""What a plan would raise, decided from rows that are at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clubmon.flag import foresight
from clubmon.flag.flagtypes import Candidate
from clubmon.flag.headroom import Why
from clubmon.flag.ruletypes import Rule

TODAY = date(2026, 11, 18)
RULE = Rule("spike", "", "run_m", 1, True, "max", 15, 10_000, 3_000, 3, 7, 35)
EVENING = {"day_number": 60, "known7": 7, "known_prev7": 7, "known_b4": 28, "measured": True}


def true_on(*ahead: int, hold: int = 3, rule: str = "spike") -> list[Candidate]:
    """Conditions of mornings so many days from today, held as they follow one another."""
    found: list[Candidate] = []
    for n in ahead:
        held = found[-1].held_days + 1 if found and n - 1 == _ahead(found[-1]) else 1
        day = TODAY + timedelta(days=n)
        found.append(Candidate(day, rule, "run_m", 1, held, held >= hold, v7=50_000.0, base=40_000))
    return found


def _ahead(one: Candidate) -> int:
    return (one.morning - TODAY).days


def test_mornings_ahead_are_told_and_the_one_on_which_it_has_held_long_enough() -> None:
    (found,) = foresight.conditions("ada", true_on(1, 2, 3, 4), [], TODAY)
    assert [(day - TODAY).days for day in found.mornings] == [1, 2, 3, 4]
    assert found.flag == TODAY + timedelta(days=3)
    assert not found.without
    assert found.first.v7 == 50_000


def test_what_does_not_hold_raises_no_flag() -> None:
    (found,) = foresight.conditions("ada", true_on(2, 3), [], TODAY)
    assert found.flag is None


def test_what_was_flagged_before_today_is_not_flagged_again_while_it_goes_on() -> None:
    (found,) = foresight.conditions("ada", true_on(*range(-4, 3)), [], TODAY)
    assert [(day - TODAY).days for day in found.mornings] == [1, 2]
    assert found.flag is None


def test_past_mornings_alone_say_nothing_of_the_plan() -> None:
    assert foresight.conditions("ada", true_on(-2, -1, 0), [], TODAY) == ()


def test_what_would_be_true_with_rest_is_marked() -> None:
    plan = true_on(1, 2, 3)
    (found,) = foresight.conditions("ada", plan, true_on(1), TODAY)
    assert found.without
    (other,) = foresight.conditions("ada", plan, true_on(1, rule="single_run"), TODAY)
    assert not other.without


def test_each_rule_is_told_by_itself() -> None:
    both = [*true_on(1, 2, 3), *true_on(2, hold=1, rule="single_run")]
    found = foresight.conditions("ada", both, [], TODAY)
    assert [(one.rule, one.flag and (one.flag - TODAY).days) for one in found] == [
        ("single_run", 2), ("spike", 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "rule", "why"),
    [
        ({}, {}, None),
        ({}, {"enabled": False}, Why.OFF),
        ({"day_number": 34}, {}, Why.EARLY),
        ({"day_number": None}, {}, Why.EARLY),
        ({"known7": 5}, {}, Why.INCOMPLETE),
        ({"known_prev7": 5}, {}, Why.INCOMPLETE),
        ({"known_prev7": 5}, {"basis": "four_week"}, None),
        ({"known_b4": 24}, {}, Why.INCOMPLETE),
        ({"known_b4": 24}, {"basis": "literal"}, None),
        ({"measured": False}, {}, Why.IMPUTED),
        ({}, {"percentile": 90}, Why.PERCENTILE),
    ],
)
def test_what_cannot_be_judged_says_why(
    changed: dict[str, Any], rule: dict[str, Any], why: Why | None
) -> None:
    rows = [EVENING, {**EVENING, **changed}]
    assert foresight.unjudged(replace(RULE, **rule), rows) is why


def test_without_any_evening_there_is_not_enough_history() -> None:
    assert foresight.unjudged(RULE, []) is Why.EARLY
