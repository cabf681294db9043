"""A list shows each viewer what they may see and nothing else, and its JSON is one text."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clubmon.flag.flagtypes import Flag
from clubmon.flag.flagview import Sight
from clubmon.flag.replaylist import Listed, Replay, as_json, document, visible, with_numbers

MORNING = date(2026, 11, 17)
KNOWN = datetime(2026, 11, 17, 3, tzinfo=UTC)
SPIKE: dict[str, Any] = {
    "v7": 54000.0,
    "base": 41000.0,
    "wow_pct": 100 / 3,
    "held_days": 3,
    "hill": True,
}
TRUE = {("spike", "run_m"): {**SPIKE, "held_days": 5}, ("spike", "ascent_m"): {"v7": 900.0}}
TIGHT: dict[str, Any] = {
    "until": "2026-11-16",
    "days": [{"date": "2026-11-16", "left": 6, "right": None, "runs_normally": False}],
    "spikes": [{**SPIKE, "rule": "spike", "channel": "run_m", "morning": "2026-11-15"}],
}
REFERRED: dict[str, Any] = {"referral_id": "r1", "urgency": "same_day"}

COACH = Sight(load=True, tightness=True)
NO_TIGHTNESS = Sight(load=True)
PHYSIO = Sight(load=True, tightness=True, health=True, treats=True)
PHYSIO_WITHOUT_LOADS = Sight(tightness=True, health=True, treats=True)


def of(athlete_id: str, tier: int) -> Listed:
    """A flag of each kind: 1 a load, 2 tightness beside it, 3 a referral."""
    rule = {1: "spike", 2: "tightness_physio", 3: "refer"}[tier]
    inputs: dict[str, Any] = {1: SPIKE, 2: TIGHT, 3: REFERRED}[tier]
    flag = Flag(athlete_id, MORNING, tier, rule, 1, "run_m" if tier == 1 else "", tier > 1, inputs)
    return with_numbers(Listed(flag, KNOWN), TRUE)


def a_list(*flags: Listed) -> Replay:
    return Replay(MORNING, KNOWN, True, flags, erased=2, withdrawn=1)


EVERY = a_list(of("a", 1), of("a", 2), of("a", 3))
sights = st.builds(Sight, st.booleans(), st.booleans(), st.booleans(), st.booleans())


def told(sight: Sight) -> dict[int, dict[str, Any]]:
    return {one["tier"]: one for one in document(visible(EVERY, lambda _: sight))["flags"]}


def test_who_may_see_nothing_is_told_nothing() -> None:
    assert told(Sight()) == {}


def test_without_tightness_only_loads_are_told() -> None:
    found = told(NO_TIGHTNESS)
    assert list(found) == [1]
    assert "answers" not in found[1]
    assert found[1]["loads"][0]["that_morning"]["held_days"] == 5


def test_without_loads_tightness_is_told_alone() -> None:
    found = told(PHYSIO_WITHOUT_LOADS)
    assert list(found) == [3, 2]
    assert found[2]["loads"] == []
    assert found[2]["answers"]["days"][0]["left"] == 6


def test_what_only_readers_of_answers_are_told_reaches_no_coach() -> None:
    found = told(COACH)
    assert found[3]["answers"] == {"referral_id": "r1"}
    assert found[2]["answers"]["days"] == [{"date": "2026-11-16", "left": 6, "right": None}]
    assert told(PHYSIO)[3]["answers"] == REFERRED
    assert told(PHYSIO)[2]["answers"]["days"] == TIGHT["days"]


def test_how_many_withdrew_is_told_to_no_viewer() -> None:
    assert document(EVERY)["left_out"] == {"erased": 2, "consent_withdrawn": 1}
    assert document(visible(EVERY, lambda _: PHYSIO))["left_out"] == {"erased": 2}


def test_each_athlete_is_asked_about() -> None:
    both = a_list(of("a", 2), of("b", 2), of("b", 1))
    seen = visible(both, {"a": Sight(), "b": NO_TIGHTNESS}.__getitem__)
    assert [(one.flag.athlete_id, one.flag.tier) for one in seen.flags] == [("b", 1)]


@given(sight=sights)
def test_nothing_that_may_not_be_seen_stays_in_it(sight: Sight) -> None:
    """Not in the JSON, and not in the list that a page is made from."""
    seen = visible(EVERY, lambda _: sight)
    if not sight.load:
        assert not any(one.that_morning for one in seen.flags)
        assert "v7" not in as_json(seen) + repr(seen)
    if not sight.tightness:
        assert not any(one.flag.uses_tightness for one in seen.flags)
    if not sight.health:
        assert not any(word in repr(seen) for word in ("urgency", "same_day", "runs_normally"))


@given(sight=sights)
def test_looking_twice_is_looking_once(sight: Sight) -> None:
    seen = visible(EVERY, lambda _: sight)
    assert visible(seen, lambda _: sight) == seen


@given(order=st.randoms(use_true_random=False), hours=st.integers(-12, 14))
def test_the_same_list_is_the_same_text_in_any_order_and_zone(
    order: random.Random, hours: int
) -> None:
    flags = [of(athlete_id, tier) for athlete_id in "abc" for tier in (1, 2, 3)]
    mixed = list(flags)
    order.shuffle(mixed)
    elsewhere = KNOWN.astimezone(timezone(timedelta(hours=hours)))
    moved = [replace(one, known_at=elsewhere) for one in mixed]
    assert as_json(replace(a_list(*moved), known_by=elsewhere)) == as_json(a_list(*flags))


@given(order=st.permutations([1, 3, 2]))
def test_the_highest_tier_comes_first_and_then_the_athlete(order: list[int]) -> None:
    flags = [of(athlete_id, tier) for tier in order for athlete_id in "ba"]
    found = [(one["tier"], one["athlete_id"]) for one in document(a_list(*flags))["flags"]]
    assert found == [(3, "a"), (3, "b"), (2, "a"), (2, "b"), (1, "a"), (1, "b")]


@given(
    value=st.one_of(
        st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.none(), st.booleans(), st.text()
    )
)
def test_whole_numbers_stay_whole_and_ratios_have_six_decimals(value: Any) -> None:
    flag = Flag("a", MORNING, 1, "spike", 1, "run_m", False, {"x": value})
    text = as_json(a_list(Listed(flag, KNOWN)))
    found = json.loads(text)["flags"][0]["loads"][0]["numbers"]["x"]
    assert type(found) is type(value)
    assert found == (round(value, 6) if isinstance(value, float) else value)
    assert "-0.0\n" not in text


def test_a_load_that_is_not_true_that_morning_keeps_its_own_numbers_only() -> None:
    quiet = with_numbers(of("a", 1), None)
    (load,) = document(a_list(quiet))["flags"][0]["loads"]
    assert load["that_morning"] is None
    assert load["numbers"]["wow_pct"] == 33.333333


def test_it_can_be_printed_anywhere() -> None:
    flag = Flag("a", MORNING, 1, "spike", 1, "run_m", False, {"x": "Über"})
    assert as_json(a_list(Listed(flag, KNOWN))).isascii()
