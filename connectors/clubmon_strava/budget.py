"""How many calls may still be made, and when the rest will be done. Pure; times are aware UTC.

Strava counts per application, so all athletes share one budget: two counters (all calls, and
reads), each over two windows (a quarter of an hour from :00, :15, :30 and :45, and a day from
00:00 UTC). Refused calls count too. All calls made here are reads and count in both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from clubmon.sdk import sentence

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
PER_NIGHT = 4  # calls of one athlete's ordinary night: two of the list, two of details
LEFT = sentence(
    "{quarter} of {of} calls are left until {until} UTC, and {day} of {of_day} today (UTC)."
)
OLDER = sentence(
    "Older activities need {calls} more calls, which will be done by about {when} UTC."
)
FRESH = timedelta(hours=20)  # an athlete synced this lately needs no calls held back
FORGOTTEN = timedelta(days=3)  # an athlete not synced for this long is connected no more


class Pair(NamedTuple):
    """A number per window."""

    quarter: int
    day: int


# what a new application gets; the first answer's headers replace it
OVERALL, READS = Pair(200, 2_000), Pair(100, 1_000)
NONE = Pair(0, 0)


@dataclass(frozen=True, slots=True)
class Counter:
    """A limit and what is used of it, as of `Budget.seen`."""

    limit: Pair
    used: Pair = NONE

    def left(self) -> Pair:
        """Calls left in each window, never below 0."""
        quarter, day = (
            max(0, most - used) for most, used in zip(self.limit, self.used, strict=True)
        )
        return Pair(quarter, day)


@dataclass(frozen=True, slots=True)
class Budget:
    """The two counters, when they were last seen, and what each athlete still needs.

    `waiting` is calls that older activities still need, `synced` (ISO) when the list of new
    ones was last read to its end; both by the athlete's id at Strava.
    """

    overall: Counter = Counter(OVERALL)
    reads: Counter = Counter(READS)
    seen: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    waiting: Mapping[str, int] = field(default_factory=dict)
    synced: Mapping[str, str] = field(default_factory=dict)

    def at(self, now: datetime) -> Budget:
        """The budget with the windows that have ended since `seen` reset."""
        if now <= self.seen:
            return self
        if day_of(now) != day_of(self.seen):
            return self._counted(now, lambda used: NONE)
        if quarter_of(now) != quarter_of(self.seen):
            return self._counted(now, lambda used: Pair(0, used.day))
        return replace(self, seen=now)

    def left(self, now: datetime) -> Pair:
        """Calls that both counters allow in each window."""
        here = self.at(now)
        first, second = here.overall.left(), here.reads.left()
        return Pair(min(first.quarter, second.quarter), min(first.day, second.day))

    def limit(self) -> Pair:
        """The narrower limit of each window."""
        first, second = self.overall.limit, self.reads.limit
        return Pair(min(first.quarter, second.quarter), min(first.day, second.day))

    def spent(self, now: datetime) -> Budget:
        """The budget after one more call."""
        return self.at(now)._counted(now, lambda used: Pair(used.quarter + 1, used.day + 1))

    def told(self, headers: Mapping[str, str], now: datetime) -> Budget:
        """The budget as an answer's headers state it; a header that is no pair is passed over."""
        here = self.at(now)
        return replace(
            here,
            overall=_counter(headers, "X-RateLimit", here.overall),
            reads=_counter(headers, "X-ReadRateLimit", here.reads),
        )

    def reserve(self, now: datetime) -> Pair:
        """Calls that older activities must leave: for the athletes whose night is still to come.

        Of a quarter never more than half of it, so that something is always done.
        """
        ages = [now - datetime.fromisoformat(when) for when in self.synced.values()]
        known = sum(age < FORGOTTEN for age in ages)
        due = sum(FRESH <= age < FORGOTTEN for age in ages)
        most = self.limit()
        return Pair(min(most.quarter // 2, due * PER_NIGHT), min(most.day // 2, known * PER_NIGHT))

    def opens(self, now: datetime, held: Pair = NONE) -> datetime | None:
        """None where a call is allowed now that leaves `held`, otherwise when one will be."""
        left = self.left(now)
        if left.day <= held.day:
            return day_of(now) + DAY
        return quarter_of(now) + QUARTER if left.quarter <= held.quarter else None

    def finish(self, now: datetime) -> datetime | None:
        """The quarter of an hour in which the older activities will be done, None without any."""
        calls = sum(self.waiting.values())
        return finish(calls, self.left(now), self.limit(), self.reserve(now), now)

    def needing(self, athlete: str, calls: int) -> Budget:
        """The budget with what one athlete's older activities still need."""
        others = {who: count for who, count in self.waiting.items() if who != athlete}
        return replace(self, waiting={**others, athlete: calls} if calls else others)

    def having_synced(self, athlete: str, now: datetime) -> Budget:
        """The budget with the athlete's night done, and without whom nobody synced for long."""
        known = {
            who: when
            for who, when in self.synced.items()
            if now - datetime.fromisoformat(when) < FORGOTTEN
        }
        known[athlete] = now.isoformat()
        waiting = {who: calls for who, calls in self.waiting.items() if who in known}
        return replace(self, synced=known, waiting=waiting)

    def _counted(self, now: datetime, change: Callable[[Pair], Pair]) -> Budget:
        overall = replace(self.overall, used=change(self.overall.used))
        reads = replace(self.reads, used=change(self.reads.used))
        return replace(self, overall=overall, reads=reads, seen=max(now, self.seen))


def said(budget: Budget, now: datetime) -> str:
    """What an admin is told: calls left in both windows, and when older activities are done."""
    left, most = budget.left(now), budget.limit()
    text = LEFT.format(
        quarter=left.quarter, of=most.quarter, until=f"{quarter_of(now) + QUARTER:%H:%M}",
        day=f"{left.day:,}", of_day=f"{most.day:,}",
    )  # fmt: skip
    done, calls = budget.finish(now), sum(budget.waiting.values())
    if done is None:
        return text
    when = f"{done + QUARTER:%Y-%m-%d %H:%M}"
    return f"{text} {OLDER.format(calls=f'{calls:,}', when=when)}"


def finish(calls: int, left: Pair, limit: Pair, held: Pair, now: datetime) -> datetime | None:
    """The start of the quarter of an hour in which the last of `calls` can be made (UTC).

    `left` is what both windows allow now, `limit` what a new window allows, `held` what is
    left alone in each. None where there is nothing to do.
    """
    if calls <= 0:
        return None
    start, day = now, left.day - held.day
    fits = min(left.quarter - held.quarter, day)
    while fits < calls:
        calls, day = calls - max(0, fits), day - max(0, fits)
        start = quarter_of(start) + QUARTER
        if day <= 0:
            start = max(start, day_of(start - QUARTER) + DAY)
        if start == day_of(start):
            day = max(1, limit.day - held.day)
        fits = min(max(1, limit.quarter - held.quarter), day)
    return start


def quarter_of(now: datetime) -> datetime:
    """When the quarter of an hour that `now` lies in began."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def day_of(now: datetime) -> datetime:
    """When the UTC day that `now` lies in began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def load(note: str) -> Budget:
    """The budget of a note; of an empty or broken one a new budget."""
    try:
        body = json.loads(note)
        return Budget(
            overall=_pairs(body["overall"]),
            reads=_pairs(body["reads"]),
            seen=datetime.fromisoformat(body["seen"]),
            waiting={str(who): int(calls) for who, calls in body["waiting"].items()},
            synced={str(who): str(when) for who, when in body["synced"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Budget()


def dump(budget: Budget) -> str:
    """The budget as a note."""
    return json.dumps({**asdict(budget), "seen": budget.seen.isoformat()}, sort_keys=True)


def _pairs(body: Mapping[str, Any]) -> Counter:
    limit, used = (Pair(*map(int, body[name])) for name in ("limit", "used"))
    return Counter(limit, used)


def _counter(headers: Mapping[str, str], name: str, known: Counter) -> Counter:
    limit, used = (_pair(headers.get(f"{name}-{part}", "")) for part in ("Limit", "Usage"))
    return Counter(limit or known.limit, used or known.used)


def _pair(text: str) -> Pair | None:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    return Pair(int(parts[0]), int(parts[1]))
