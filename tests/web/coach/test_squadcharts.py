"""What the squad's charts promise: values, and per consent what is in them and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, people
from clubmon.load import marts
from clubmon.load.channels import CHANNELS
from clubmon.policy import Consent
from clubmon.sdk import SquadRow
from clubmon.web.coach import squad_figures
from clubmon.web.coach.squadcharts import CHARTS
from tests.conftest import record_sessions

STEADY = [8, 0, 10, 0, 8, 0, 14] * 8
JUMP = [*STEADY[:-7], 10, 0, 13, 0, 12, 0, 16]


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """Athlete shares all, reserved not tightness; the minor's newest three days are unknown."""
    return further(_trains)


@pytest.fixture
def squad(begun: Any, club: Any) -> Any:
    """A copy of it."""
    return club


def _trains(club: Any) -> None:
    last = _today(club) - timedelta(days=1)
    for who, day, km in (
        ("athlete", last, JUMP),
        ("reserved", last, STEADY),
        ("minor", last - timedelta(days=3), STEADY),
    ):
        record_sessions(club.store, club.ids[who], day, km=km)
    for who, score in (("athlete", 6), ("reserved", 9)):
        _answer(club, who, score)
    marts.rebuild(club.store, _today(club), club.now)


def _today(club: Any) -> date:
    return people.local_today(club.settings, None, club.now)


def _answer(club: Any, who: str, score: int) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, drill_ids, known_at) "
        "VALUES (?, ?, ?, ?, 1, false, '[]', '[]', '[]', ?)",
        [str(uuid7()), club.ids[who], _today(club), score, club.now],
    )


def drawn(club: Any, viewer: str, name: str, query: str = "") -> dict[str, dict[str, Any]]:
    response = club.be(viewer).get(f"/squad/{name}.json{query}")
    assert response.status_code == 200
    figure = response.get_json()
    found = {trace["name"]: trace for trace in figure["data"]}
    return {**found, "": figure["layout"]}


def page(club: Any, viewer: str, query: str = "") -> str:
    return str(club.be(viewer).get(f"/squad{query}").get_data(as_text=True))


def names(layout: dict[str, Any]) -> list[str]:
    return list(layout["yaxis"]["ticktext"])


def take_back(club: Any, who: str, kind: Consent) -> None:
    id_ = club.ids[who]
    consenting.record(club.store, id_, kind, False, id_, "athlete", None, club.now)


def test_loads_of_everyone_who_shares_them_stand_by_day(squad: Any) -> None:
    found = drawn(squad, "coach", "days")
    assert names(found[""]) == ["Athlete", "Minor", "Reserved"]
    marks = [trace for name, trace in found.items() if name]
    assert sum(len(trace["x"]) for trace in marks) == 3 * 42
    assert list(found["Not known"]["y"]) == [1, 1, 1]
    newest = (_today(squad) - timedelta(days=1)).isoformat()
    of_newest = {
        row: text
        for trace in marks
        for row, day, text in zip(
            trace["y"], trace["x"], trace.get("text") or [""] * len(trace["x"]), strict=True
        )
        if day == newest
    }
    assert of_newest == {0: "16", 1: "", 2: "14"}


def test_to_the_coach_tightness_is_drawn_of_those_who_share_it_alone(squad: Any) -> None:
    found = drawn(squad, "coach", "days", "?show=tightness")
    assert names(found[""]) == ["Athlete", "Minor"]
    assert list(found["6 to 7"]["text"]) == ["6"]
    assert "8 to 10" not in found or not found["8 to 10"]["x"]
    assert "Reserved, 9/10" not in page(squad, "coach", "?show=tightness")


def test_the_physio_sees_the_answers_that_the_coach_does_not(squad: Any) -> None:
    found = drawn(squad, "physio", "days", "?show=tightness")
    assert names(found[""]) == ["Athlete", "Minor", "Reserved"]
    assert list(found["8 to 10"]["y"]) == [2]
    assert "Reserved, 9/10" in page(squad, "physio", "?show=tightness")


def test_change_beside_tightness_has_a_point_only_where_both_may_be_seen(squad: Any) -> None:
    found = drawn(squad, "coach", "change")["Athletes"]
    assert (list(found["text"]), list(found["x"])) == (["Athlete"], [6])
    assert found["y"] == [pytest.approx(100 * (51 / 40 - 1), abs=0.05)]
    assert list(drawn(squad, "physio", "change")["Athletes"]["x"]) == [6, 9]


def test_the_table_says_why_somebody_is_not_placed(squad: Any) -> None:
    table = page(squad, "coach").split('aria-label="Change and tightness')[1].split("</table>")[0]
    rows = {
        cells[0]: cells[1:]
        for row in re.findall(r"<tr .*?</tr>", table, re.S)[1:]
        if (cells := [_text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)])
    }
    assert rows == {
        "Athlete": ["+27\xa0%", "6/10"],
        "Reserved": ["±0\xa0%", "not shared"],
        "Minor": ["incomplete", "no answer"],
    }


def _text(cell: str) -> str:
    return re.sub(r"<[^>]+>", "", cell).strip()


def test_consent_to_loads_taken_back_takes_the_athlete_out_of_every_chart(squad: Any) -> None:
    take_back(squad, "athlete", Consent.LOAD)
    for name in CHARTS:
        assert squad.ids["athlete"] not in str(drawn(squad, "coach", name)), name
    assert squad.ids["athlete"] not in str(drawn(squad, "coach", "days", "?show=tightness"))
    assert f"/athlete/{squad.ids['athlete']}" not in page(squad, "coach")


def test_a_physio_with_answers_but_without_loads_finds_no_load(squad: Any) -> None:
    take_back(squad, "reserved", Consent.LOAD)
    assert names(drawn(squad, "physio", "days")[""]) == ["Athlete", "Minor"]
    assert "Reserved" not in drawn(squad, "physio", "weeks")
    coverage = drawn(squad, "physio", "coverage")
    at = names(coverage[""]).index("Reserved")
    assert coverage["Days known"]["x"][at] is None
    assert coverage["Check-ins answered"]["x"][at] == 0  # today is not over


def test_consent_to_tightness_taken_back_leaves_no_trace_for_the_coach(squad: Any) -> None:
    take_back(squad, "athlete", Consent.TIGHTNESS)
    assert names(drawn(squad, "coach", "days", "?show=tightness")[""]) == ["Minor"]
    assert drawn(squad, "coach", "change")["Athletes"]["x"] == []
    assert "6/10" not in page(squad, "coach")


def test_weekly_volume_sums_the_squad_and_counts_what_is_unknown(squad: Any) -> None:
    found = drawn(squad, "coach", "weeks")
    assert found["Athlete"]["y"][-2:] == [40.0, 51.0]
    assert found["Reserved"]["y"] == [40.0] * 6
    assert found["Sum"]["text"][-1].startswith("≥ ")
    assert "Unknown days of all athletes together, week by week: 0, 0, 0, 0, 0, 3." in page(
        squad, "coach"
    )


def test_coverage_counts_days_known_and_answers(squad: Any) -> None:
    found = drawn(squad, "coach", "coverage")
    assert found["Days known"]["x"] == [42, 39, 42]
    assert "Half of the squad or more has all 42 days known." in page(squad, "coach")


def test_another_team_is_neither_drawn_nor_named(squad: Any) -> None:
    for name in CHARTS:
        assert squad.ids["athlete"] not in str(drawn(squad, "outsider", name))
    assert "Reserved" not in page(squad, "outsider")
    assert names(drawn(squad, "coach", "days", "?team=Team B")[""]) == []


def test_an_unknown_channel_or_chart_is_no_error_of_ours(squad: Any) -> None:
    assert drawn(squad, "coach", "days", "?show=nonsense") == drawn(squad, "coach", "days")
    assert squad.be("coach").get("/squad/nonsense.json").status_code == 404


def test_every_drawing_has_its_sentence_and_its_table(squad: Any) -> None:
    html = page(squad, "coach")
    for name in CHARTS:
        assert f'id="{name}-summary"' in html
        assert f'data-summary="{name}-summary"' in html
    assert html.count("The numbers behind the drawing") == len(CHARTS)
    assert "3 athletes, " in html


def test_numbers_of_a_table_have_the_decimals_of_what_is_drawn(squad: Any) -> None:
    dense = page(squad, "coach").partition('class="dense"')[2].partition("</table>")[0]
    found = re.findall(r"<td>([\d.]+)", dense)
    assert found
    assert all(re.fullmatch(r"\d+\.\d", number) for number in found)


def test_before_the_first_night_the_page_says_that_nothing_is_shared_or_known(club: Any) -> None:
    html = page(club, "coach")
    assert "Nothing is known of these weeks." in html
    assert "0 athletes of 4" not in html


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((0.0, None), ()),
        ((5.0,) * 8, ("any km",)),
        (
            (2.0, 4.0, 6.0, 8.0),
            ("below 4.0 km", "4.0 to 6.0 km", "6.0 to 8.0 km", "8.0 km or more"),
        ),
    ],
)
def test_shades_hold_about_as_many_days_each(
    values: tuple[float | None, ...], labels: tuple[str, ...]
) -> None:
    made = squad_figures.shades([SquadRow("a", "/", values)], CHANNELS["run_m"])
    assert tuple(shade.label for shade in made) == labels
