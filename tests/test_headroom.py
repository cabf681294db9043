"""Headroom against every split of a load, tried one by one, and against the rules' own SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clubmon import headroom, models
from clubmon.headroom import Headroom, Hidden, Why
from clubmon.ruletypes import Rule
from clubmon.store import sql_folder

MONDAY = date(2026, 11, 16)
SATURDAY, SUNDAY = MONDAY + timedelta(5), MONDAY + timedelta(6)
KNOWN_BY = datetime(2027, 1, 1, tzinfo=UTC)
STEADY = [6000] * 40
Day = int | None


def rule_of(
    basis: str, threshold_pct: int, base: int, rise: int, from_day: int, week: str = "rolling"
) -> Rule:
    """A spike rule on run metres."""
    return Rule(
        "spike", "", "run_m", 1, True, basis, threshold_pct, base, rise, 3, 7, from_day, week=week
    )


SHIPPED = rule_of("max", 15, 10_000, 3000, 35)
RUN = Rule("single_run", "", "run_m", 1, True, "longest", 10, 5000, 1000, 1, 7, 31)

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
rolling_small = small_rules.map(lambda rule: replace(rule, week="rolling"))
rolling_large = large_rules.map(lambda rule: replace(rule, week="rolling"))


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


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Both catalogs in memory, empty but for the shipped rules."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for catalog in ("app", "lake"):
            con.execute(f"ATTACH ':memory:' AS {catalog}")
            for path in sorted((sql_folder() / "migrations" / catalog).glob("*.sql")):
                con.execute(path.read_text(encoding="utf-8"))
        yield con


def in_force(con: duckdb.DuckDBPyConnection, name: str, rule: Rule) -> None:
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
    con: duckdb.DuckDBPyConnection,
    first: date,
    many: Sequence[Sequence[Day]],
    last: date,
    *,
    sessions: bool = False,
) -> list[tuple[int, date]]:
    """Which of the series, each beginning on `first`, have a candidate, and on which morning.

    `sessions`: lake.staging.session is there to be read.
    """
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
    given = {"marts.daily_load", *(["staging.session"] if sessions else [])}
    sql = models.query("marts.flag_candidate", frozenset(given))
    rows = con.execute(f"SELECT athlete_id, morning FROM ({sql})").fetchall()
    return [(int(athlete), morning) for athlete, morning in rows]


def true_in_sql(
    con: duckdb.DuckDBPyConnection,
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


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(loads=small_days, rule=rolling_small, today=todays, done=st.integers(0, 4))
@example(loads=[1] * 30 + [0] * 10, rule=rule_of("max", 15, 4, 1, 35), today=MONDAY, done=0)
def test_the_mart_holds_no_candidate_for_any_split_and_one_with_one_unit_more(
    con: duckdb.DuckDBPyConnection, loads: list[Day], rule: Rule, today: date, done: int
) -> None:
    found, left = headroom.spike(loads, rule, today, done), to_sunday(today)
    if isinstance(found, Hidden) or found.most + 1 not in TOTALS[left]:
        return
    in_force(con, "spike", rule)
    assert not true_in_sql(con, loads, today, done, list(splits(found.most, left)))
    assert true_in_sql(con, loads, today, done, list(splits(found.most + 1, left)))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    loads=large_days, rule=rolling_large, today=todays, done=st.integers(0, 9000),
    cuts=st.lists(st.lists(st.floats(0, 1), min_size=6, max_size=6), min_size=9, max_size=9),
)  # fmt: skip
def test_in_metres_too_the_mart_draws_the_line_at_the_same_one(
    con: duckdb.DuckDBPyConnection,
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

    for total in (0, found.most // 2, found.most):
        assert not true_in_sql(con, loads, today, done, one_day(total) + drawn(total))
    lifted = _lifted(loads, rule, today, done, found.most + 1)
    assert true_in_sql(con, loads, today, done, one_day(found.most + 1) + lifted)


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


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    longest=st.lists(st.sampled_from([None, 0, 0, 3000, 4321, 7777, 13_003]), min_size=34,
                     max_size=40),
    threshold=st.sampled_from([10, 15, 20, 30]), floor=st.sampled_from([0, 5000, 9000]),
    rise=st.sampled_from([0, 1000]), done=st.sampled_from([0, 2000, 8000]),
)  # fmt: skip
@example(longest=[13_000] * 40, threshold=10, floor=5000, rise=1000, done=0)
def test_the_next_run_is_the_longest_that_the_mart_lets_pass(
    con: duckdb.DuckDBPyConnection,
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
        assert not _run_in_sql(con, longest, done, found.most)
        assert _run_in_sql(con, longest, done, found.most + 1)
    elif found.why is Why.ABOVE:
        assert _run_in_sql(con, longest, done, done)
    elif found.why is not Why.RETURNING:
        assert not _run_in_sql(con, longest, done, 10**6)


def _run_in_sql(con: duckdb.DuckDBPyConnection, longest: list[Day], done: int, metres: int) -> bool:
    """Whether tomorrow's mart holds a single run when one of so many metres follows today."""
    days = [*longest, done + metres]
    first = SUNDAY - timedelta(len(longest))
    runs = [
        (first + timedelta(i), m)
        for i, m in [*enumerate(longest), (len(longest), done), (len(longest), metres)]
        if m
    ]
    con.execute(
        "CREATE OR REPLACE TABLE lake.staging.session AS SELECT '0' AS athlete_id, 'run' AS kind, "
        "false AS quarantined, CAST(0 AS BIGINT) AS ascent_m, unnest(?::DATE[]) AS local_date, "
        "unnest(?::BIGINT[]) AS distance_m",
        [[day for day, _ in runs], [m for _, m in runs]],
    )
    found = candidates(con, first, [days], SUNDAY + timedelta(1), sessions=True)
    con.execute("DROP TABLE lake.staging.session")
    return any(morning > SUNDAY for _, morning in found)
