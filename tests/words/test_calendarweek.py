"""Calendar weeks by their ISO number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clubmon.words import calendarweek
from clubmon.words.calendarweek import Week

W46 = Week(date(2026, 11, 9))


def test_a_week_goes_from_monday_to_sunday() -> None:
    assert (W46.monday, W46.sunday) == (date(2026, 11, 9), date(2026, 11, 15))
    assert W46.days[0] == W46.monday
    assert W46.days[-1] == W46.sunday
    assert W46.after == date(2026, 11, 16)
    assert [day.weekday() for day in W46.days] == list(range(7))


def test_every_day_of_a_week_is_in_it() -> None:
    assert {calendarweek.of(day) for day in W46.days} == {W46}
    assert calendarweek.of(W46.after) == Week(W46.after)


def test_the_last_week_that_is_over_never_holds_today() -> None:
    for back in range(14):
        today = date(2026, 11, 17) - timedelta(days=back)
        week = calendarweek.last_over(today)
        assert week.sunday < today <= week.sunday + timedelta(days=7)


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 11, 12), "2026-W46"),
        (date(2027, 1, 1), "2026-W53"),  # a Friday of the old year's last week
        (date(2025, 12, 29), "2026-W01"),
    ],
)
def test_a_label_is_the_iso_week_and_leads_back_to_it(day: date, label: str) -> None:
    week = calendarweek.of(day)
    assert week.label == label
    assert calendarweek.parse(label) == week
    assert week.number == int(label[-2:])


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-W00", "2026-W54", "2025-W53", "2026-W5", "1999-W01", "9000-W01",
     "2026-W46\n", "２０２６-W46", "2026-w46"],
)  # fmt: skip
def test_what_is_no_week_is_none(text: str) -> None:
    assert calendarweek.parse(text) is None


def test_weeks_are_counted_back() -> None:
    assert W46.back(5).label == "2026-W41"
    assert sorted([W46, W46.back(1)]) == [W46.back(1), W46]
