"""Miles and pounds: exact factors, both ways, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.flag import wording
from clubmon.flag.flagtypes import Flag
from clubmon.load.channels import CHANNELS
from clubmon.web.athletes import room_words
from clubmon.words import units

CENTS = st.integers(min_value=0, max_value=10_000_000).map(lambda n: Decimal(n).scaleb(-2))
BOTH = (("km", "kg"), ("mi", "lb"))


@pytest.fixture(autouse=True)
def _metric_afterwards() -> Iterator[None]:
    yield
    units.use("km", "kg")


@pytest.mark.parametrize("pair", BOTH)
@given(entered=CENTS)
def test_what_was_entered_is_shown_again_to_the_hundredth(
    pair: tuple[str, str], entered: Decimal
) -> None:
    units.use(*pair)
    assert abs(units.shown_distance(units.metres(entered)) - float(entered)) < 0.005
    assert abs(units.shown_weight(units.grams(entered)) - float(entered)) < 0.005


@given(metres=st.integers(min_value=0, max_value=10_000_000))
def test_whole_metres_survive_being_shown_and_entered_again(metres: int) -> None:
    units.use("mi", "lb")
    shown = Decimal(metres) / units.METRES["mi"]
    assert units.metres(shown) == metres


def test_the_factors_are_exact() -> None:
    units.use("mi", "lb")
    assert units.metres(Decimal(1000)) == 1_609_344
    assert units.grams(Decimal(100_000)) == 45_359_237
    assert (units.distance(), units.weight()) == ("mi", "lb")


def test_an_unknown_unit_is_metric() -> None:
    units.use("furlong", "stone")
    assert (units.distance(), units.weight()) == ("km", "kg")


def test_a_channel_is_shown_in_the_readers_unit_and_others_stay() -> None:
    run, lifted, climb = (CHANNELS[key] for key in ("run_m", "tonnage_g", "ascent_m"))
    assert [(c.text(160_934.4), c.unit) for c in (run, climb)] == [
        ("160.9", "km"),
        ("160\u202f934", "m"),
    ]
    units.use("mi", "lb")
    assert [(c.text(160_934.4), c.unit) for c in (run, climb)] == [
        ("100.0", "mi"),
        ("160\u202f934", "m"),
    ]
    assert (lifted.text(453_592_370), lifted.unit) == ("1\u202f000.0", "klb")
    assert (run.metric, run.metric_divisor) == ("km", 1000)


@given(metres=st.integers(min_value=200, max_value=300_000))
def test_headroom_is_never_shown_larger_than_it_is(metres: int) -> None:
    units.use("mi", "kg")
    shown = room_words.down(CHANNELS["run_m"], metres).removesuffix(" mi")
    assert units.metres(Decimal(shown)) <= metres + 1


def test_a_flag_says_miles_where_miles_count() -> None:
    inputs = {"day_m": 32_187, "previous_longest_m": 24_140}
    flag = Flag("a", date(2026, 11, 17), 1, "single_run", 1, "run_m", False, inputs)
    units.use("mi", "kg")
    assert wording.reasons(flag)[0] == ("Longest run 20 mi, 33 % beyond any in 30 days (15 mi).")
