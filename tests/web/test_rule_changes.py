"""A rule that changes: flags raised before are judged as they were raised, and none is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from clubmon.flag import flagging
from clubmon.load import marts
from clubmon.storage.store import Row

Record = Callable[..., None]


@pytest.fixture
def flagged(club: Any, record: Record) -> Any:
    """An athlete whose last week is far above usual, and the night that said so."""
    record(club.ids["athlete"], yesterday(club), km=[6] * 54 + [0] + [6] * 5 + [10] * 7)
    night(club)
    assert [row["rule_version"] for row in spikes(club)] == [1]
    return club


def yesterday(club: Any) -> date:
    day: date = club.now.date() - timedelta(days=1)
    return day


def night(club: Any) -> flagging.FlagCount:
    marts.rebuild(club.store, club.now.date(), club.now)
    return flagging.flag(club.store, club.settings, club.now.date(), club.now)


def spikes(club: Any) -> list[Row]:
    rows: list[Row] = club.store.rows(
        "SELECT * FROM app.flag WHERE rule = 'spike' AND channel = 'run_m' ORDER BY morning"
    )
    return rows


def save(club: Any, **changes: object) -> None:
    """A second version of the running rule, saved now."""
    values = {"version": 2, **changes}
    columns = ", ".join(f"? AS {name}" for name in (*values, "known_at"))
    club.store.execute(
        "app",
        f"INSERT INTO app.rule BY NAME SELECT r.* REPLACE ({columns}) FROM app.rule AS r "
        "WHERE r.rule = 'spike' AND r.channel = 'run_m' AND r.version = 1",
        [*values.values(), club.now],
    )


def test_a_flag_that_is_still_true_by_its_own_version_stands(flagged: Any) -> None:
    save(flagged, threshold_pct=30, enabled=False)
    night(flagged)
    assert [row["superseded_at"] for row in spikes(flagged)] == [None]


def test_a_flag_that_turns_out_untrue_by_its_own_version_is_marked(
    flagged: Any, record: Record
) -> None:
    save(flagged, threshold_pct=30)
    # a late file fills the rest day of the week before: that was just as long
    record(flagged.ids["athlete"], yesterday(flagged) - timedelta(days=12), km=[40])
    night(flagged)
    assert [row["superseded_at"] for row in spikes(flagged)] == [flagged.now]


def test_a_new_version_raises_nothing_of_mornings_before_it_was_saved(
    club: Any, record: Record
) -> None:
    # three weeks ago a week that only a stricter rule minds
    record(club.ids["athlete"], yesterday(club), km=[6] * 45 + [7] * 7 + [6] * 15)
    night(club)
    assert spikes(club) == []
    save(club, threshold_pct=10, basis="literal", floor_rise=1000, hold_days=1, from_day=14)
    night(club)
    assert spikes(club) == []


def test_it_raises_what_goes_on_when_it_is_saved(club: Any, record: Record) -> None:
    record(club.ids["athlete"], yesterday(club), km=[6] * 60 + [7] * 5)
    night(club)
    save(club, threshold_pct=10, floor_rise=1000, hold_days=1)
    night(club)
    assert [(row["rule_version"], row["morning"]) for row in spikes(club)] == [(2, club.now.date())]
