"""The squad's figures, tested as data: every value is where it belongs, and nothing else is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from clubmon_dashboards import squad
from clubmon_dashboards.style import TOKENS
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import (
    Shade,
    SquadChange,
    SquadCoverage,
    SquadDays,
    SquadPoint,
    SquadRow,
    SquadWeeks,
)
from clubmon.words import language

FIRST = date(2026, 10, 6)
DAYS = tuple(FIRST + timedelta(days=at) for at in range(42))
SHADES = (Shade("below 6 km", 0), Shade("6 to 9 km", 6), Shade("9 km or more", 9))
AMARA = SquadRow("Amara Okafor", "/athlete/a", (0.0, 5.5, None, 6.0, 12.0) + (0.0,) * 37)
JONAS = SquadRow("Jonas Weber", "/athlete/j", (8.9, 9.0) + (None,) * 40)


def of_days(**changes: Any) -> SquadDays:
    made = SquadDays("Running", "km", DAYS, (AMARA, JONAS), SHADES, "None that day", "Not known")
    return replace(made, **changes)


def traces(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure["data"]}


def cells(trace: dict[str, Any]) -> list[tuple[str, int]]:
    return list(zip(trace["x"], trace["y"], strict=True))


def test_every_day_of_everybody_is_one_mark_in_the_shade_of_its_value() -> None:
    found = traces(squad.days(of_days()))
    assert cells(found["below 6 km"]) == [("2026-10-07", 0)]
    assert cells(found["6 to 9 km"]) == [("2026-10-09", 0), ("2026-10-06", 1)]
    assert cells(found["9 km or more"]) == [("2026-10-10", 0), ("2026-10-07", 1)]
    assert list(found["9 km or more"]["text"]) == ["12", "9"]
    assert sum(len(trace["x"]) for trace in found.values()) == 2 * 42


def test_an_unknown_day_is_told_from_a_day_of_nothing_by_shape_and_name() -> None:
    found = traces(squad.days(of_days()))
    assert ("2026-10-08", 0) in cells(found["Not known"])
    assert ("2026-10-06", 0) in cells(found["None that day"])
    assert found["Not known"]["marker"]["symbol"] != found["None that day"]["marker"]["symbol"]
    assert len(found["Not known"]["x"]) == 41


def test_shades_differ_in_size_too_and_values_are_squares() -> None:
    markers = [traces(squad.days(of_days()))[shade.label]["marker"] for shade in SHADES]
    assert {marker["symbol"] for marker in markers} == {"square"}
    assert all(low["size"] < high["size"] for low, high in pairwise(markers))


def test_a_click_leads_to_the_athlete_of_the_mark() -> None:
    figure = squad.days(of_days())
    assert figure["layout"]["meta"]["links"] == ["/athlete/a", "/athlete/j"]
    for trace in figure["data"]:
        assert list(trace["customdata"]) == list(trace["y"])


def test_two_of_one_name_keep_a_line_each() -> None:
    axis = squad.days(of_days(rows=(AMARA, replace(JONAS, name="Amara Okafor"))))["layout"]["yaxis"]
    assert list(axis["tickvals"]) == [0, 1]
    assert axis["range"][0] > axis["range"][1]  # the first on top


def test_where_there_is_little_room_the_newest_three_weeks_are_shown() -> None:
    layout = squad.days(of_days())["layout"]
    assert layout["meta"]["narrow"]["range"] == ["2026-10-26 12:00", "2026-11-16 12:00"]
    assert layout["xaxis"]["range"] == ["2026-10-05 12:00", "2026-11-16 12:00"]


def of_change(*points: tuple[str, float, int]) -> SquadChange:
    made = tuple(SquadPoint(name, f"/athlete/{name}", pct, tight) for name, pct, tight in points)
    return SquadChange("Change", 15.0, made)


def test_each_athlete_is_a_point_with_a_name() -> None:
    found = traces(squad.change(of_change(("Ada Lo", 31.0, 6), ("Bo Ek", -4.0, 1), ("Cy", 2, 1))))
    assert list(found["Athletes"]["x"]) == [6, 1, 1]
    assert list(found["Athletes"]["y"]) == [31.0, -4.0, 2]
    assert [name.strip() for name in found["Names"]["text"]] == ["Ada L."]
    assert [name.strip() for name in found["Other names"]["text"]] == ["Bo E.", "Cy"]
    assert found["Other names"]["meta"] == {"wide": True}


def test_where_there_is_little_room_a_name_that_meets_a_tighter_legs_name_is_left_out() -> None:
    near = of_change(("Ada Lo", 3.0, 5), ("Bo Ek", 2.5, 6), ("Cy", 40.0, 5), ("Di", 3.0, 9))
    found = traces(squad.change(near))
    assert {name.strip() for name in found["Names"]["text"]} == {"Bo E.", "Cy", "Di"}
    assert [name.strip() for name in found["Other names"]["text"]] == ["Ada L."]
    assert found["Other names"]["textfont"]["color"] == found["Names"]["textfont"]["color"][:1]


def test_who_stands_out_is_filled_others_are_hollow() -> None:
    found = traces(squad.change(of_change(("a", 15.1, 0), ("b", 15.0, 3), ("c", 0.0, 4))))
    filled = list(found["Athletes"]["marker"]["color"])
    assert filled[0] == filled[2] != filled[1]


@given(st.lists(st.tuples(st.floats(-100, 400), st.integers(0, 10)), max_size=40))
def test_labels_of_one_column_keep_apart_and_never_fall_below_their_point(
    drawn: list[tuple[float, int]],
) -> None:
    points = [SquadPoint("x", "/", pct, tight) for pct, tight in drawn]
    heights = squad.label_heights(points, 5.0)
    assert all(height >= point.change_pct for height, point in zip(heights, points, strict=True))
    for column in range(11):
        mine = sorted(h for h, p in zip(heights, points, strict=True) if p.tightness == column)
        assert all(high - low >= 5 - 1e-6 for low, high in pairwise(mine))


WEEKS = SquadWeeks(
    "Volume", "km", (date(2026, 11, 9), date(2026, 11, 16)),
    (SquadRow("Ada", "/athlete/a", (40.0, 30.0)), SquadRow("Bo", "/athlete/b", (20.5, 0.0))),
    (0, 3),
)  # fmt: skip


def test_weeks_are_stacked_by_athlete_with_their_sum_above() -> None:
    figure = squad.weeks(WEEKS)
    assert figure["layout"]["barmode"] == "stack"
    found = traces(figure)
    assert list(found["Ada"]["y"]) == [40.0, 30.0]
    assert list(found["Bo"]["y"]) == [20.5, 0.0]
    assert list(found["Sum"]["y"]) == [60.5, 30.0]


def test_a_sum_with_unknown_days_in_it_is_at_least_that() -> None:
    assert list(traces(squad.weeks(WEEKS))["Sum"]["text"]) == ["60", "≥ 30"]


def test_coverage_has_a_bar_for_what_is_known_and_one_for_what_was_answered() -> None:
    rows = (SquadRow("Ada", "/athlete/a", (40, 12)), SquadRow("Bo", "/athlete/b", (None, 42)))
    figure = squad.coverage(SquadCoverage("Coverage", 42, rows))
    found = traces(figure)
    assert list(found["Days known"]["x"]) == [40, None]
    assert list(found["Check-ins answered"]["x"]) == [12, 42]
    assert list(figure["layout"]["xaxis"]["range"]) == [0, 42]


NOBODY = [
    squad.days(SquadDays("t", "", DAYS, (), (), "0", "No answer")),
    squad.change(of_change()),
    squad.weeks(SquadWeeks("t", "km", (), (), ())),
    squad.coverage(SquadCoverage("t", 42, ())),
]
SOMEBODY = [
    squad.days(of_days()),
    squad.change(of_change(("a", 20.0, 5))),
    squad.weeks(WEEKS),
    squad.coverage(SquadCoverage("t", 42, (SquadRow("Ada", "/", (40, 12)),))),
]


@pytest.mark.parametrize("figure", NOBODY + SOMEBODY)
def test_a_squad_of_any_size_becomes_a_figure_that_json_takes(figure: dict[str, Any]) -> None:
    text = json.dumps(figure, allow_nan=False)
    assert "bdata" not in text
    used = set(re.findall(r"#[0-9a-f]{6}", json.dumps([figure["data"], figure["layout"]])))
    assert used <= set(TOKENS)


def test_labels_and_sums_are_in_the_readers_language() -> None:
    row = SquadRow("Amara Okafor", "/athlete/a", (1234.5, 5.5))
    of_weeks = SquadWeeks("Laufen", "km", (date(2026, 11, 10), date(2026, 11, 17)), (row,), (0, 2))
    with language.using("de"):
        change, weeks = squad.change(SquadChange("Laufen", 15, ())), squad.weeks(of_weeks)
    assert change["layout"]["xaxis"]["title"]["text"] == "Spannung, schlechteres Bein, 0 bis 10"
    assert list(traces(weeks)["Summe"]["text"]) == ["1\u202f234", "≥ 6"]
    assert traces(weeks)["Summe"]["x"][0] == "bis<br>10. Nov."
