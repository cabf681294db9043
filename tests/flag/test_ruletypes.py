"""What a form may make of a rule, in shown units, and which version counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.flag import ruletypes
from clubmon.flag.ruletypes import (
    CLUB,
    KEYS,
    Rule,
    RuleError,
    in_force,
    proposed,
    same,
    shown,
    unset,
)
from clubmon.load.channels import CHANNELS

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
SPIKE = Rule("spike", CLUB, "run_m", 1, True, "max", 15, 10_000, 3_000, 3, 7, 35, NOW)
RUN = replace(SPIKE, rule="single_run", basis="longest", threshold_pct=10, floor_base=5_000,
              floor_rise=1_000, hold_days=1, from_day=31)  # fmt: skip
ACWR = replace(SPIKE, rule="acwr", channel="", enabled=False)
FORM = {
    "enabled": "yes", "threshold": "15", "basis": "max", "floor_base": "10", "floor_rise": "3",
    "hold_days": "3", "rearm_days": "7", "week": "rolling", "percentile": "", "from_day": "35",
}  # fmt: skip


@given(channel=st.sampled_from(sorted(CHANNELS)), base=st.integers(0, 10**7 - 1))
def test_a_floor_comes_back_from_the_form_as_it_went_in(channel: str, base: int) -> None:
    rule = replace(SPIKE, channel=channel, floor_base=base, floor_rise=base)
    text = shown(base, rule.of_channel)
    form = {"floor_base": text, "floor_rise": text.replace(".", ",")}
    assert proposed(rule, CLUB, form) == rule


@pytest.mark.parametrize(
    ("channel", "text", "base"),
    [
        ("run_m", "12.5", 12_500), ("run_s", "90", 5_400), ("run_s", "90,5", 5_430),
        ("ascent_m", "200", 200), ("graded_m", "3", 3_000), ("tonnage_g", "0.5", 500_000),
        ("eccentric_sets", "4", 4), ("srpe_dau", "500", 5_000), ("trimp_edwards_dau", "0.1", 1),
    ],
)  # fmt: skip
def test_floors_are_given_in_shown_units(channel: str, text: str, base: int) -> None:
    rule = replace(SPIKE, channel=channel)
    assert proposed(rule, CLUB, {"floor_base": f" {text} "}).floor_base == base


@pytest.mark.parametrize(
    ("channel", "text", "said"),
    [
        ("run_m", "ten", "a number of km"), ("run_m", "-1", "a number of km"),
        ("run_m", "1e3", "a number of km"), ("run_m", "NaN", "a number of km"),
        ("run_m", "", "a number of km"), ("run_m", "99999999", "below ten million"),
        ("run_m", "1.00005", "whole metres"), ("eccentric_sets", "1.5", "whole sets"),
        ("srpe_dau", "0.05", "whole tenths"), ("run_s", "0.001", "whole seconds"),
    ],
)  # fmt: skip
def test_what_is_no_floor_is_refused_in_one_sentence(channel: str, text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        proposed(replace(SPIKE, channel=channel), CLUB, {"floor_base": text})


@pytest.mark.parametrize(
    "wrong",
    [
        {"enabled": "perhaps"}, {"threshold": "12"}, {"threshold": ""}, {"basis": "longest"},
        {"basis": "x" * 1000}, {"week": "monthly"}, {"hold_days": "0"}, {"hold_days": "15"},
        {"hold_days": "2.5"}, {"rearm_days": "0"}, {"rearm_days": "15"}, {"rearm_days": "٣"},
        {"percentile": "49"}, {"percentile": "100"}, {"percentile": "x"}, {"from_day": "13"},
        {"from_day": "34"}, {"from_day": "34", "basis": "four_week"},
        {"from_day": "13", "basis": "literal"}, {"from_day": "99999"}, {"from_day": ""},
    ],
)  # fmt: skip
def test_values_that_no_rule_can_have_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(RuleError) as error:
        proposed(SPIKE, CLUB, FORM | wrong)
    assert len(str(error.value)) < 200


@given(
    form=st.dictionaries(
        st.sampled_from(sorted(FORM)),
        st.one_of(
            st.text("0123456789.,- eEx٣\n", max_size=8),
            st.integers(-5, 400).map(str),
            st.sampled_from(["max"]),
        ),
    )
)
def test_whatever_is_sent_gives_a_rule_within_its_limits_or_one_sentence(
    form: dict[str, str],
) -> None:
    said = None
    try:
        new = proposed(SPIKE, "t", form)
    except RuleError as error:
        said = str(error)
    if said is not None:
        assert said.endswith(".")
        return
    assert new.threshold_pct in ruletypes.THRESHOLDS
    assert 1 <= new.hold_days <= 14
    assert 1 <= new.rearm_days <= 14
    assert new.from_day >= (14 if new.basis == "literal" else 35)
    assert new.percentile is None or 50 <= new.percentile <= 99
    assert (new.floor_base >= 0, new.floor_rise >= 0, new.team_id) == (True, True, "t")


def test_the_form_as_it_is_shown_changes_nothing() -> None:
    assert same(SPIKE, proposed(SPIKE, CLUB, FORM))
    assert same(SPIKE, proposed(SPIKE, "t", {}))


def test_every_field_of_a_weekly_rule_can_be_chosen() -> None:
    form = {
        "enabled": "no", "threshold": "30", "basis": "literal", "floor_base": "8",
        "floor_rise": "2", "hold_days": "1", "rearm_days": "14", "week": "calendar",
        "percentile": "90", "from_day": "14",
    }  # fmt: skip
    assert proposed(SPIKE, "t", form) == replace(
        SPIKE, team_id="t", enabled=False, threshold_pct=30, basis="literal", floor_base=8_000,
        floor_rise=2_000, hold_days=1, rearm_days=14, week="calendar", percentile=90, from_day=14,
    )  # fmt: skip


def test_an_empty_percentile_turns_it_off_and_a_missing_one_leaves_it() -> None:
    rule = replace(SPIKE, percentile=90)
    assert proposed(rule, CLUB, {"percentile": ""}).percentile is None
    assert proposed(rule, CLUB, {}).percentile == 90


def test_a_single_run_keeps_its_own_basis_and_persistence() -> None:
    sent = FORM | {"threshold": "20", "basis": "literal", "hold_days": "9", "floor_base": "6"}
    expected = replace(RUN, threshold_pct=20, floor_base=6_000, floor_rise=3_000)
    assert proposed(RUN, CLUB, sent) == expected


def test_ratios_are_turned_on_and_off_and_nothing_else() -> None:
    assert proposed(ACWR, "t", FORM | {"threshold": "x"}) == replace(
        ACWR, team_id="t", enabled=True
    )


def test_a_team_has_its_own_rule_before_the_clubs() -> None:
    own = replace(SPIKE, team_id="t", version=2, threshold_pct=30)
    found = in_force([own, SPIKE])
    assert found["spike", "run_m"] is own


def test_a_team_that_went_back_has_the_clubs() -> None:
    back = ruletypes.back_to_club(replace(SPIKE, team_id="t", version=2, threshold_pct=30))
    assert in_force([back, SPIKE])["spike", "run_m"] is SPIKE


def test_of_two_teams_the_rule_changed_last_counts() -> None:
    older = replace(SPIKE, team_id="a", version=9, known_at=NOW)
    newer = replace(SPIKE, team_id="b", version=2, known_at=NOW + timedelta(days=1))
    club = replace(SPIKE, version=10, known_at=NOW + timedelta(days=2))
    for rows in ([older, newer, club], [club, newer, older]):
        assert in_force(rows)["spike", "run_m"] is newer


def test_every_channel_has_a_rule_and_one_that_was_never_set_is_off() -> None:
    found = in_force([])
    assert list(found) == list(KEYS.values())
    assert {channel for rule, channel in found if rule == "spike"} == set(CHANNELS)
    assert not any(rule.enabled or rule.version for rule in found.values())


def test_a_channel_without_a_shipped_rule_starts_with_sensible_floors() -> None:
    start = unset(("spike", "descent_m"))
    assert (start.floor_base, start.floor_rise) == (200, 100)
    assert proposed(start, CLUB, {"enabled": "yes"}).enabled
