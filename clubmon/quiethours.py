"""Hours in which an athlete is not written to, on their own clock; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a minute of the day up to another, over midnight where that is earlier.

    From a minute up to the same one: none are quiet.
    """

    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}" if self.any else ""

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return self.start != self.end

    def cover(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether an aware moment is quiet on the clock of this zone."""
        local = moment.astimezone(zone)
        return (local.hour * HOUR + local.minute - self.start) % DAY < (self.end - self.start) % DAY

    def over(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first aware moment from this one on that is not quiet."""
        if not self.cover(moment, zone):
            return moment
        local = moment.astimezone(zone)
        end = time(*divmod(self.end, HOUR))
        today = datetime.combine(local.date(), end, zone)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), end, zone)
        return (today if today > local else tomorrow).astimezone(moment.tzinfo)


def parse(text: str) -> QuietHours:
    """'21:00-07:00', or '' for none; raises ValueError with what to write."""
    if not text.strip():
        return QuietHours()
    found = SPAN.fullmatch(text.strip())
    if not found:
        raise ValueError("write hours like '21:00-07:00', or '' for none")
    first, first_min, last, last_min = map(int, found.groups())
    return QuietHours(first * HOUR + first_min, last * HOUR + last_min)


def clock(minute: int) -> str:
    """A minute of the day as '07:00'."""
    return f"{minute // HOUR:02}:{minute % HOUR:02}"
