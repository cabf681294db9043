"""How a coach has the squad grid shown: asked for in the address, kept, and never another's."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from clubmon.web.coach import gridview, order
from clubmon.web.coach.gridview import View
from tests.web.coach.test_today import JUMP, Morning, Page, morning

__all__ = ["morning"]


def show(morning: Morning, query: str = "", who: str = "coach") -> Page:
    return morning.page(who, query)


def keep(morning: Morning, who: str = "coach", **fields: Any) -> None:
    client = morning.club.be(who)
    assert morning.club.post(client, "/today/view", "/today", **fields).status == 303


def headings(page: Page) -> list[str]:
    head = page.html.split("<thead", 1)[1].split("</thead>", 1)[0]
    return [part.split("</a>")[0].split(">")[-1] for part in head.split("</th>")[:-1]]


def test_a_second_press_on_a_heading_turns_the_order(morning: Morning) -> None:
    morning.trains("athlete")
    morning.trains("reserved", JUMP)
    morning.dawns()
    first = show(morning, "?sort=km")
    assert first.order == ["Reserved", "Athlete", "Minor"]
    assert 'aria-sort="descending"' in first.html
    assert "sort=km&amp;turned=1" in first.html
    turned = show(morning, "?sort=km&turned=1")
    assert turned.order == ["Athlete", "Reserved", "Minor"]  # unknown stays last
    assert 'aria-sort="ascending"' in turned.html


def test_every_column_can_be_sorted_by_and_left_out(morning: Morning) -> None:
    for key, column in order.COLUMNS.items():
        asked = show(morning, f"?columns={key}&sort={key}")
        assert headings(asked) == ["Athlete", column.head]
        assert len(asked.order) == 3


def test_a_filter_leaves_people_out_of_the_grid_and_never_out_of_the_list(
    morning: Morning,
) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 7)
    morning.dawns()
    page = show(morning, "?position=Keeper")
    assert "Nobody is like that" in page.text
    assert page.entry("Athlete")
    assert "Talk to one person today" in page.text


def test_the_grid_filters_by_team_position_and_availability(morning: Morning) -> None:
    club = morning.club
    club.store.execute(
        "app", "UPDATE app.person SET position = 'Winger' WHERE person_id = ?",
        [club.ids["reserved"]],
    )  # fmt: skip
    where = f"/athlete/{club.ids['athlete']}"
    club.post(club.be("athlete"), f"{where}/availability", where, state="out")
    assert show(morning, "?position=Winger").order == ["Reserved"]
    assert show(morning, "?availability=out").order == ["Athlete out"]
    assert show(morning, "?availability=full").order == ["Minor", "Reserved"]
    assert len(show(morning, "?team=Team+A").order) == 3


def test_looking_changes_nothing_and_keeping_does_for_one_person_only(morning: Morning) -> None:
    show(morning, "?sort=name&turned=1&columns=km")
    assert headings(show(morning)) != ["Athlete", "7 days, km"]
    keep(morning, sort="name", turned="1", columns=["km"], team="", position="", availability="")
    assert headings(show(morning)) == ["Athlete", "7 days, km"]
    assert show(morning).order == ["Reserved", "Minor", "Athlete"]
    assert len(headings(show(morning, who="physio"))) == 1 + len(order.CHOSEN)


def test_keeping_again_replaces_and_the_start_can_be_had_back(morning: Morning) -> None:
    for columns in (["km"], ["days", "km"]):
        keep(morning, columns=columns)
    assert headings(show(morning)) == ["Athlete", "7 days, km", "Days"]
    keep(morning, reset="1", columns=["km"])
    assert gridview.kept(morning.club.store, morning.club.ids["coach"]) == View()


def test_what_differs_from_what_is_kept_can_be_kept(morning: Morning) -> None:
    assert "Keep it like this" not in show(morning).text
    assert "Keep it like this" in show(morning, "?sort=name").text


@pytest.mark.parametrize(
    "query", ["sort=nonsense", "turned=x", "columns=nothing", "availability=ill", "team="]
)
def test_what_makes_no_sense_is_left_as_it_was(query: str) -> None:
    fields = {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}
    assert gridview.made(fields, [fields.get("columns", "")], View()) == View()


def test_a_long_name_is_cut_before_it_is_kept() -> None:
    assert len(gridview.made({"team": "x" * 9999}, [], View()).team) == gridview.LONGEST
