"""The sums on a screen say so where days behind them are not known."""

from __future__ import annotations

import re

from clubmon.club import screens
from clubmon.club.screens import Wanted
from tests.web.coach.test_today import Morning, morning

__all__ = ["morning"]


def sums(morning: Morning) -> str:
    """What a new wall display of team A sums up, as it is heard."""
    club, of = morning.club, morning.club.ids["team"]
    wanted = Wanted("wall", "names", "Room", 7)
    screens.make(club.store, club.ids["coach"], of, wanted, club.now)
    (made, *_) = screens.in_force(club.store, [of], club.now)
    path = "/" + screens.address(club.settings, made).split("/", 3)[3]
    html = club.be(None).get(path).get_data(as_text=True)
    found = html.split('class="sums"', 1)[1].split("</dl>")[0].split(">", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)).strip()


def test_a_sum_is_told_as_the_least_that_it_can_be_where_a_day_of_somebody_is_not_known(
    morning: Morning,
) -> None:
    morning.trains("athlete")
    morning.trains("minor")
    morning.dawns()
    assert re.match(r"run 80\.0 km days of training 8\b", sums(morning))
    morning.club.later(days=2)
    morning.trains("minor", [5.0])
    morning.dawns()
    assert re.match(r"run ≥ at least \d+\.0 km days of training ≥ at least \d\b", sums(morning))
