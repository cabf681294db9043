"""Which mornings raise a flag: the decision table, and laws that hold for any input."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.flag import flags
from clubmon.flag.flags import Candidate, Flag, Raised, Tightness, decide

M = date(2026, 11, 17)
DAY = timedelta(days=1)
ME = "athlete-1"


def day(back: int) -> date:
    return M - back * DAY


def tight(back: int, score: int, **more: object) -> Tightness:
    return Tightness(day(back), left=score, right=0, **more)  # type: ignore[arg-type]


def spike(back: int, *, holds: bool = False, channel: str = "run_m", held: int = 1) -> Candidate:
    return Candidate(
        day(back), "spike", channel, 1, held, holds, v7=54000.0, b1=38000.0, b4=41000.0,
        base=41000.0, wow_pct=42.1, known7=7, known_prev7=7, known_b4=28,
    )  # fmt: skip


def single(back: int, rule: str = "single_run") -> Candidate:
    before = 15000 if rule == "single_run" else None
    return Candidate(day(back), rule, "run_m", 1, 1, True, day_m=19200, previous_longest_m=before)


def held(back: int, days: int) -> list[Candidate]:
    """A spike that has been true for `days` mornings, up to `back` mornings ago."""
    return [spike(back + days - n, holds=n >= 3, held=n) for n in range(1, days + 1)]


def raise_(
    candidates: Iterable[Candidate] = (),
    trail: Iterable[Tightness] = (),
    raised: Iterable[Flag] = (),
    morning: date = M,
) -> list[Flag]:
    return list(decide(ME, morning, candidates, trail, [Raised(f) for f in raised]).new)


def kinds(found: Iterable[Flag]) -> list[tuple[int, str]]:
    return [(flag.tier, flag.rule) for flag in found]


TABLE = [
    ("three of ten every day is nothing", [], [tight(n, 3) for n in range(1, 5)], []),
    ("four once is nothing", [], [tight(1, 4)], []),
    ("five once is nothing", [], [tight(1, 5)], []),
    ("four on two of four days", [], [tight(4, 4), tight(1, 4)], [(2, "tightness")]),
    ("four on days five apart is nothing", [], [tight(5, 4), tight(1, 3)], []),
    ("six once", [], [tight(1, 6)], [(2, "tightness")]),
    ("seven once", [], [tight(1, 7)], [(2, "tightness")]),
    ("eight goes to the physio", [], [tight(1, 8)], [(2, "tightness_physio")]),
    (
        "cannot run normally goes to the physio at any score",
        [], [tight(1, 2, runs_normally=False)], [(2, "tightness_physio")],
    ),
    ("runs normally is nothing", [], [tight(1, 2, runs_normally=True)], []),
    ("four with an unheld spike condition", [spike(0)], [tight(1, 4)], [(2, "tightness")]),
    ("four with a spike six mornings ago", [spike(6)], [tight(1, 4)], [(2, "tightness")]),
    ("four with a spike seven mornings ago is nothing", [spike(7)], [tight(1, 4)], []),
    ("three with a spike is nothing", [spike(0)], [tight(1, 3)], []),
    ("an unheld spike alone is nothing", [spike(0), spike(1)], [], []),
    ("a spike held three days", held(0, 3), [], [(1, "spike")]),
    ("a single long run", [single(0)], [], [(1, "single_run")]),
    ("a return to running", [single(0, "return_to_run")], [], [(1, "return_to_run")]),
    (
        "a return to running with four of ten stays apart",
        [single(0, "return_to_run")], [tight(1, 4)], [(1, "return_to_run")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "trail", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_tiers(
    candidates: list[Candidate], trail: list[Tightness], expected: list[tuple[int, str]]
) -> None:
    assert kinds(raise_(candidates, trail)) == expected


def test_the_worse_leg_counts() -> None:
    assert raise_(trail=[Tightness(day(1), left=0, right=6)])
    assert raise_(trail=[Tightness(day(1), left=6, right=None)])
    assert not raise_(trail=[Tightness(day(1), left=None, right=None)])


def test_a_load_flag_stands_on_its_own_beside_tightness() -> None:
    found = raise_(held(0, 3), [tight(1, 6)])
    assert sorted(kinds(found)) == [(1, "spike"), (2, "tightness")]
    assert {f.rule: f.uses_tightness for f in found} == {"spike": False, "tightness": True}


def test_without_tightness_the_load_flags_are_the_same() -> None:
    with_it = raise_([*held(0, 3), single(1)], [tight(1, 9), tight(2, 5)])
    without = raise_([*held(0, 3), single(1)])
    assert [f for f in with_it if not f.uses_tightness] == without


def test_a_flag_opens_once_while_its_condition_lasts() -> None:
    first = raise_(held(0, 3))
    later = [*held(0, 3), *(spike(-n, holds=True, held=3 + n) for n in range(1, 6))]
    assert raise_(later, raised=first, morning=M + 5 * DAY) == []


@pytest.mark.parametrize(("quiet", "again"), [(6, False), (7, True)])
def test_a_flag_arms_again_after_seven_quiet_mornings(quiet: int, again: bool) -> None:
    first = raise_([single(0)])
    later = M + (quiet + 1) * DAY
    now = Candidate(later, "single_run", "run_m", 1, 1, True, day_m=21000, previous_longest_m=1)
    assert bool(raise_([single(0), now], raised=first, morning=later)) is again


def test_a_rule_can_arm_again_sooner() -> None:
    first = raise_([single(0)])
    soon = [
        Candidate(d, "single_run", "run_m", 2, 1, True, day_m=1, previous_longest_m=1, rearm_days=2)
        for d in (M, M + 3 * DAY)
    ]
    assert len(raise_(soon, raised=first, morning=M + 3 * DAY)) == 1


def test_each_channel_opens_by_itself() -> None:
    ascent = [spike(n, holds=True, channel="ascent_m", held=3) for n in (0, 1)]
    found = raise_([*held(0, 3), *ascent])
    assert {f.channel for f in found} == {"run_m", "ascent_m"}


def test_tightness_that_becomes_worse_is_raised_for_the_physio_though_a_flag_is_open() -> None:
    first = raise_(trail=[tight(1, 6)])
    trail = [tight(1, 6), tight(0, 9)]
    assert kinds(raise_(trail=trail, raised=first, morning=M + DAY)) == [(2, "tightness_physio")]


def test_tightness_that_eases_below_eight_is_not_raised_a_second_time() -> None:
    first = raise_(trail=[tight(1, 9)])
    assert kinds(first) == [(2, "tightness_physio")]
    assert raise_(trail=[tight(1, 9), tight(0, 6)], raised=first, morning=M + DAY) == []


def test_answers_of_this_very_morning_count_where_they_are_in() -> None:
    found = raise_(trail=[tight(0, 7)])
    assert [(f.morning, f.rule) for f in found] == [(M, "tightness")]
    assert raise_(trail=[tight(0, 7)], raised=found, morning=M + DAY) == []


def test_a_late_run_raises_the_flag_of_the_morning_it_belongs_to() -> None:
    assert [f.morning for f in raise_([single(5)])] == [day(5)]


def test_nothing_is_raised_for_a_morning_to_come() -> None:
    assert raise_(held(-3, 3)) == []


def test_a_flag_whose_condition_is_gone_is_superseded() -> None:
    first = raise_(held(0, 3))
    decided = decide(ME, M + DAY, [spike(0)], [], [Raised(f) for f in first])
    assert decided.superseded == (first[0].flag_id,)
    assert decided.new == ()


def test_a_corrected_answer_supersedes_and_an_added_one_does_not() -> None:
    first = raise_(trail=[tight(2, 4), tight(1, 5)])
    corrected = decide(ME, M, [], [tight(2, 4), tight(1, 2)], [Raised(f) for f in first])
    added = decide(ME, M, [], [tight(2, 4), tight(1, 5), tight(0, 0)], [Raised(f) for f in first])
    assert corrected.superseded == (first[0].flag_id,)
    assert added.superseded == ()


def test_a_superseded_morning_is_not_raised_a_second_time() -> None:
    gone = Raised(raise_([single(0)])[0], superseded=True)
    assert decide(ME, M, [single(0)], [], [gone]).new == ()


def test_a_superseded_flag_does_not_keep_the_next_one_from_opening() -> None:
    gone = Raised(raise_([single(1)])[0], superseded=True)
    assert [f.morning for f in decide(ME, M, [single(0)], [], [gone]).new] == [M]


def test_a_flag_by_an_older_rule_is_left_as_it_was() -> None:
    old = Raised(raise_(held(0, 3))[0], judged=False)
    assert decide(ME, M, [], [], [old]).superseded == ()


def test_near_the_edge_of_the_window_nothing_is_called_untrue() -> None:
    old = raise_([single(35)])
    assert decide(ME, M, [], [], [Raised(f) for f in old]).superseded == ()


def test_nothing_lowers_tier_3() -> None:
    refer = flags.referral(ME, M, "refer", "r-1", "same_day")
    assert decide(ME, M, [], [tight(1, 0)], [Raised(refer)]).superseded == ()
    assert refer.tier == 3
    assert refer.uses_tightness


def test_inputs_are_numbers_that_json_can_hold_and_read_back_the_same() -> None:
    for flag in raise_([*held(0, 3), single(0)], [tight(1, 9)]):
        row = {
            "athlete_id": ME, "morning": flag.morning, "tier": flag.tier, "rule": flag.rule,
            "rule_version": flag.rule_version, "channel": flag.channel,
            "uses_tightness": flag.uses_tightness, "inputs": json.dumps(flag.inputs),
        }  # fmt: skip
        assert flags.of_row(row) == flag
        assert flags.of_row(row).flag_id == flag.flag_id


def test_hills_are_known_of_a_load_flag_and_of_tightness_with_that_load() -> None:
    steep = Candidate(M, "spike", "run_m", 1, 3, True, v7=2.0, base=1.0, hill=True)
    assert [flag.hill for flag in raise_([steep], [tight(1, 4)])] == [True, True]


scores = st.integers(0, 10)
trails = st.dictionaries(
    st.integers(0, 45),
    st.tuples(scores, scores, st.sampled_from([None, None, None, True, False])),
    max_size=30,
).map(lambda found: [Tightness(day(n), a, b, None, None, r) for n, (a, b, r) in found.items()])
loads = st.dictionaries(
    st.tuples(
        st.integers(0, 41),
        st.sampled_from(["spike", "single_run", "return_to_run"]),
        st.sampled_from(["run_m", "tonnage_g"]),
    ),
    st.booleans(),
    max_size=40,
).map(
    lambda found: [
        Candidate(day(n), rule, channel, 1, 1, holds, v7=2.0, base=1.0, day_m=2)
        for (n, rule, channel), holds in found.items()
    ]
)


@given(loads, trails, st.randoms())
def test_the_order_of_the_inputs_does_not_matter(
    candidates: list[Candidate], trail: list[Tightness], random: object
) -> None:
    expected = decide(ME, M, candidates, trail, [])
    random.shuffle(candidates)  # type: ignore[attr-defined]
    random.shuffle(trail)  # type: ignore[attr-defined]
    assert decide(ME, M, candidates, trail, []) == expected


@given(loads, trails)
def test_deciding_twice_adds_nothing_and_takes_nothing_back(
    candidates: list[Candidate], trail: list[Tightness]
) -> None:
    once = decide(ME, M, candidates, trail, [])
    twice = decide(ME, M, candidates, trail, [Raised(flag) for flag in once.new])
    assert (twice.new, twice.superseded) == ((), ())


@settings(max_examples=25)
@given(loads, trails)
def test_morning_by_morning_and_all_at_once_raise_the_same(
    candidates: list[Candidate], trail: list[Tightness]
) -> None:
    trail = [one for one in trail if one.local_date < M]
    raised: list[Raised] = []
    for back in range(41, -1, -1):
        known = [one for one in trail if one.local_date < day(back)]
        found = decide(ME, day(back), [c for c in candidates if c.morning <= day(back)], known,
                       raised)  # fmt: skip
        assert found.superseded == ()
        raised += [Raised(flag) for flag in found.new if flag.morning >= day(41)]
    together = decide(ME, M, candidates, trail, [])
    kept = {r.flag.flag_id for r in raised}
    if all(one.local_date > day(41) for one in trail):  # nothing reaches back before the window
        assert kept == {flag.flag_id for flag in together.new}


@given(loads, trails)
def test_load_flags_never_depend_on_tightness(
    candidates: list[Candidate], trail: list[Tightness]
) -> None:
    found = [f for f in decide(ME, M, candidates, trail, []).new if not f.uses_tightness]
    assert found == list(decide(ME, M, candidates, [], []).new)
    assert {f.tier for f in found} <= {1}


@given(loads, trails)
def test_more_tightness_never_lowers_what_is_raised(
    candidates: list[Candidate], trail: list[Tightness]
) -> None:
    def first(trail: list[Tightness]) -> date:
        found = [f.morning for f in decide(ME, M, candidates, trail, []).new if f.tier == 2]
        return min(found, default=date.max)

    worse = [Tightness(t.local_date, 10, t.right, None, None, t.runs_normally) for t in trail]
    assert first(worse) <= first(trail)
