"""Which records belong to which part of a recording, and what they add up to."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from clubmon.sdk import Samples
from clubmon_files import bounds
from clubmon_files.recording import clock
from clubmon_files.recordingtypes import Message

DAY_S = 86_400
PAUSE_S = 30  # a longer gap between two records is time not spent moving

Records = list[list[Any]]  # rows of time (s), metres, m/s, metres above sea, bpm


@dataclass(frozen=True, slots=True)
class Part:
    """One session message and the time that it covers, seconds since the FIT epoch."""

    index: int
    message: Message
    start: int
    end: float  # exclusive


@dataclass(frozen=True, slots=True)
class Totals:
    """What records alone tell of a session, as the message that is missing."""

    start: int
    elapsed_s: float
    message: Message


def parts(messages: list[Message], first_record: int | None) -> list[Part]:
    """Session messages in time order; each ends where the next one starts, or before.

    One whose start is not a real time is left out.
    """
    starts = [(start_of(message, first_record), message) for message in messages]
    known = sorted(
        ((start, message) for start, message in starts if start is not None),
        key=lambda pair: pair[0],
    )
    following: list[int | None] = [start for start, _ in known[1:]]
    return [
        Part(index, message, start, _end(message, start, after))
        for index, ((start, message), after) in enumerate(
            zip(known, [*following, None], strict=False)
        )
    ]


def start_of(message: Message, first_record: int | None) -> int | None:
    """A session's start: as stated, else its end less its length, else the first record."""
    started, ended = clock(message.get("start_time")), clock(message.get("timestamp"))
    if started is not None:
        return started
    length = bounds.seconds(message.get("total_elapsed_time"))
    reckoned = None if ended is None or length is None else clock(round(ended - length))
    return first_record if reckoned is None else reckoned


def ordered(records: Records) -> Records:
    """One record per second, in time order, of those with a real time.

    Some devices write position and distance of a moment as two records: these are joined.
    """
    joined: dict[int, list[Any]] = {}
    for row in records:
        second = clock(row[0])
        if second is not None:
            known = joined.setdefault(second, row)
            if known is not row:
                pairs = zip(known, row, strict=True)
                joined[second] = [new if old is None else old for old, new in pairs]
    return sorted(joined.values(), key=_time)


def coherent(records: Records) -> Records:
    """The longest stretch without a gap of a day: damage can make up a time in 2085."""
    stretches: list[Records] = [[]]
    for row in records:
        if stretches[-1] and row[0] - stretches[-1][-1][0] > DAY_S:
            stretches.append([])
        stretches[-1].append(row)
    return max(stretches, key=len)


def cut(records: Records, part: Part) -> Records:
    """The rows of a part, of records in time order."""
    first = bisect_left(records, part.start, key=_time)
    return records[first : bisect_left(records, part.end, key=_time)]


def samples(rows: Records, start: int, base_m: float) -> Samples | None:
    """Columns of a session; `base_m` is what the odometer showed at its start."""
    if not rows:
        return None
    return Samples(
        t_s=[row[0] - start for row in rows],
        distance_m=[_less(bounds.metres(row[1]), base_m) for row in rows],
        speed_mps=[bounds.within(row[2], 0, bounds.FASTEST_MPS) for row in rows],
        elevation_m=[bounds.within(row[3], -500, 10_000) for row in rows],
        hr=[bounds.heart_rate(row[4]) for row in rows],
    )


def odometer(rows: Records, before: float) -> tuple[float, float]:
    """What the odometer showed at the start and at the end of a part.

    Some devices count on through all parts, some start each at 0: a part whose first
    distance is not below the end of the one before counts on.
    """
    known = [value for row in rows if (value := bounds.metres(row[1])) is not None]
    if not known:
        return 0.0, before
    return (before if known[0] >= before else 0.0), known[-1]


def totals(rows: Records) -> Totals | None:
    """Sums over at least two records in time order, None for fewer."""
    if len(rows) < 2:
        return None
    elapsed = float(rows[-1][0] - rows[0][0])
    gaps = [after[0] - before[0] for before, after in pairwise(rows)]
    hearts = [beats for row in rows if (beats := bounds.heart_rate(row[4])) is not None]
    distances = [value for row in rows if (value := bounds.metres(row[1])) is not None]
    message = {
        "total_elapsed_time": elapsed,
        "total_timer_time": float(sum(gap for gap in gaps if gap <= PAUSE_S)),
        "total_distance": distances[-1] if distances else None,
        "avg_heart_rate": sum(hearts) / len(hearts) if hearts else None,
        "max_heart_rate": max(hearts, default=None),
    }
    return Totals(rows[0][0], elapsed, message)


def _end(message: Message, start: int, following: int | None) -> float:
    stated = clock(message.get("timestamp")) or start
    own = max(stated, start + (bounds.seconds(message.get("total_elapsed_time")) or 0)) + 1
    return own if following is None or following <= start else min(own, following)


def _time(row: list[Any]) -> int:
    return int(row[0])


def _less(value: float | None, base: float) -> float | None:
    return None if value is None else max(value - base, 0.0)
