"""What a plan asks on a day, when it stops and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.drill import plans
from clubmon.drill.drills import library
from clubmon.drill.plans import Course, Event, New, Plan

START = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 7, tzinfo=UTC)
DAY = timedelta(days=1)
DAILY = Plan(
    "p", "ada", ("D1", "D2"), "pelvic_control", "c", START, START + 27 * DAY, 2, 7, 5, 2, "", NOW
)
TWICE = replace(DAILY, drills=("D4",), per_day=1, days_per_week=2)
ONCE = replace(DAILY, drills=("D3",), end=START + 13 * DAY, per_day=1, days_per_week=None)


def event(kind: str, back: int, **detail: object) -> Event:
    day = START + back * DAY
    return Event("p", kind, day, detail, "", NOW + back * DAY)  # type: ignore[arg-type]


def course(plan: Plan, *events: Event) -> Course:
    return Course(plan, events)


def grown(one: Course, news: list[New]) -> Course:
    """With what was decided on record."""
    added = [Event("p", new.kind, new.day, new.detail, "", NOW) for new in news]
    return replace(one, events=(*one.events, *added))


def due_days(one: Course, days: int) -> list[int]:
    return [back for back in range(days) if one.due(START + back * DAY)]


def test_a_daily_plan_is_due_every_day_until_its_last() -> None:
    assert due_days(course(DAILY), 40) == list(range(28))


def test_twice_a_week_is_due_on_the_first_and_fourth_day_when_it_is_done_then() -> None:
    done = course(TWICE, event("done", 0), event("done", 3), event("done", 7))
    assert due_days(done, 11) == [10]
    assert due_days(course(TWICE, event("done", 0), event("done", 3)), 8) == [7]


def test_what_was_not_done_stays_due_on_the_next_days_of_the_week() -> None:
    one = course(TWICE, event("not_today", 0), event("done", 1))
    assert due_days(one, 7) == [3, 4, 5, 6]


def test_once_is_due_until_it_was_done() -> None:
    assert due_days(course(ONCE), 30) == list(range(14))
    assert due_days(course(ONCE, event("not_today", 0), event("done", 2)), 14) == [1]


@pytest.mark.parametrize(
    ("plan", "taps", "day", "expected"),
    [
        (DAILY, [], 0, (0, 0)),
        (DAILY, [], 1, (0, 2)),
        (DAILY, [("done", 0, 2)], 0, (2, 2)),
        (DAILY, [("done", 0, 2), ("done", 1, 1)], 2, (3, 4)),
        (DAILY, [("done", 0, 2), ("not_today", 1, 0)], 1, (2, 4)),
        (DAILY, [], 60, (0, 56)),
        (TWICE, [("done", 0, 1)], 6, (1, 2)),
        (TWICE, [("done", 1, 1), ("done", 2, 1)], 2, (2, 2)),
        (TWICE, [], 28, (0, 8)),
        (ONCE, [], 0, (0, 0)),
        (ONCE, [], 5, (0, 1)),
        (ONCE, [("done", 3, 1)], 9, (1, 1)),
    ],
)
def test_adherence_is_done_of_due_so_far(
    plan: Plan, taps: list[tuple[str, int, int]], day: int, expected: tuple[int, int]
) -> None:
    events = [event(kind, back, **({"times": n} if n else {})) for kind, back, n in taps]
    found = course(plan, *events).adherence(START + day * DAY)
    assert (found.done, found.due) == expected


@given(
    st.sampled_from([DAILY, TWICE, ONCE]),
    st.dictionaries(st.integers(0, 30), st.sampled_from(["done", "not_today"])),
    st.integers(0, 60),
)
def test_nobody_has_done_more_than_was_due(plan: Plan, taps: dict[int, str], day: int) -> None:
    one = course(plan, *(event(kind, back) for back, kind in sorted(taps.items())))
    found = one.adherence(START + day * DAY)
    assert 0 <= found.done <= found.due
    assert not (one.due(START + day * DAY) and day in taps)


def test_another_answer_of_the_same_day_counts_instead() -> None:
    one = course(DAILY, event("not_today", 0), event("done", 0, times=2))
    assert one.adherence(START).done == 2


@pytest.mark.parametrize(
    ("left", "right", "sign", "other", "reason"),
    [
        (5, 2, False, False, None),
        (6, 3, False, False, None),
        (7, 2, False, False, "rose"),
        (0, 4, False, False, "rose"),
        (None, None, False, False, None),
        (0, 0, True, False, "sign"),
        (0, 0, False, True, "something"),
        (9, 9, True, True, "sign"),
    ],
)
def test_two_points_up_in_either_leg_a_sign_or_something_new_stops_a_plan(
    left: int | None, right: int | None, sign: bool, other: bool, reason: str | None
) -> None:
    assert plans.stop_reason(DAILY, left, right, sign=sign, something_else=other) == reason


def test_a_leg_whose_start_is_not_known_stops_nothing() -> None:
    plan = replace(DAILY, left=None)
    assert plans.stop_reason(plan, 9, 2, sign=False, something_else=False) is None


@pytest.mark.parametrize(
    ("scores", "outcome", "change"),
    [
        ({7: 4, 14: 3}, "better", -2),
        ({7: 4, 14: 0}, "better", -5),
        ({7: 1, 14: 4}, "no_better", -1),
        ({14: 5}, "no_better", 0),
        ({14: 7}, "worse", 2),
        ({7: 3}, "unknown", None),
        ({7: 3, 13: 1}, "unknown", None),
        ({16: 2}, "better", -3),
        ({17: 2}, "unknown", None),
    ],
)
def test_a_two_week_plan_ends_with_what_its_last_re_check_says(
    scores: dict[int, int], outcome: str, change: int | None
) -> None:
    told = {START + back * DAY: score for back, score in scores.items()}
    one = course(ONCE)
    ended = grown(one, plans.settle(one, told, START + 20 * DAY))
    assert (ended.outcome, ended.change) == (outcome, change)
    assert ended.for_physio is (outcome in ("no_better", "worse"))


def test_a_longer_plan_that_helped_goes_on_to_its_end() -> None:
    told = {START + 14 * DAY: 2, START + 28 * DAY: 1}
    half = grown(course(DAILY), plans.settle(course(DAILY), told, START + 14 * DAY))
    assert half.ended is None
    whole = grown(half, plans.settle(half, told, START + 28 * DAY))
    assert (whole.outcome, whole.change) == ("better", -4)
    assert sorted(whole.checked) == [7, 14, 28]


def test_a_longer_plan_without_a_fall_in_two_weeks_ends_there_for_the_physio() -> None:
    one = course(DAILY)
    ended = grown(one, plans.settle(one, {START + 14 * DAY: 4}, START + 14 * DAY))
    assert (ended.outcome, ended.for_physio) == ("no_better", True)
    noted = grown(ended, [New("noted", START + 15 * DAY)])
    assert noted.for_physio is False


def test_a_longer_plan_without_an_answer_after_two_weeks_goes_on() -> None:
    one = course(DAILY)
    found = grown(one, plans.settle(one, {}, START + 20 * DAY))
    assert found.ended is None
    assert found.checked[14].detail["score"] is None


def test_a_plan_whose_start_is_not_known_ends_unknown() -> None:
    one = course(replace(ONCE, left=None, right=None))
    ended = grown(one, plans.settle(one, {START + 14 * DAY: 0}, START + 14 * DAY))
    assert (ended.outcome, ended.change) == ("unknown", None)


def test_a_re_check_is_due_on_its_day_and_two_more_until_it_is_answered() -> None:
    one = course(ONCE)
    found = {back: one.recheck_due(START + back * DAY) for back in range(20)}
    assert {back: number for back, number in found.items() if number} == {
        7: 7, 8: 7, 9: 7, 14: 14, 15: 14, 16: 14,
    }  # fmt: skip
    answered = grown(one, plans.settle(one, {START + 7 * DAY: 4}, START + 7 * DAY))
    assert answered.recheck_due(START + 8 * DAY) is None


SCORES = st.dictionaries(st.integers(0, 32).map(lambda n: START + n * DAY), st.integers(0, 10))


@settings(max_examples=200)
@given(st.sampled_from([DAILY, TWICE, ONCE]), SCORES)
def test_settling_day_by_day_or_all_at_once_is_the_same_and_twice_adds_nothing(
    plan: Plan, scores: dict[date, int]
) -> None:
    last = START + 40 * DAY
    at_once = grown(course(plan), plans.settle(course(plan), scores, last))
    daily = course(plan)
    for back in range(41):
        day = START + back * DAY
        known = {on: score for on, score in scores.items() if on <= day}
        daily = grown(daily, plans.settle(daily, known, day))
    assert at_once.events == daily.events
    assert at_once.outcome is not None
    assert plans.settle(at_once, scores, last) == []


@pytest.mark.parametrize("reason", ["rose", "sign", "something", "tap"])
def test_a_plan_stopped_by_its_athlete_got_worse(reason: plans.Reason) -> None:
    one = grown(course(DAILY), [plans.ending(DAILY, reason, START, 7)])
    assert (one.outcome, one.change) == ("worse", 2)
    assert one.for_physio is (reason != "sign")
    assert due_days(one, 28) == []


@pytest.mark.parametrize("reason", ["staff", "consent"])
def test_a_plan_stopped_by_others_was_stopped(reason: plans.Reason) -> None:
    one = grown(course(DAILY), [plans.ending(DAILY, reason, START, None)])
    assert (one.outcome, one.change, one.for_physio) == ("stopped", None, False)


def test_the_newest_word_on_a_clean_hold_counts() -> None:
    assert course(TWICE, event("done", 0)).clean_hold is None
    first = event("done", 0, clean=True)
    assert course(TWICE, first).clean_hold is True
    assert course(TWICE, first, event("done", 3, clean=False)).clean_hold is False


@pytest.mark.parametrize(
    ("ids", "per_day", "days", "length"),
    [
        (["D1", "D2"], 2, 7, 28),
        (["D3"], 1, None, 14),
        (["D4"], 1, 2, 28),
        (["C1"], 1, None, 14),
    ],
)
def test_how_often_and_how_long_follows_from_the_library(
    ids: list[str], per_day: int, days: int | None, length: int
) -> None:
    found = plans.schedule([library()[id_] for id_ in ids])
    assert (found.per_day, found.days_per_week, found.days) == (per_day, days, length)
