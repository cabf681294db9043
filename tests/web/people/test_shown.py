"""Whoever is signed in chooses a language and units, and is shown things so from then on."""

from __future__ import annotations

import pytest

from clubmon.club import showing
from clubmon.club.showing import Showing
from clubmon.words import units
from tests.web.conftest import Club

PAGE = "/shown"


def chosen(club: Club, who: str) -> Showing:
    return showing.chosen(club.store, club.ids[who])


def test_at_first_the_clubs_count(club: Club) -> None:
    page = club.be("coach").get(PAGE).get_data(as_text=True)
    assert page.count(" checked") == 3
    assert "As the club has it: English" in page
    assert "As the club has it: kilometres" in page


def test_a_choice_is_kept_and_the_next_page_is_so(club: Club) -> None:
    client = club.be("coach")
    club.post(client, PAGE, PAGE, language="de", distance="mi", weight="lb")
    assert chosen(club, "coach") == Showing("de", "mi", "lb")
    page = client.get(PAGE).get_data(as_text=True)
    assert "Sprache und Einheiten" in page
    assert "Gespeichert." in page


def test_it_is_ones_own(club: Club) -> None:
    club.post(club.be("coach"), PAGE, PAGE, language="de", distance="", weight="")
    assert chosen(club, "physio") == Showing()
    assert '<html lang="en">' in club.be("physio").get(PAGE).get_data(as_text=True)


def test_it_can_be_left_to_the_club_again(club: Club) -> None:
    client = club.be("athlete")
    club.post(client, PAGE, PAGE, language="de", distance="mi", weight="")
    club.post(client, PAGE, PAGE, language="", distance="", weight="")
    assert chosen(club, "athlete") == Showing()


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"distance": "furlong"}, {"weight": "t"}])
def test_what_is_not_offered_is_refused_in_a_sentence(club: Club, wrong: dict[str, str]) -> None:
    answer = club.post(club.be("coach"), PAGE, PAGE, **wrong)
    assert answer.status == 400
    assert "choose one of those the page offers" in answer.text
    assert chosen(club, "coach") == Showing()


def test_units_end_with_the_request(club: Club) -> None:
    showing.choose(club.store, club.ids["coach"], Showing("de", "mi", "lb"), club.now)
    club.be("coach").get(PAGE)
    assert (units.distance(), units.weight()) == ("km", "kg")
