"""What a planned session would do, against the rule asked of every evening one by one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from load_splits import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    Day,
    is_true,
    large_days,
    rule_of,
    small_days,
    small_rules,
    to_sunday,
    todays,
)

from clubmon.flag import headroom
from clubmon.flag.headroom import Headroom, Hidden, Planned, Why
from clubmon.flag.ruletypes import Rule

STEADY: list[Day] = [6000] * 40
SHIPPED = rule_of("max", 15, 10_000, 3000, 35)


@settings(max_examples=200, deadline=None)
@given(
    loads=small_days, rule=small_rules, today=todays, amount=st.integers(1, 30),
    ahead=st.integers(0, 6), done=st.integers(0, 3),
)  # fmt: skip
def test_the_first_evening_is_the_first_on_which_the_rule_is_true(
    loads: list[Day], rule: Rule, today: date, amount: int, ahead: int, done: int
) -> None:
    found = headroom.planned(loads, rule, today, amount, ahead, done)
    if isinstance(found, Hidden):
        return
    days: list[Day] = [*loads, done, *[0] * 12]
    days[len(loads) + ahead] = (days[len(loads) + ahead] or 0) + amount
    sundays = range(6 - today.weekday(), ahead + 7, 7)
    judged = sundays if rule.week == "calendar" else range(ahead + 7)
    true = [t for t in judged if is_true(days, rule, len(loads) + t)]
    assert found.first == (true[0] if true else None)


@settings(max_examples=100, deadline=None)
@given(loads=large_days, today=todays, day=st.integers(0, 6), share=st.floats(0, 1))
def test_nothing_within_headroom_makes_it_true_on_any_day_up_to_sunday(
    loads: list[Day], today: date, day: int, share: float
) -> None:
    room = headroom.spike(loads, SHIPPED, today)
    amount = round(share * room.most) if isinstance(room, Headroom) else 0
    if amount == 0:
        return
    found = headroom.planned(loads, SHIPPED, today, amount, day % to_sunday(today))
    assert isinstance(found, Planned)
    assert found.first is None


def test_after_six_steady_days_twelve_three_on_sunday_is_the_last_that_is_not_true() -> None:
    # 1.15 x 42 km is 48.3 km, of which 36 are run
    within = headroom.planned(STEADY, SHIPPED, SUNDAY, 12_300, 0)
    beyond = headroom.planned(STEADY, SHIPPED, SUNDAY, 12_301, 0)
    assert within == Planned(None, 48_300.0, 42_000.0)
    assert beyond == Planned(0, 48_301.0, 42_000.0)


def test_what_was_done_today_counts_as_well() -> None:
    assert headroom.planned(STEADY, SHIPPED, SUNDAY, 6_301, 0, 6_000) == Planned(
        0, 48_301.0, 42_000.0
    )


def test_days_before_the_session_are_reckoned_as_rest() -> None:
    # on Sunday the week holds none of the six days before this Monday
    found = headroom.planned(STEADY, SHIPPED, MONDAY, 20_000, 6)
    assert found == Planned(None, 20_000.0, 42_000.0)


def test_a_rule_by_calendar_week_is_asked_on_sundays() -> None:
    rule = rule_of("four_week", 15, 10_000, 3000, 35, "calendar")
    found = headroom.planned(STEADY, rule, SATURDAY, 60_000, 0)
    assert isinstance(found, Planned)
    assert found.first == 1


@pytest.mark.parametrize(
    ("loads", "about", "why"),
    [
        (STEADY, {"unwell": True}, Why.UNWELL),
        (STEADY, {"returning": True}, Why.RETURNING),
        (STEADY, {"measured": False}, Why.IMPUTED),
        (STEADY[:20], {}, Why.EARLY),
        ([*STEADY[:-3], None, None, None], {}, Why.INCOMPLETE),
        ([*STEADY[:-7], *[9000] * 7], {}, Why.ABOVE),
    ],
)
def test_what_hides_headroom_leaves_this_without_an_answer_too(
    loads: list[Day], about: dict[str, bool], why: Why
) -> None:
    assert headroom.planned(loads, SHIPPED, MONDAY, 1000, 0, **about) == Hidden(why)


def test_below_the_floor_any_session_leaves_it_false() -> None:
    found = headroom.planned([1000] * 40, SHIPPED, SUNDAY, 90_000, 0)
    assert isinstance(found, Planned)
    assert found.first is None
