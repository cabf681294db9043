"""The athlete's figure, tested as data: what is drawn, where, and in which colours."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import clubmon_dashboards
import pytest
from clubmon_dashboards.athlete import RECENT, figure
from clubmon_dashboards.style import TOKENS
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import AthleteChart, PlanMark
from clubmon.words import language

FIRST = date(2026, 10, 6)


def chart(loads: list[float | None] | None = None, **changes: Any) -> AthleteChart:
    given_loads = [8.0, 0.0, 10.0, None, 8.0, 0.0, 14.0] * 6 if loads is None else loads
    n = len(given_loads)
    made = AthleteChart(
        title="Amara: Running",
        channel="Running",
        unit="km",
        days=tuple(FIRST + timedelta(days=i) for i in range(n)),
        load=tuple(given_loads),
        week=(40.0,) * n,
        flag_line=(46.0,) * n,
    )
    return replace(made, **changes)


def traces(data: AthleteChart) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure(data)["data"]}


def test_bars_are_the_days_loads_and_unknown_days_have_none() -> None:
    bars = traces(chart())["Running per day"]
    assert list(bars["y"][:4]) == [8.0, 0.0, 10.0, None]
    assert bars["x"][0] == "2026-10-06"


def test_a_day_of_which_nothing_is_known_is_a_cross_and_not_a_zero() -> None:
    crosses = traces(chart([8.0, None, 0.0]))["Nothing known"]
    assert list(crosses["x"]) == ["2026-10-07"]
    assert crosses["marker"]["symbol"] == "x-thin"
    assert "Nothing known" not in traces(chart([8.0, 0.0]))


def test_the_last_seven_bars_are_dark() -> None:
    colours = list(traces(chart())["Running per day"]["marker"]["color"])
    assert len(set(colours[-RECENT:])) == 1
    assert set(colours[:-RECENT]).isdisjoint(colours[-RECENT:])


def test_the_week_and_the_line_that_raises_a_flag_share_an_axis() -> None:
    found = traces(chart())
    assert found["Seven days"]["yaxis"] == found["Above this it is flagged"]["yaxis"]
    assert list(found["Above this it is flagged"]["y"]) == [46.0] * 42


def test_a_rule_that_cannot_fire_draws_no_line() -> None:
    assert "Above this it is flagged" not in traces(chart(flag_line=(None,) * 42))


def test_gaps_in_the_week_stay_gaps() -> None:
    assert traces(chart())["Seven days"]["connectgaps"] is False


def test_tightness_is_drawn_only_where_it_was_handed_over() -> None:
    assert not [name for name in traces(chart()) if "hamstring" in name]
    found = traces(chart(left=(3,) * 42, right=(None,) * 42))
    assert list(found["Left hamstring"]["y"]) == [3] * 42
    assert "tightness" not in json.dumps(figure(chart())).lower()


def test_the_legs_differ_in_shape_and_dash_too() -> None:
    found = traces(chart(left=(3,) * 42, right=(2,) * 42))
    left, right = found["Left hamstring"], found["Right hamstring"]
    assert left["marker"]["symbol"] != right["marker"]["symbol"]
    assert left["line"]["dash"] != right["line"]["dash"]


def test_every_panel_shares_one_time_axis() -> None:
    made = figure(chart(left=(3,) * 42, right=(2,) * 42, lifted=(4.0,) * 42))
    assert all(trace.get("xaxis", "x") == "x" for trace in made["data"])
    assert len({trace["yaxis"] for trace in made["data"]}) == 4


@given(with_tightness=st.booleans(), with_lifts=st.booleans())
def test_panels_never_overlap(with_tightness: bool, with_lifts: bool) -> None:
    data = chart(
        left=(1,) * 42 if with_tightness else None,
        right=(1,) * 42 if with_tightness else None,
        lifted=(1.0,) * 42 if with_lifts else None,
    )
    layout = figure(data)["layout"]
    domains = [layout[name]["domain"] for name in layout if name.startswith("yaxis")]
    for upper, lower in pairwise(domains):
        assert 0 <= lower[0] < lower[1] < upper[0] < upper[1] <= 1


@given(st.lists(st.none() | st.floats(0, 400), min_size=0, max_size=182))
def test_any_series_becomes_a_figure_that_json_takes(loads: list[float | None]) -> None:
    text = json.dumps(figure(chart(loads)), allow_nan=False)
    assert "bdata" not in text


def test_every_colour_is_a_token_of_the_stylesheet() -> None:
    made = figure(chart(left=(3,) * 42, right=(2,) * 42, lifted=(4.0,) * 42))
    used = set(re.findall(r"#[0-9a-f]{6}", json.dumps({"data": made["data"]})))
    assert used <= set(TOKENS)
    css = Path(__file__).parents[2] / "clubmon" / "web" / "static" / "clubmon.css"
    light = css.read_text(encoding="utf-8").split("@media", 1)[0]
    for colour, token in TOKENS.items():
        assert f"{token}: {colour};" in light


@pytest.mark.parametrize("weeks", [6, 12, 26])
def test_ticks_are_mondays(weeks: int) -> None:
    axis = figure(chart([1.0 for _ in range(weeks * 7)]))["layout"]["xaxis"]
    assert date.fromisoformat(axis["tick0"]).weekday() == 0
    assert axis["dtick"] % (7 * 86_400_000) == 0


def test_the_package_says_what_it_is() -> None:
    assert clubmon_dashboards.__doc__


def test_a_day_that_is_still_running_is_not_called_unknown() -> None:
    data = chart([8.0, None, None], running=True)
    assert data.complete == 2
    assert traces(data)["Nothing known"]["x"] == ["2026-10-07"]


def test_the_last_seven_complete_days_are_dark_while_a_day_is_running() -> None:
    colours = traces(chart([5.0] * 20, running=True))["Running per day"]["marker"]["color"]
    assert len(set(colours[20 - 1 - RECENT : 20])) == 1
    assert colours[20 - 2 - RECENT] != colours[-1]


def test_the_usual_range_is_a_band_wherever_both_ends_are_known() -> None:
    low = (None, 30.0, 31.0, None, 32.0) + (None,) * 37
    high = (50.0, 48.0, 49.0, 50.0, 51.0) + (None,) * 37
    made = figure(chart(usual_low=low, usual_high=high))
    bands = [trace for trace in made["data"] if trace["name"] == "Own usual range"]
    assert [list(band["y"]) for band in bands] == [[48.0, 49.0, 31.0, 30.0], [51.0, 32.0]]
    assert list(bands[0]["x"]) == ["2026-10-07", "2026-10-08", "2026-10-08", "2026-10-07"]
    assert [band["showlegend"] for band in bands] == [True, False]
    assert {band["yaxis"] for band in bands} == {traces(chart())["Seven days"]["yaxis"]}


def test_without_a_usual_range_there_is_no_band() -> None:
    assert "Own usual range" not in traces(chart())
    assert "Own usual range" not in traces(chart(usual_low=(None,) * 42, usual_high=(None,) * 42))


PLANS = (
    PlanMark(FIRST - timedelta(days=20), FIRST - timedelta(days=6), "worse"),
    PlanMark(FIRST - timedelta(days=3), FIRST + timedelta(days=11), "better"),
    PlanMark(FIRST + timedelta(days=30), FIRST + timedelta(days=60), ""),
)


def test_plans_are_drawn_above_the_scores_from_start_to_end_as_far_as_they_are_in_view() -> None:
    made = figure(chart(left=(3,) * 42, right=(1,) * 42, plans=PLANS))
    drawn = [trace for trace in made["data"] if trace["name"] == "Plan"]
    assert [list(plan["x"]) for plan in drawn] == [
        ["2026-10-06", "2026-10-17"],
        ["2026-11-05", "2026-11-16"],
    ]
    assert ["better" in drawn[0]["hovertemplate"], "goes on" in drawn[1]["hovertemplate"]] == [
        True
    ] * 2
    assert drawn[0]["marker"]["symbol"][1] != drawn[1]["marker"]["symbol"][1]
    assert min(drawn[0]["y"]) > 10
    assert [plan["showlegend"] for plan in drawn] == [True, False]


def test_plans_are_never_drawn_where_tightness_is_not() -> None:
    assert "Plan" not in traces(chart(plans=PLANS))


def test_names_of_lines_days_and_months_are_in_the_readers_language() -> None:
    with language.using("de"):
        made = figure(chart(left=(1,) * 42, right=(0,) * 42))
    names = {trace.get("name") for trace in made["data"]}
    assert {"Sieben Tage", "Darüber wird gemeldet", "Oberschenkelrückseite links"} <= names
    assert made["layout"]["meta"]["names"]["shortDays"][1] == "Mo."
    assert made["layout"]["meta"]["names"]["months"][9] == "Oktober"
    assert made["layout"]["separators"].startswith(",")
    assert made["layout"]["xaxis"]["tickformat"] == "%-d. %b"
