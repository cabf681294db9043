"""What became of flags, month by month: acted on, dismissed and why, superseded; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

FEW_ACTED_PCT = 30  # fewer acted on: the rules ask for a review
ENOUGH = 5  # flags, or athletes behind a number that somebody without their data is shown
DAY = timedelta(days=1)

Outcome = Literal["acted", "dismissed", "superseded", "nothing"]


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag and what became of it; instants are aware. `source`: its rule and channel.

    `contact_at`: when somebody first talked to the athlete, gave them a drill, or, of a referral,
    a physio had read it. `dismissed`: the reason that was chosen.
    """

    athlete_id: str
    morning: date
    source: tuple[str, str]
    raised_at: datetime
    contact_at: datetime | None = None
    dismissed: str | None = None
    superseded: bool = False
    flag_id: str = ""

    @property
    def outcome(self) -> Outcome:
        """The first of these that is true: what was acted on stays so whatever came later."""
        if self.contact_at:
            return "acted"
        if self.dismissed:
            return "dismissed"
        return "superseded" if self.superseded else "nothing"


@dataclass(frozen=True, slots=True)
class Month:
    """The flags raised in one month. `first`: its first day. None: hidden, too few athletes."""

    first: date
    raised: int | None
    acted: int | None
    dismissed: int | None
    superseded: int | None
    reasons: tuple[tuple[str, int], ...]  # of dismissals, the most frequent first
    acted_pct: int | None  # of those not superseded; None: there were none, or hidden
    days: float | None  # median from a flag to the first contact


def months(flags: Iterable[Raised], *, hide_few: bool = False) -> list[Month]:
    """Month by month, the newest first.

    With `hide_few` no number is given that fewer than ENOUGH athletes stand behind, nor one from
    which such a number follows by taking it from the month's.
    """
    found: dict[date, list[Raised]] = {}
    for flag in flags:
        found.setdefault(flag.morning.replace(day=1), []).append(flag)
    return [_month(first, found[first], hide_few=hide_few) for first in sorted(found, reverse=True)]


def _month(first: date, flags: Sequence[Raised], *, hide_few: bool) -> Month:
    if hide_few and _athletes(flags) < ENOUGH:
        return Month(first, None, None, None, None, (), None, None)

    def count(is_one: Callable[[Raised], bool]) -> int | None:
        ones = [flag for flag in flags if is_one(flag)]
        others = [flag for flag in flags if not is_one(flag)]
        few = _athletes(ones) < ENOUGH or (others and _athletes(others) < ENOUGH)
        return None if hide_few and few else len(ones)

    acted = count(lambda flag: flag.outcome == "acted")
    dismissed = count(lambda flag: flag.outcome == "dismissed")
    superseded = count(lambda flag: flag.outcome == "superseded")
    why = Counter(flag.dismissed for flag in flags if flag.outcome == "dismissed")
    reasons = [(str(reason), number) for reason, number in why.most_common()]
    told = acted is not None and superseded is not None
    return Month(
        first, len(flags), acted, dismissed, superseded,
        () if hide_few else tuple(reasons),
        acted_pct(flags) if told else None,
        _days(flags) if acted is not None else None,
    )  # fmt: skip


def acted_pct(flags: Iterable[Raised]) -> int | None:
    """Whole % of the flags that were acted on, of those that were not superseded instead."""
    counted = [flag for flag in flags if flag.outcome != "superseded"]
    acted = sum(flag.outcome == "acted" for flag in counted)
    return round(100 * acted / len(counted)) if counted else None


def to_review(flags: Sequence[Raised], today: date) -> tuple[date, int] | None:
    """The newest month of which fewer than FEW_ACTED_PCT were acted on, with the share in %.

    Only of months that are over, or have enough flags of which a week has passed.
    """
    ripe = [flag for flag in flags if flag.morning <= today - 7 * DAY]
    for month in months(ripe):
        mine = [flag for flag in ripe if flag.morning.replace(day=1) == month.first]
        counted = sum(flag.outcome != "superseded" for flag in mine)
        if counted >= ENOUGH:
            pct = month.acted_pct
            return (month.first, pct) if pct is not None and pct < FEW_ACTED_PCT else None
    return None


def least_acted(flags: Iterable[Raised], first: date) -> list[tuple[str, str]]:
    """Rules and channels of a month's flags that nobody acted on, the most frequent first."""
    left = Counter(
        flag.source
        for flag in flags
        if flag.morning.replace(day=1) == first and flag.outcome in ("dismissed", "nothing")
    )
    return [source for source, _ in sorted(left.items(), key=lambda one: (-one[1], one[0]))]


def _days(flags: Iterable[Raised]) -> float | None:
    waits = [(flag.contact_at - flag.raised_at) / DAY for flag in flags if flag.contact_at]
    return median(waits) if waits else None


def _athletes(flags: Iterable[Raised]) -> int:
    return len({flag.athlete_id for flag in flags})
