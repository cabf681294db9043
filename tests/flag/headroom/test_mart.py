"""Headroom against the rules' own SQL: none for it, one for a unit more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from load_splits import (
    MONDAY,
    SUNDAY,
    TOTALS,
    Day,
    large_days,
    large_rules,
    rule_of,
    series,
    small_days,
    small_rules,
    splits,
    to_sunday,
    todays,
)

from clubmon.flag import headroom
from clubmon.flag.headroom import Headroom, Hidden, Why
from clubmon.flag.ruletypes import Rule
from clubmon.load import models
from clubmon.storage.store import Connection

KNOWN_BY = datetime(2027, 1, 1, tzinfo=UTC)
RUN = Rule("single_run", "", "run_m", 1, True, "longest", 10, 5000, 1000, 1, 7, 31)


@pytest.fixture
def con(in_memory: Callable[[], Connection]) -> Iterator[Connection]:
    """Both catalogs in memory, empty but for the shipped rules."""
    with in_memory() as con:
        yield con


def in_force(con: Connection, name: str, rule: Rule) -> None:
    """Make this the club's rule for run metres."""
    con.execute("DELETE FROM app.rule")
    con.execute(
        "INSERT INTO app.rule (rule, team_id, channel, version, enabled, basis, threshold_pct, "
        "floor_base, floor_rise, hold_days, rearm_days, from_day, known_at, week, percentile) "
        "VALUES (?, '', 'run_m', 2, ?, ?, ?, ?, ?, 3, 7, ?, '2026-01-01 00:00:00+00', ?, NULL)",
        [name, rule.enabled, rule.basis, rule.threshold_pct, rule.floor_base, rule.floor_rise,
         rule.from_day, rule.week],
    )  # fmt: skip


def candidates(
    con: Connection,
    first: date,
    many: Sequence[Sequence[Day]],
    last: date,
) -> list[tuple[int, date]]:
    """Which of the series, each beginning on `first`, have a candidate, and on which morning."""
    con.execute(
        "CREATE OR REPLACE TABLE lake.marts.daily_load AS "
        "SELECT athlete_id, CAST(? AS DATE) + CAST(t AS INTEGER) AS local_date, "
        "'run_m' AS channel, load, false AS imputed, "
        "if(load IS NULL, 'unknown', if(load > 0, 'trained', 'rest')) AS state "
        "FROM (SELECT unnest(?::VARCHAR[]) AS athlete_id, unnest(?::BIGINT[]) AS t, "
        "unnest(?::BIGINT[]) AS load)",
        [
            first,
            [str(i) for i, days in enumerate(many) for _ in days],
            [t for days in many for t, _ in enumerate(days)],
            [load for days in many for load in days],
        ],
    )
    models.bind(con, models.EVER, last, KNOWN_BY)
    sql = models.query("marts.flag_candidate", frozenset({"marts.daily_load"}))
    rows = con.execute(f"SELECT athlete_id, morning FROM ({sql})").fetchall()
    return [(int(athlete), morning) for athlete, morning in rows]


def true_in_sql(
    con: Connection,
    loads: list[Day],
    today: date,
    done: int,
    many: Sequence[Sequence[int]],
) -> set[int]:
    """Which of these splits make the mart hold a candidate on a morning after today."""
    first = today - timedelta(len(loads))
    end = today + timedelta(to_sunday(today) + 7)
    found = candidates(con, first, [series(loads, done, split) for split in many], end)
    return {i for i, morning in found if morning > today}


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(loads=small_days, rule=small_rules, today=todays, done=st.integers(0, 4))
@example(loads=[1] * 30 + [0] * 10, rule=rule_of("max", 15, 4, 1, 35), today=MONDAY, done=0)
def test_the_mart_holds_no_candidate_for_any_split_and_one_with_one_unit_more(
    con: Connection, loads: list[Day], rule: Rule, today: date, done: int
) -> None:
    found, left = headroom.spike(loads, rule, today, done), to_sunday(today)
    if isinstance(found, Hidden) or found.most + 1 not in TOTALS[left]:
        return
    in_force(con, "spike", rule)
    below, beyond = list(splits(found.most, left)), list(splits(found.most + 1, left))
    fired = true_in_sql(con, loads, today, done, below + beyond)
    assert fired
    assert min(fired) >= len(below)


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    loads=large_days, rule=large_rules, today=todays, done=st.integers(0, 9000),
    cuts=st.lists(st.lists(st.floats(0, 1), min_size=6, max_size=6), min_size=9, max_size=9),
)  # fmt: skip
def test_in_metres_too_the_mart_draws_the_line_at_the_same_one(
    con: Connection,
    loads: list[Day],
    rule: Rule,
    today: date,
    done: int,
    cuts: list[list[float]],
) -> None:
    found, left = headroom.spike(loads, rule, today, done), to_sunday(today)
    if isinstance(found, Hidden):
        return
    in_force(con, "spike", rule)

    def drawn(total: int) -> list[list[int]]:
        edges = [[0, *sorted(round(total * c) for c in cut[: left - 1]), total] for cut in cuts]
        return [[b - a for a, b in pairwise(edge)] for edge in edges]

    def one_day(total: int) -> list[list[int]]:
        return [[total * (i == day) for i in range(left)] for day in range(left)]

    totals = (0, found.most // 2, found.most)
    below = [split for total in totals for split in one_day(total) + drawn(total)]
    beyond = one_day(found.most + 1) + _lifted(loads, rule, today, done, found.most + 1)
    fired = true_in_sql(con, loads, today, done, below + beyond)
    assert fired
    assert min(fired) >= len(below)


def _lifted(loads: list[Day], rule: Rule, today: date, done: int, total: int) -> list[list[int]]:
    """Splits whose first days bring a later base to its floor, with all else on the last day."""
    left, found = to_sunday(today), []
    for days_in in range(1, left):
        days = series(loads, done, [0] * left)
        t = len(loads) + days_in + 6
        span = 13 if rule.basis == "literal" else 34
        window = [d for d in days[max(0, t - span) : t - 6] if d is not None]
        lack = -(-rule.floor_base * len(window) // 7) - sum(window)
        if 0 < lack <= total:
            found.append([lack, *[0] * (left - 2), total - lack])
    return found


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    longest=st.lists(st.sampled_from([None, 0, 0, 3000, 4321, 7777, 13_003]), min_size=34,
                     max_size=40),
    threshold=st.sampled_from([10, 15, 20, 30]), floor=st.sampled_from([0, 5000, 9000]),
    rise=st.sampled_from([0, 1000]), done=st.sampled_from([0, 2000, 8000]),
)  # fmt: skip
@example(longest=[13_000] * 40, threshold=10, floor=5000, rise=1000, done=0)
def test_the_next_run_is_the_longest_that_the_mart_lets_pass(
    con: Connection,
    longest: list[Day],
    threshold: int,
    floor: int,
    rise: int,
    done: int,
) -> None:
    rule = replace(RUN, threshold_pct=threshold, floor_base=floor, floor_rise=rise)
    first = next((i for i, m in enumerate(longest) if m is not None), 0)
    found = headroom.single_run(longest[-30:], rule, len(longest) - first + 1, done)
    in_force(con, "single_run", rule)
    if isinstance(found, Headroom):
        assert found.most >= done
        assert _runs_in_sql(con, longest, done, [found.most, found.most + 1]) == {1}
    elif found.why is Why.ABOVE:
        assert _runs_in_sql(con, longest, done, [done])
    elif found.why is not Why.RETURNING:
        assert not _runs_in_sql(con, longest, done, [10**6])


def _runs_in_sql(con: Connection, longest: list[Day], done: int, metres: list[int]) -> set[int]:
    """Which of these runs, following on what was run today, is a single run in tomorrow's mart."""
    first, n = SUNDAY - timedelta(len(longest)), len(longest)
    con.execute("DELETE FROM lake.raw.session")
    con.executemany(
        "INSERT INTO lake.raw.session (session_id, athlete_id, sha256, audience, source, "
        "source_id, kind, sport, start_local, local_date, distance_m, known_at) "
        "VALUES (?, ?, 'sha', 'club', 'fit', ?, 'run', 'running', ?, ?, ?, ?)",
        [
            [f"{who} {i}", str(who), f"{who} {i}", _start(first + timedelta(day), 6 + 8 * (i > n)),
             first + timedelta(day), m, KNOWN_BY - timedelta(days=1)]
            for who, last in enumerate(metres)
            for i, (day, m) in enumerate([*enumerate(longest), (n, done), (n, last)]) if m
        ],
    )  # fmt: skip
    many = [[*longest, done + last] for last in metres]
    found = candidates(con, first, many, SUNDAY + timedelta(1))
    return {who for who, morning in found if morning > SUNDAY}


def _start(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour))  # the wall clock
