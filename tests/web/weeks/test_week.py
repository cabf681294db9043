"""The page on which a coach lays out the week: what it takes, what it says, and of whom."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from clubmon.load import weekrows
from clubmon.policy import Consent
from tests.web.coach.test_today import STEADY, Morning, morning

__all__ = ["morning"]


@pytest.fixture
def trained(morning: Morning) -> Morning:
    """Two of team A with the same steady weeks; one keeps tightness from the coach."""
    for who in ("athlete", "reserved"):
        morning.trains(who, STEADY)
    morning.dawns()
    return morning


def text(morning: Morning, who: str = "coach") -> str:
    html = morning.club.be(who).get("/week").get_data(as_text=True).split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def post(morning: Morning, path: str = "", who: str = "coach", **fields: Any) -> int:
    club = morning.club
    where = f"/week/{club.ids['team']}{path}"
    return int(club.post(club.be(who), where, "/week", **fields).status)


def planned(morning: Morning) -> list[weekrows.Session]:
    last = morning.today + timedelta(days=60)
    return weekrows.between(morning.club.store, [morning.club.ids["team"]], morning.today, last)


def test_a_plan_is_told_with_the_rule_the_mornings_and_the_numbers(trained: Morning) -> None:
    before = text(trained)
    assert "No condition would be true. Judged: Athlete" in before
    for n in (0, 2, 4):
        day = trained.today + timedelta(days=n)
        assert post(trained, athlete="", day=day, km="16,5", ascent="", tonnes="", sets="") == 303
    said = text(trained)
    assert "1 of 1 would be flagged anew" in said
    assert re.search(r"Athlete 49\.5 km Single run: true on the morning of", said)
    assert re.search(r"Running, week: true on the mornings of \w+ \d+ Nov to", said)
    assert "It would be flagged on" in said
    assert said.count("16.5 km everybody") == 3


def test_who_does_not_share_tightness_is_counted_and_not_told_tight_or_not(
    trained: Morning,
) -> None:
    post(trained, day=trained.today, km="40")
    calm = text(trained)
    assert "do not share tightness with you, whether tight or not: 1" in calm
    judged = calm.split("What the rules would make of it", 1)[1]
    assert "Reserved" not in judged
    trained.answers("reserved", 9)
    assert text(trained) == calm
    assert "Reserved" in text(trained, "physio").split("What the rules", 1)[1]


def test_nothing_is_told_of_who_is_tight_nor_of_loads_that_are_not_shared(
    trained: Morning,
) -> None:
    trained.join("Robin", Consent.HEALTH)
    post(trained, day=trained.today, km="40")
    trained.answers("athlete", 5)
    said = text(trained)
    assert "Left out: tightness is 3 or more" in said
    assert "Single run: true" not in said
    assert "do not share their loads: 1" in said
    assert "Robin" not in said


def test_a_session_is_moved_copied_and_taken_out(trained: Morning) -> None:
    day = trained.today + timedelta(days=1)
    post(trained, athlete=trained.club.ids["athlete"], day=day, tonnes="4.5", sets="6")
    (one,) = planned(trained)
    assert one.amounts == {"tonnage_g": 4_500_000, "eccentric_sets": 6}
    later = day + timedelta(days=2)
    assert post(trained, f"/{one.planned_id}", action="move", day=later) == 303
    assert [found.day for found in planned(trained)] == [later]
    post(trained, f"/{one.planned_id}", action="copy", day=day)
    both = planned(trained)
    assert [(found.day, found.amounts) for found in both] == [(day, one.amounts),
                                                              (later, one.amounts)]  # fmt: skip
    post(trained, f"/{one.planned_id}", action="remove")
    assert [found.day for found in planned(trained)] == [day]
    assert post(trained, f"/{one.planned_id}", action="move", day=day) == 303  # gone, and no error


def test_ascent_of_a_thousand_metres_is_planned_however_it_is_grouped(morning: Morning) -> None:
    for n, ascent in enumerate(("1.250", "1,250", "1 250", "1250")):
        post(morning, day=morning.today + timedelta(days=n), ascent=ascent)
    assert [one.amounts for one in planned(morning)] == [{"ascent_m": 1250}] * 4


def test_a_button_that_is_pressed_twice_plans_one_session_and_a_second_one_later_another(
    morning: Morning,
) -> None:
    fields: dict[str, Any] = {"day": morning.today, "km": "10"}
    for _ in range(2):
        post(morning, **fields)
    (one,) = planned(morning)
    post(morning, **fields, sets="3")
    morning.club.later(seconds=30)
    for _ in range(2):
        post(morning, f"/{one.planned_id}", action="copy", day=morning.today)
    amounts = [found.amounts for found in planned(morning)]
    assert amounts.count({"run_m": 10_000}) == 2
    assert len(amounts) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"km": ""},
        {"km": "0"},
        {"km": "-3"},
        {"km": "far"},
        {"km": "nan"},
        {"km": "1e9"},
        {"km": "12", "day": "yesterday"},
        {"km": "12", "day": "2026-01-01"},
        {"km": "12", "sets": "many"},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_planned(
    morning: Morning, fields: dict[str, str]
) -> None:
    client, club = morning.club.be("coach"), morning.club
    given = {"day": str(morning.today), **fields}
    assert club.post(client, f"/week/{club.ids['team']}", "/week", **given).status == 303
    page = client.get("/week").get_data(as_text=True)
    assert '<p class="error" role="alert">' in page
    assert 'role="status"' not in page
    assert planned(morning) == []


def test_nobody_plans_for_athletes_of_another_team_or_with_another_teams_sessions(
    morning: Morning,
) -> None:
    ids, day = morning.club.ids, morning.today
    assert post(morning, athlete=ids["athlete_b"], day=day, km="9") == 404
    assert planned(morning) == []
    post(morning, athlete=ids["athlete"], day=day, km="9")
    (one,) = planned(morning)
    other = f"/week/{ids['team_b']}/{one.planned_id}"
    posted = morning.club.post(morning.club.be("outsider"), other, "/week", action="remove")
    assert posted.status == 303
    assert planned(morning) == [one]


def test_a_physio_reads_the_plan_and_has_no_form(morning: Morning) -> None:
    post(morning, day=morning.today, km="9")
    html = morning.club.be("physio").get("/week").get_data(as_text=True)
    assert "9.0" in html
    assert "Plan it" not in html
    assert "Take out" not in html
