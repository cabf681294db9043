"""Days and times as people read them, in the reader's language; pure.

The patterns are CLDR's, and texts of the catalogs like others: each language has its own order.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon.words import language
from clubmon.words.language import pgettext


def weekday(day: date) -> str:
    """'Tuesday'."""
    return language.day(day, "EEEE")


def short_weekday(day: date) -> str:
    """'Tue'."""
    return language.day(day, pgettext("pattern of a date", "EEE"))


def short_day(day: date) -> str:
    """'Tue 17 Nov'."""
    return language.day(day, pgettext("pattern of a date", "EEE d MMM"))


def long_day(day: date) -> str:
    """'Tuesday 17 November'."""
    return language.day(day, pgettext("pattern of a date", "EEEE d MMMM"))


def day_of_month(day: date) -> str:
    """'17 Nov'."""
    return language.day(day, pgettext("pattern of a date", "d MMM"))


def short_month(day: date) -> str:
    """'Nov'."""
    return language.day(day, pgettext("pattern of a date", "MMM"))


def month(day: date) -> str:
    """'November'."""
    return language.day(day, "LLLL")


def month_of_year(day: date) -> str:
    """'November 2026'."""
    return language.day(day, pgettext("pattern of a date", "LLLL y"))


def dated(day: date) -> str:
    """'17 Nov 2026'."""
    return language.day(day, pgettext("pattern of a date", "d MMM y"))


def dated_day(day: date) -> str:
    """'Tue 17 Nov 2026'."""
    return language.day(day, pgettext("pattern of a date", "EEE d MMM y"))


def clock(local: datetime) -> str:
    """'05:12', of a time on the reader's clock."""
    return language.day(local, pgettext("pattern of a time", "HH:mm"))


def short_time(local: datetime) -> str:
    """'Tue 17 Nov, 05:12'."""
    return language.day(local, pgettext("pattern of a time", "EEE d MMM, HH:mm"))


def weekday_time(local: datetime) -> str:
    """'Tuesday, 05:12'."""
    return language.day(local, pgettext("pattern of a time", "EEEE, HH:mm"))


def dated_time(local: datetime) -> str:
    """'Tue 17 Nov 2026, 05:12'."""
    return language.day(local, pgettext("pattern of a time", "EEE d MMM y, HH:mm"))


def chart_names() -> dict[str, list[str]]:
    """Names of days (Sunday first) and months, as Plotly takes a language's."""
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(7)]
    months = [date(2026, n, 1) for n in range(1, 13)]
    return {
        "days": [language.day(day, "EEEE") for day in days],
        "shortDays": [short_weekday(day) for day in days],
        "months": [language.day(day, "LLLL") for day in months],
        "shortMonths": [short_month(day) for day in months],
    }
