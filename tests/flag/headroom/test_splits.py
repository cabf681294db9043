"""Headroom against every split of a further load, tried one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from load_splits import (
    MONDAY,
    SATURDAY,
    TOTALS,
    Day,
    ever_true,
    is_true,
    rule_of,
    small_days,
    small_rules,
    splits,
    to_sunday,
    todays,
)

from clubmon.flag import headroom
from clubmon.flag.headroom import Hidden, Why
from clubmon.flag.ruletypes import Rule


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(loads=small_days, rule=small_rules, today=todays, done=st.integers(0, 4))
@example(loads=[1] * 40, rule=rule_of("max", 15, 8, 1, 35), today=MONDAY, done=0)
@example(loads=[1] * 30 + [0] * 10, rule=rule_of("max", 15, 4, 1, 35), today=MONDAY, done=0)
@example(loads=[1] * 40, rule=rule_of("literal", 15, 7, 1, 14), today=SATURDAY, done=1)
@example(loads=[1] * 40, rule=rule_of("four_week", 15, 6, 1, 35, "calendar"), today=MONDAY, done=0)
def test_headroom_makes_no_split_true_and_one_unit_more_makes_one(
    loads: list[Day], rule: Rule, today: date, done: int
) -> None:
    found = headroom.spike(loads, rule, today, done)
    if isinstance(found, Hidden):
        return
    left = to_sunday(today)
    for total in TOTALS[left]:
        some = any(ever_true(loads, rule, today, done, split) for split in splits(total, left))
        assert not (some and total <= found.most)
        if total == found.most + 1:
            assert some
            break


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(loads=small_days, rule=small_rules, today=todays)
def test_within_means_within_the_threshold_whatever_the_floors(
    loads: list[Day], rule: Rule, today: date
) -> None:
    found = headroom.spike(loads, rule, today)
    if isinstance(found, Hidden):
        return
    bare = replace(rule, floor_base=0, floor_rise=0)
    left = to_sunday(today)
    totals = [total for total in TOTALS[left] if total <= found.most]
    beyond = any(
        ever_true(loads, bare, today, 0, split) for total in totals for split in splits(total, left)
    )
    assert not (found.within and beyond)
    if not found.within and found.most in totals:
        assert beyond


@settings(max_examples=150, deadline=None)
@given(loads=small_days, rule=small_rules, today=todays, done=st.integers(0, 4))
def test_what_is_hidden_as_above_or_below_the_floor_is_so(
    loads: list[Day], rule: Rule, today: date, done: int
) -> None:
    found = headroom.spike(loads, rule, today, done)
    left = to_sunday(today)
    if found == Hidden(Why.ABOVE):
        last = len(loads) - (8 - left if rule.week == "calendar" else 1)
        now = is_true(loads, rule, last)
        assert now or ever_true(loads, rule, today, done, [0] * left)
    if found == Hidden(Why.FLOOR):
        for day in range(left):
            assert not ever_true(
                loads, rule, today, done, [10**9 * (i == day) for i in range(left)]
            )
