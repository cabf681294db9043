"""What the planner of calls promises: neither window is ever exceeded, and the time is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from clubmon_strava import budget as budgets
from clubmon_strava.budget import Budget, Counter, Pair
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 17, 5, 2, tzinfo=UTC)
HEADERS = {
    "X-RateLimit-Limit": "200,2000",
    "X-RateLimit-Usage": "12,340",
    "X-ReadRateLimit-Limit": "100,1000",
    "X-ReadRateLimit-Usage": "12, 340",
}


def used(quarter: int, day: int, now: datetime = NOW) -> Budget:
    spent = Pair(quarter, day)
    return Budget(Counter(budgets.OVERALL, spent), Counter(budgets.READS, spent), now)


def test_the_narrower_counter_decides() -> None:
    assert Budget().told(HEADERS, NOW).left(NOW) == (88, 660)
    overall = {**HEADERS, "X-RateLimit-Usage": "195,1990"}
    assert Budget().told(overall, NOW).left(NOW) == (5, 10)


@pytest.mark.parametrize("text", ["", "12", "a,b", "1,2,3", "-1,5", "1.5,2"])
def test_a_header_that_is_no_pair_changes_nothing(text: str) -> None:
    known = used(12, 340)
    assert known.told({"X-ReadRateLimit-Usage": text}, NOW).left(NOW) == known.left(NOW)


def test_a_doubled_limit_is_taken_from_the_headers() -> None:
    doubled = {**HEADERS, "X-RateLimit-Limit": "400,4000", "X-ReadRateLimit-Limit": "200,2000"}
    assert Budget().told(doubled, NOW).left(NOW) == (188, 1660)


@pytest.mark.parametrize(
    ("minute", "left"), [(14, (0, 500)), (15, (100, 500)), (29, (100, 500)), (45, (100, 500))]
)
def test_quarters_begin_at_the_clocks_quarters(minute: int, left: tuple[int, int]) -> None:
    assert used(100, 500).left(NOW.replace(minute=minute)) == left


def test_days_begin_at_midnight_utc() -> None:
    midnight = datetime(2026, 11, 18, tzinfo=UTC)
    assert used(100, 1_000).left(midnight - timedelta(seconds=1)) == (100, 0)
    assert used(100, 1_000).left(midnight) == (100, 1_000)


def test_it_opens_with_the_next_window_that_has_calls() -> None:
    assert used(99, 500).opens(NOW) is None
    assert used(100, 500).opens(NOW) == datetime(2026, 11, 17, 5, 15, tzinfo=UTC)
    assert used(100, 1_000).opens(NOW) == datetime(2026, 11, 18, tzinfo=UTC)


def test_athletes_whose_night_is_to_come_have_calls_held_back() -> None:
    budget = Budget()
    for athlete, hours in (("1", 23), ("2", 22), ("3", 1), ("4", 24 * 9)):
        when = NOW - timedelta(hours=hours)
        budget = replace(budget, synced={**budget.synced, athlete: when.isoformat()})
    assert budget.reserve(NOW) == (8, 12)


def test_the_reserve_leaves_half_of_either_window_to_older_activities() -> None:
    when = (NOW - timedelta(hours=23)).isoformat()
    many = Budget(synced={str(number): when for number in range(500)})
    assert many.reserve(NOW) == (50, 500)


@pytest.mark.parametrize(
    ("calls", "done"),
    [
        (1, "2026-11-17T05:02"),
        (40, "2026-11-17T05:02"),  # 60 of 100 are used
        (41, "2026-11-17T05:15"),
        (140, "2026-11-17T05:15"),
        (141, "2026-11-17T05:30"),
        (500, "2026-11-17T06:15"),  # the day's last
        (501, "2026-11-18T00:00"),
        (1_500, "2026-11-18T02:15"),
        (1_501, "2026-11-19T00:00"),
    ],
)
def test_the_finishing_time(calls: int, done: str) -> None:
    found = budgets.finish(calls, Pair(40, 500), Pair(100, 1_000), budgets.NONE, NOW)
    assert found == datetime.fromisoformat(done).replace(tzinfo=UTC)


def test_nothing_to_do_has_no_finishing_time() -> None:
    assert budgets.finish(0, Pair(0, 0), Pair(100, 1_000), budgets.NONE, NOW) is None
    assert budgets.said(Budget(), NOW) == (
        "100 of 100 calls are left until 05:15 UTC, and 1,000 of 1,000 today (UTC)."
    )


def test_the_admin_is_told_when_older_activities_are_done() -> None:
    text = budgets.said(used(60, 500).needing("1", 100).needing("2", 41), NOW)
    assert text == (
        "40 of 100 calls are left until 05:15 UTC, and 500 of 1,000 today (UTC). Older activities "
        "need 141 more calls, which will be done by about 2026-11-17 05:45 UTC."
    )


def test_a_note_gives_the_budget_back_and_a_broken_one_a_new_one() -> None:
    budget = used(3, 4).needing("7", 12).having_synced("7", NOW)
    assert budgets.load(budgets.dump(budget)) == budget
    for note in ("", "{", "[]", '{"overall": 3}', '{"overall": {"limit": [1], "used": [2]}}'):
        assert budgets.load(note) == Budget()


def test_who_is_connected_no_more_holds_nothing_back() -> None:
    gone = Budget().needing("1", 900).having_synced("1", NOW)
    later = gone.having_synced("2", NOW + timedelta(days=4))
    assert (set(later.synced), dict(later.waiting)) == ({"2"}, {})


waits = st.integers(0, 60) | st.integers(0, 40_000)
limits = st.tuples(st.integers(1, 30), st.integers(1, 90)).map(lambda pair: Pair(*pair))


@given(limits, limits, st.lists(st.tuples(waits, st.booleans(), st.booleans()), max_size=150))
def test_neither_window_is_ever_exceeded(
    overall: Pair, reads: Pair, steps: list[tuple[int, bool, bool]]
) -> None:
    """Whatever the waits, and also where answers (and so their headers) are lost."""
    now, budget = NOW, Budget(Counter(overall), Counter(reads), seen=NOW)
    per_quarter: dict[datetime, int] = {}
    per_day: dict[datetime, int] = {}
    for wait, lost, older in steps:
        now += timedelta(seconds=wait)
        if budget.opens(now, budget.reserve(now) if older else budgets.NONE):
            continue
        budget = budgets.load(budgets.dump(budget.spent(now)))
        quarter, day = budgets.quarter_of(now), budgets.day_of(now)
        per_quarter[quarter] = per_quarter.get(quarter, 0) + 1
        per_day[day] = per_day.get(day, 0) + 1
        if not lost:
            usage = f"{per_quarter[quarter]},{per_day[day]}"
            told = {"X-RateLimit-Usage": usage, "X-ReadRateLimit-Usage": usage}
            budget = budget.told(told, now)
        assert per_quarter[quarter] <= min(overall.quarter, reads.quarter)
        assert per_day[day] <= min(overall.day, reads.day)


@given(st.integers(1, 400), limits, st.integers(0, 30), st.integers(0, 90))
def test_the_finishing_time_is_when_a_club_that_calls_at_once_is_done(
    calls: int, limit: Pair, quarter: int, day: int
) -> None:
    start = Pair(min(quarter, limit.quarter), min(day, limit.day))
    expected = budgets.finish(calls, Pair(limit.quarter - start.quarter, limit.day - start.day),
                              limit, budgets.NONE, NOW)  # fmt: skip
    now, budget = NOW, Budget(Counter(limit, start), Counter(limit, start), seen=NOW)
    for _ in range(calls):
        now = budget.opens(now) or now
        budget = budget.spent(now)
    assert expected == now
