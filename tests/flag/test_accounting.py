"""How flags are counted: what each came to, what is hidden, when the rules ask for a review."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.flag import accounting
from clubmon.flag.accounting import ENOUGH, Raised

OCTOBER, TODAY = date(2026, 10, 5), date(2026, 11, 17)
AT = datetime(2026, 10, 5, 4, tzinfo=UTC)
CONTACT = AT + timedelta(days=2)


def flag(who: object = "a", morning: date = OCTOBER, **came: Any) -> Raised:
    return Raised(str(who), morning, came.pop("source", ("spike", "run_m")), AT, **came)


def test_each_flag_counts_once_and_acting_outweighs_what_came_later() -> None:
    (month,) = accounting.months(
        [
            flag(contact_at=CONTACT, dismissed="The data is wrong", superseded=True),
            flag(dismissed="The data is wrong", superseded=True),
            flag(superseded=True),
            flag(),
        ]
    )
    assert (month.raised, month.acted, month.dismissed, month.superseded) == (4, 1, 1, 1)
    assert month.reasons == (("The data is wrong", 1),)
    assert month.acted_pct == 33  # one of the three that were not superseded
    assert month.days == 2.0


def test_months_run_from_the_newest() -> None:
    found = accounting.months([flag(), flag(morning=date(2026, 11, 2))])
    assert [month.first for month in found] == [date(2026, 11, 1), date(2026, 10, 1)]


def test_a_month_of_superseded_flags_has_no_share() -> None:
    (month,) = accounting.months([flag(superseded=True)])
    assert month.acted_pct is None
    assert month.days is None


def test_of_fewer_than_five_athletes_no_number_is_told() -> None:
    (month,) = accounting.months([flag(i % 4) for i in range(40)], hide_few=True)
    assert (month.raised, month.acted, month.dismissed, month.superseded) == (None,) * 4
    assert (month.acted_pct, month.days, month.reasons) == (None, None, ())


def test_a_cell_that_few_stand_behind_is_hidden_and_cannot_be_worked_out() -> None:
    acted = [flag(i, contact_at=CONTACT) for i in range(9)]
    (month,) = accounting.months([*acted, flag(9, dismissed="x")], hide_few=True)
    assert month.raised == 10
    assert month.acted is None  # ten less nine would tell of the one
    assert month.dismissed is None
    assert month.days is None


def test_what_enough_stand_behind_is_told() -> None:
    flags = [flag(i, contact_at=CONTACT) for i in range(6)] + [flag(10 + i) for i in range(6)]
    (month,) = accounting.months(flags, hide_few=True)
    assert (month.raised, month.acted, month.days) == (12, 6, 2.0)


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["acted", "x", "gone", ""]))))
def test_no_told_number_has_one_to_four_athletes_behind_it_or_beside_it(
    made: list[tuple[int, str]],
) -> None:
    flags = [
        flag(who, contact_at=CONTACT if came == "acted" else None,
             dismissed="x" if came == "x" else None, superseded=came == "gone")
        for who, came in made
    ]  # fmt: skip
    for month in accounting.months(flags, hide_few=True):
        cells = {"acted": month.acted, "dismissed": month.dismissed, "superseded": month.superseded}
        for outcome, told in cells.items():
            if told is not None:
                behind = {one.athlete_id for one in flags if one.outcome == outcome}
                beside = {one.athlete_id for one in flags if one.outcome != outcome}
                assert len(behind) >= ENOUGH
                assert not beside or len(beside) >= ENOUGH


@pytest.mark.parametrize(("acted", "asked"), [(2, (date(2026, 10, 1), 20)), (3, None)])
def test_below_thirty_per_cent_the_rules_ask_for_a_review(
    acted: int, asked: tuple[date, int] | None
) -> None:
    flags = [flag(contact_at=CONTACT)] * acted + [flag()] * (10 - acted)
    assert accounting.to_review(flags, TODAY) == asked


def test_flags_of_this_week_may_still_be_acted_on_and_few_say_nothing() -> None:
    assert accounting.to_review([flag(morning=TODAY)] * 9, TODAY) is None
    assert accounting.to_review([flag()] * (ENOUGH - 1), TODAY) is None


def test_the_rule_that_raised_most_for_nothing_comes_first() -> None:
    lifts = flag(source=("spike", "tonnage_g"))
    acted = flag(source=("single_run", "run_m"), contact_at=CONTACT)
    found = accounting.least_acted([flag(), lifts, lifts, acted], date(2026, 10, 1))
    assert found == [("spike", "tonnage_g"), ("spike", "run_m")]
