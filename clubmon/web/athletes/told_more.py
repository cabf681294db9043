"""What one athlete told besides tightness: the weekly score, and sleep, soreness and stress.

The score is for whoever may see tightness, its four answers and the three for whoever may see
health data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clubmon.hamstring import askedmore
from clubmon.hamstring.askedmore import WeekAnswer
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.triage.weekly import DAILY, ITEMS, begins
from clubmon.web.frame.drawing import Drawing, weeks
from clubmon.web.frame.sight import Seen
from clubmon.words.language import _

WEEKS, DAYS = 12, 7


@dataclass(frozen=True, slots=True)
class Weekly:
    """The weekly score's trend: the newest, the drawing, and all of it in words."""

    newest: int
    of: date  # the day from which that week was asked about
    drawing: Drawing
    label: str
    answers: tuple[tuple[str, str], ...]  # question and answer; empty where not for this viewer


@dataclass(frozen=True, slots=True)
class Daily:
    """One of the three over the last days; None: not answered."""

    name: str
    ends: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Both; None and empty where nothing was answered or it is not for this viewer."""

    weekly: Weekly | None = None
    days: tuple[date, ...] = ()
    daily: tuple[Daily, ...] = ()


def load(store: Store, settings: Settings, one: Seen, today: date) -> Told:
    """What this viewer may read of this athlete."""
    if not one.sight.tightness:
        return Told()
    start = begins(today, askedmore.weekday(settings))
    starts = [start - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    found = askedmore.weeks(store, settings, [one.athlete_id], starts[0]).get(one.athlete_id, [])
    days = tuple(today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    daily = _daily(store, one, days) if one.sight.health else ()
    return Told(_weekly(found, starts, answers=one.sight.health), days if daily else (), daily)


def _weekly(found: list[WeekAnswer], starts: list[date], *, answers: bool) -> Weekly | None:
    by_start = {week.start: week.given for week in found}
    scores = [by_start[start].score if start in by_start else None for start in starts]
    known = [
        (start, score) for start, score in zip(starts, scores, strict=True) if score is not None
    ]
    if not known:
        return None
    of, newest = known[-1]
    said = ", ".join(_("no answer") if score is None else str(score) for score in scores)
    given = by_start[of]
    told = tuple(
        (item.text, label)
        for item in ITEMS
        for points, label in item.answers
        if points == getattr(given, item.id)
    )
    return Weekly(
        newest, of, weeks(scores), _("Oldest to newest: {said}", said=said), told if answers else ()
    )


def _daily(store: Store, one: Seen, days: tuple[date, ...]) -> tuple[Daily, ...]:
    given = askedmore.wellness_days(store, one.athlete_id, days[0])
    if not given:
        return ()
    return tuple(
        Daily(
            item.short,
            f"1 {item.low}, 5 {item.high}",
            tuple(getattr(given.get(day), item.id, None) for day in days),
        )
        for item in DAILY
    )
