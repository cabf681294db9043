"""What the form about a planned session says, to whom, and what it says of input it cannot read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from uuid6 import uuid7

from tests.web.happenings import train

TUESDAY = date(2026, 11, 17)


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """Six kilometres and two tonnes on every day up to Monday; it is Tuesday morning."""
    return further(train)


@pytest.fixture
def trained(begun: Any, club: Any) -> Any:
    """A copy of it."""
    return club


def page(club: Any, viewer: str, of: str = "athlete", **asked: str) -> str:
    response = club.be(viewer).get(f"/athlete/{club.ids[of]}", query_string=asked)
    assert response.status_code == 200
    return str(response.get_data(as_text=True))


def said(club: Any, viewer: str, of: str = "athlete", **asked: str) -> str:
    """The answer below the form, with plain spaces; '' where there is none."""
    found = re.search(r'class="card wish-said".*?</div>', page(club, viewer, of, **asked), re.S)
    text = html.unescape(re.sub("<[^>]+>", " ", found[0].split(">", 1)[1])) if found else ""
    return " ".join(text.split()).replace(" .", ".").replace(" ,", ",")


@pytest.mark.parametrize("viewer", ["athlete", "coach", "physio"])
def test_a_session_that_the_rule_would_flag_says_when_and_by_how_much(
    trained: Any, viewer: str
) -> None:
    answer = said(trained, viewer, session="run_m", amount="12.5")
    # six days of 6 km and 12.5 km are 48.5 km, and 1.15 x 42 km is 48.3 km
    assert (
        "12.5 km today makes 48.5 km in the seven days to Tue 17 Nov, +15 % against 42.0" in answer
    )
    assert "the condition would be true on the morning of Wed 18 Nov." in answer
    assert "As one run it would be flagged, as any of more than 6.9 km." in answer


def test_a_session_that_it_would_not_flag_says_so_without_leave_to_train(trained: Any) -> None:
    answer = said(trained, "coach", session="run_m", amount="6,5", **{"in": "2"})
    assert "6.5 km on Thu 19 Nov makes 30.5 km in the seven days to Thu 19 Nov, −27 %" in answer
    assert "the condition stays false on every morning while it counts." in answer
    assert "As one run it would not be flagged; one of more than 6.9 km would." in answer


def test_lifts_are_asked_about_in_tonnes_and_have_no_single_run(trained: Any) -> None:
    answer = said(trained, "coach", session="tonnage_g", amount="5")
    assert "5.0 t today makes 17.0 t in the seven days" in answer
    assert "one run" not in answer


@pytest.mark.parametrize(
    ("asked", "mend"),
    [
        ({"amount": "far"}, "as a number above 0"),
        ({"amount": "-3"}, "as a number above 0"),
        ({"amount": "nan"}, "as a number above 0"),
        ({"amount": "inf"}, "as a number above 0"),
        ({"amount": "1e300"}, "as a number above 0"),
        ({"amount": "3", "in": "x"}, "one of the days"),
        ({"amount": "3", "in": "7"}, "one of the days"),
        ({"amount": "3", "session": "nonsense"}, "one of the channels"),
    ],
)
def test_what_cannot_be_read_is_answered_in_one_sentence(
    trained: Any, asked: dict[str, str], mend: str
) -> None:
    assert mend in said(trained, "coach", **{"session": "run_m", **asked})


def test_what_was_asked_stays_in_the_form_and_is_escaped(trained: Any) -> None:
    shown = page(trained, "coach", session="run_m", amount='"><b>1', **{"in": "0"})
    assert '"><b>' not in shown
    assert 'value="12"' in page(trained, "coach", session="run_m", amount="12")


def test_without_a_question_there_is_a_form_and_no_answer(trained: Any) -> None:
    assert "What would a planned session do?" in page(trained, "coach")
    assert said(trained, "coach") == ""


def test_to_whom_tightness_is_not_shown_neither_form_nor_answer_is(trained: Any) -> None:
    shown = page(trained, "coach", "reserved", session="run_m", amount="12")
    assert "planned session" not in shown
    assert "wish-said" not in shown


@pytest.mark.parametrize("viewer", ["athlete", "coach", "physio"])
def test_with_a_tight_leg_there_is_neither(trained: Any, viewer: str) -> None:
    trained.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, known_at) "
        "VALUES (?, ?, ?, 3, 0, false, '[]', '[]', ?)",
        [str(uuid7()), trained.ids["athlete"], TUESDAY, trained.now],
    )
    shown = page(trained, viewer, session="run_m", amount="12")
    assert "planned session" not in shown
    assert "wish-said" not in shown
