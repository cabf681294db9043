"""What is counted has one name, one unit and one way of rounding."""

from __future__ import annotations

import pytest

from clubmon.load.channels import CHANNELS, NONE, Channel


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_nothing_known_is_a_dash_in_every_channel(channel: Channel) -> None:
    assert channel.text(None) == NONE
    assert channel.value(None) is None


def test_a_heading_names_the_unit_once() -> None:
    assert CHANNELS["run_m"].headed == "Running, km"
    assert CHANNELS["eccentric_sets"].headed == "Hamstring-eccentric sets"


@pytest.mark.parametrize(
    ("key", "base", "text"),
    [
        ("run_m", 54_321, "54.3"),
        ("run_s", 5_400, "90"),
        ("tonnage_g", 12_400_000, "12.4"),
        ("eccentric_sets", 9, "9"),
        ("srpe_dau", 23_104, "2\u202f310"),
    ],
)
def test_base_units_are_shown_in_the_unit_that_people_use(key: str, base: int, text: str) -> None:
    assert CHANNELS[key].text(base) == text
