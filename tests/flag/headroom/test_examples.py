"""Headroom by hand: what stays, what hides it, and how far the next run may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from load_splits import MONDAY, SATURDAY, SUNDAY, Day, rule_of

from clubmon.flag import headroom
from clubmon.flag.headroom import Headroom, Hidden, Why
from clubmon.flag.ruletypes import Rule

STEADY = [6000] * 40
SHIPPED = rule_of("max", 15, 10_000, 3000, 35)
RUN = Rule("single_run", "", "run_m", 1, True, "longest", 10, 5000, 1000, 1, 7, 31)


def shown(
    loads: Sequence[Day], today: date, done: int = 0, rule: Rule = SHIPPED
) -> tuple[int, bool]:
    """The figure, and whether it stays within the threshold."""
    found = headroom.spike(loads, rule, today, done)
    assert isinstance(found, Headroom)
    return found.most, found.within


def hidden(loads: Sequence[Day], today: date = SUNDAY, rule: Rule = SHIPPED, **about: bool) -> Why:
    """Why there is no figure."""
    found = headroom.spike(loads, rule, today, **about)
    assert isinstance(found, Hidden)
    return found.why


def test_six_days_of_six_kilometres_leave_twelve_for_sunday() -> None:
    # 1.15 x 42 km is 48.3 km, of which 36 are run; 48.3 itself is not above
    assert shown(STEADY, SUNDAY) == (12_300, True)


def test_what_is_run_today_already_comes_off() -> None:
    assert shown(STEADY, SUNDAY, done=5000) == (7300, True)


def test_the_least_rise_leaves_more_than_the_threshold_would() -> None:
    # 14 km a week: 3 km more are flagged, 15 % would be 2.1
    assert shown([2000] * 40, SUNDAY) == (17_000 - 12_000 - 1, False)


def test_an_unknown_day_is_scaled_as_the_rule_does() -> None:
    # 30 km on five known days and the sixth: 7/6 of 41.4 km is 48.3
    assert shown([*[6000] * 39, None], SUNDAY) == (11_400, True)


def test_all_of_it_on_one_day_counts_even_early_in_the_week() -> None:
    assert shown(STEADY, MONDAY) == (12_300, True)


def test_later_mornings_count_whose_usual_week_has_shrunk() -> None:
    # On Friday the four weeks before hold 20 days of 2 km: 10 km a week, and 13 km are flagged.
    # On Monday they hold 24, for which it would take 15; from Saturday on they are below the floor.
    assert shown([*[2000] * 30, *[0] * 10], MONDAY) == (12_999, False)


@pytest.mark.parametrize("today", [MONDAY, SATURDAY])
def test_load_on_the_first_days_can_bring_a_later_base_to_its_floor(today: date) -> None:
    # Against the one long run 115 km would be needed, and that only today. But 10 km today are
    # a week before the next one, and 13 km more by Sunday then stand out.
    literal = rule_of("literal", 15, 10_000, 3000, 14)
    assert shown([*[0] * 27, 100_000, *[0] * 12], today, rule=literal) == (22_999, False)


def test_a_calendar_week_has_room_for_the_whole_week_on_its_monday() -> None:
    rule = rule_of("max", 15, 10_000, 3000, 35, "calendar")
    assert shown(STEADY, MONDAY, rule=rule) == (48_300, True)
    assert shown(STEADY, SUNDAY, rule=rule) == (12_300, True)


def test_the_literal_rule_looks_at_the_week_before_alone() -> None:
    literal = rule_of("literal", 15, 0, 0, 14)
    loads = [*[9000] * 26, *[2000] * 8, *[2000] * 6]
    assert shown(loads, SUNDAY, rule=literal) == (16_100 - 12_000, True)
    assert shown([2000] * 13, SUNDAY, rule=literal) == (4100, True)


def test_below_the_floor_there_would_be_no_end_to_it() -> None:
    assert hidden([1000] * 40) is Why.FLOOR


def test_what_is_true_already_leaves_no_figure() -> None:
    assert hidden([*[4000] * 33, *[8000] * 7]) is Why.ABOVE
    assert hidden([*[6000] * 39, 20_000]) is Why.ABOVE


def test_what_has_used_it_up_leaves_nothing_and_a_metre_more_leaves_no_figure() -> None:
    assert shown(STEADY, SUNDAY, done=12_300) == (0, True)
    assert headroom.spike(STEADY, SHIPPED, SUNDAY, 12_301) == Hidden(Why.ABOVE)


@pytest.mark.parametrize("back", [(1, 2), (2, 7), (8, 9, 14), (20, 21, 22, 23)])
def test_too_few_known_days_in_any_window_that_counts_leave_no_figure(
    back: tuple[int, ...],
) -> None:
    loads: list[Day] = list(STEADY)
    for day in back:
        loads[-day] = None
    assert hidden(loads) is Why.INCOMPLETE


def test_a_base_that_the_rule_does_not_read_may_be_unknown() -> None:
    four_week, literal = (rule_of(basis, 15, 0, 0, 14) for basis in ("four_week", "literal"))
    assert shown([*[6000] * 24, *[None] * 2, *[6000] * 8], SUNDAY, rule=four_week)[0]
    assert hidden([*[6000] * 38, None, None], rule=four_week) is Why.INCOMPLETE
    assert shown([*[6000] * 20, *[None] * 6, *[6000] * 13], SUNDAY, rule=literal)[0]


def test_before_the_rule_can_judge_there_is_no_figure() -> None:
    # tomorrow judges today, the 35th day
    assert hidden([6000] * 33) is Why.EARLY
    assert shown([6000] * 34, SUNDAY) == (12_300, True)
    assert hidden([None] * 20 + [6000] * 33) is Why.EARLY
    assert hidden([]) is Why.EARLY


def test_what_would_mislead_is_not_shown() -> None:
    assert hidden(STEADY, unwell=True) is Why.UNWELL
    assert hidden(STEADY, returning=True) is Why.RETURNING
    assert hidden(STEADY, measured=False) is Why.IMPUTED
    assert hidden(STEADY, rule=replace(SHIPPED, percentile=90)) is Why.PERCENTILE
    assert hidden(STEADY, rule=replace(SHIPPED, enabled=False)) is Why.OFF


def test_a_rule_that_is_off_says_nothing_of_tightness() -> None:
    assert hidden(STEADY, rule=replace(SHIPPED, enabled=False), unwell=True) is Why.OFF


def test_the_next_run_is_a_tenth_beyond_the_longest() -> None:
    longest: list[Day] = [0, 5000, 13_000] * 10
    assert headroom.single_run(longest, RUN, 100) == Headroom(14_300, within=True)


def test_a_short_longest_run_leaves_the_floor_and_the_least_rise() -> None:
    assert headroom.single_run([0, 3000, 2000] * 10, RUN, 100) == Headroom(4999, within=False)
    assert headroom.single_run([0, 6000, 2000] * 10, RUN, 100) == Headroom(6999, within=False)


def test_without_a_run_in_thirty_days_there_is_no_next_run_to_name() -> None:
    assert headroom.single_run([0] * 30, RUN, 100) == Hidden(Why.RETURNING)
    assert headroom.single_run([0] * 29 + [9000], RUN, 100, returning=True) == Hidden(Why.RETURNING)


def test_the_next_run_needs_27_of_30_days_and_a_month_of_history() -> None:
    assert headroom.single_run([None] * 3 + [9000] * 27, RUN, 100) == Headroom(9999, within=False)
    assert headroom.single_run([None] * 4 + [9000] * 26, RUN, 100) == Hidden(Why.INCOMPLETE)
    assert headroom.single_run([9000] * 29, RUN, 30) == Hidden(Why.EARLY)
    assert headroom.single_run([9000] * 30, RUN, None) == Hidden(Why.EARLY)


def test_a_long_run_today_has_used_it_up() -> None:
    assert headroom.single_run([9000] * 30, RUN, 100, done_today=10_000) == Hidden(Why.ABOVE)


def test_a_return_to_running_lasts_a_week() -> None:
    assert headroom.returning([5000] + [0] * 30)
    for since in range(7):
        assert headroom.returning([5000] + [0] * 30 + [3000] + [0] * since)
    assert not headroom.returning([5000] + [0] * 30 + [3000] + [0] * 7)
    assert not headroom.returning([5000] + [0] * 29 + [3000])
    assert headroom.returning([])
