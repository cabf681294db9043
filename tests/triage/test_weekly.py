"""The weekly four and the optional three: when they are asked, and what a score is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from clubmon.triage.weekly import DAILY, ITEMS, WEEKDAYS, Weekly, Wellness, begins, due

SUNDAY = WEEKDAYS.index("sunday")
LAST_SUNDAY = date(2026, 11, 15)


def test_four_questions_of_25_points_each_add_up_to_100() -> None:
    assert [max(item.points) for item in ITEMS] == [25, 25, 25, 25]
    assert Weekly(25, 25, 25, 25).score == 100
    assert Weekly(0, 0, 0, 0).score == 0
    assert Weekly(8, 6, 13, 17).score == 44


def test_points_rise_with_the_answers_and_are_those_of_the_overuse_questionnaire() -> None:
    four, five = (0, 8, 17, 25), (0, 6, 13, 19, 25)
    asked = [tuple(points for points, _ in item.answers) for item in ITEMS]
    assert asked == [four, five, five, four]


def test_a_gap_gives_no_score_rather_than_a_low_one() -> None:
    for missing in range(4):
        values: list[int | None] = [8, 6, 6, 8]
        values[missing] = None
        assert Weekly(*values).score is None
    assert Weekly().score is None
    assert not Weekly().said
    assert Weekly(pain=0).said


def test_who_noticed_nothing_need_not_answer_the_rest() -> None:
    assert Weekly(participation=0).score == 0
    assert Weekly(participation=0, pain=8).score is None
    assert Weekly(participation=8).score is None


def test_every_score_is_between_0_and_100() -> None:
    scores = {Weekly(*each).score for each in product(*(item.points for item in ITEMS))}
    assert None not in scores
    known = [score for score in scores if score is not None]
    assert (min(known), max(known)) == (0, 100)


@pytest.mark.parametrize("points", [-1, 1, 7, 26, 100])
def test_points_that_no_answer_gives_are_refused_in_one_sentence(points: int) -> None:
    with pytest.raises(ValueError, match="could not be read; choose it again"):
        Weekly(pain=points)


@pytest.mark.parametrize("value", [0, 6, -1])
def test_the_three_go_from_1_to_5(value: int) -> None:
    for daily in DAILY:
        with pytest.raises(ValueError, match="from 1 to 5"):
            Wellness(**{daily.id: value})


def test_asked_on_its_day_and_on_the_two_after_it_until_it_is_answered() -> None:
    days = [LAST_SUNDAY + timedelta(days=after) for after in range(-1, 8)]
    never = [due(day, SUNDAY, None) for day in days]
    assert never == [False, True, True, True, False, False, False, False, True]
    answered = [due(day, SUNDAY, LAST_SUNDAY + timedelta(days=1)) for day in days[2:]]
    assert answered == [False, False, False, False, False, False, True]


def test_an_answer_belongs_to_the_week_whose_day_came_last() -> None:
    for after in range(7):
        assert begins(LAST_SUNDAY + timedelta(days=after), SUNDAY) == LAST_SUNDAY
    assert begins(LAST_SUNDAY - timedelta(days=1), SUNDAY) == LAST_SUNDAY - timedelta(days=7)
