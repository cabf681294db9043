"""What is foreseen is what a night says once the plan has been done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clubmon.flag import candidates, foresee
from clubmon.load import marts
from tests.web.coach.test_today import STEADY, Morning, morning

__all__ = ["morning"]

PLAN = [16.0, 0, 20, 0, 30, 0, 12, 0, 5]  # km from today on


def told(found: list[Any], first: Any) -> list[tuple[Any, ...]]:
    """What a condition says, of mornings from the first on."""
    return sorted(
        (one.morning, one.rule, one.channel, one.held_days, one.holds, one.v7, one.base, one.day_m)
        for one in found
        if one.morning > first and one.channel == "run_m"
    )


def test_the_plan_raises_what_the_same_sessions_raise_once_they_are_done(
    morning: Morning,
) -> None:
    club, today = morning.club, morning.today
    before, done = club.ids["athlete"], club.ids["reserved"]
    morning.trains("athlete", STEADY)
    morning.trains("reserved", [*STEADY, *PLAN], ends=1 - len(PLAN))
    marts.rebuild(club.store, today, club.now)
    loads = [
        (before, today + timedelta(days=n), "run_m", round(1000 * km))
        for n, km in enumerate(PLAN)
        if km
    ]
    found = foresee.foresee(club.store, [before, done], loads, today, club.now)
    assert found is not None
    ahead = told(list(found.planned[before]), today)
    assert {rule for _, rule, *_ in ahead} == {"spike", "single_run"}
    assert told(list(found.bare.get(before, [])), today) == []

    club.later(days=len(PLAN))
    marts.rebuild(club.store, morning.today, club.now)
    later = [one for _, one in candidates.up_to(club.store, [done], morning.today)]
    assert [one for one in ahead if one[0] <= morning.today] == told(later, today)


def test_days_that_no_night_has_covered_are_unknown_and_nothing_is_written(
    morning: Morning,
) -> None:
    club, today = morning.club, morning.today
    morning.trains("athlete", STEADY)
    assert foresee.foresee(club.store, [], [], today, club.now) is None  # no night yet
    marts.rebuild(club.store, today, club.now)
    who, later = club.ids["athlete"], today + timedelta(days=2)
    writes = club.store.writes
    found = foresee.foresee(club.store, [who], [(who, later, "run_m", 60_000)], later, club.now)
    assert found is not None
    assert club.store.writes == writes
    evening = found.evenings[who, "run_m"][0]
    assert (evening["local_date"], evening["known7"]) == (later, 5)
    soon = later + timedelta(days=1)
    assert ("spike", soon) not in {(one.rule, one.morning) for one in found.planned[who]}
