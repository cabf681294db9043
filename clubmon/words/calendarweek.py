"""Calendar weeks from Monday to Sunday, by their ISO number; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY, SEVEN = timedelta(days=1), timedelta(days=7)
_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week, by its Monday."""

    monday: date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + SEVEN - DAY

    @property
    def after(self) -> date:
        """The Monday on which it is over."""
        return self.monday + SEVEN

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days, Monday first."""
        return tuple(self.monday + n * DAY for n in range(7))

    @property
    def number(self) -> int:
        """The ISO number within its year."""
        return self.monday.isocalendar().week

    @property
    def label(self) -> str:
        """'2026-W46', as it stands in addresses."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    def back(self, weeks: int) -> Week:
        """The week so many weeks before."""
        return Week(self.monday - weeks * SEVEN)


def of(day: date) -> Week:
    """The week that a day is in."""
    return Week(day - day.weekday() * DAY)


def last_over(today: date) -> Week:
    """The newest week that was over when this day began."""
    return of(today).back(1)


def parse(label: str) -> Week | None:
    """The week of a label such as '2026-W46' from 2000 to 8999; None where it is none."""
    found = _LABEL.fullmatch(label)
    if not found or not 2000 <= int(found[1]) < 9000:
        return None
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None
