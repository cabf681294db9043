"""Rules in plain words, with the units people know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clubmon.flag import rulewords
from clubmon.flag.ruletypes import KEYS, unset
from tests.flag.test_ruletypes import ACWR, RUN, SPIKE


def test_a_weekly_rule_says_when_it_raises_a_flag() -> None:
    assert rulewords.sentence(SPIKE) == (
        "Raises a flag when a week is more than 15 % above both last week and the four-week mean, "
        "the four-week mean is at least 10 km and the rise at least 3 km, on three mornings in a "
        "row. Opens again after seven quiet days. From day 35 of the history."
    )


def test_the_literal_basis_speaks_of_last_week_alone() -> None:
    said = rulewords.sentence(replace(SPIKE, basis="literal", hold_days=1, rearm_days=1))
    assert "above last week, last week is at least 10 km" in said
    assert "on one morning." in said
    assert "after one quiet day." in said
    assert "four-week" not in said


def test_calendar_weeks_and_the_own_percentile_are_said() -> None:
    said = rulewords.sentence(replace(SPIKE, week="calendar", percentile=92))
    assert "the 92nd percentile of the athlete's own last 26 weeks." in said
    assert "Weeks run from Monday to Sunday." in said


def test_a_single_run_is_compared_with_30_days() -> None:
    said = rulewords.sentence(RUN)
    assert "a run of at least 5 km is more than 10 % and at least 1 km longer" in said


@pytest.mark.parametrize("rule", [replace(SPIKE, enabled=False), replace(RUN, enabled=False)])
def test_a_rule_that_is_off_raises_no_flag(rule: object) -> None:
    assert rulewords.sentence(rule) == "Raises no flag."  # type: ignore[arg-type]


def test_ratios_are_shown_or_not() -> None:
    assert rulewords.sentence(ACWR) == "The pages show no ratios."
    assert rulewords.sentence(replace(ACWR, enabled=True)) == "The pages show the ratios."


def test_every_rule_has_a_title_of_its_own() -> None:
    titles = [rulewords.title(unset(key)) for key in KEYS.values()]
    assert len(set(titles)) == len(titles)
    assert titles[0] == "Running, week"


def test_changes_name_what_differs_before_and_after() -> None:
    new = replace(SPIKE, threshold_pct=20, floor_base=12_500, percentile=81, enabled=False)
    assert rulewords.changes(SPIKE, new) == [
        ("State", "on", "off"),
        ("Threshold", "15 %", "20 %"),
        ("Floor", "10 km", "12.5 km"),
        ("Own percentile", "off", "81st"),
    ]
    assert rulewords.changes(SPIKE, SPIKE) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [(50, "50th"), (51, "51st"), (63, "63rd"), (99, "99th"), (82, "82nd")],
)
def test_percentiles_have_their_endings(number: int, said: str) -> None:
    assert ("Own percentile", said) in rulewords.facts(replace(SPIKE, percentile=number))


def test_what_can_be_seen_to_change_is_everything_that_can_be_chosen() -> None:
    """A value that no fact shows could be changed without anybody reading it."""
    other = replace(
        SPIKE, enabled=False, threshold_pct=30, basis="literal", floor_base=1, floor_rise=1,
        hold_days=1, rearm_days=1, week="calendar", percentile=50, from_day=14,
    )  # fmt: skip
    assert len(rulewords.changes(SPIKE, other)) == 10
