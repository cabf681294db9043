"""One activity of Garmin's account export as a session.

The export counts in milliseconds and centimetres, lists metres a second as tenths of them,
cadence per leg, energy in kJ and weights in grams; only times, distances and climbs are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from clubmon.sdk import Refusal, Session, sentence
from clubmon_files import bounds, garmin_words
from clubmon_files.fit_session import zone_name

T = TypeVar("T")

SOURCE = "garmin_export"
NO_START = sentence("states no start, so that its day is not known; upload its FIT file instead.")
NO_ID = sentence("states no id; upload its FIT file instead.")
ENTRY = sentence("{where} activity {id}")
TOTALS_ONLY = sentence(
    "Garmin's list gives {reps} repetitions of {exercises} exercises in all, {kg} kg "
    "times repetitions, and "
    "no sets: they come from the FIT file."
)
_EARLIEST_MS, _LATEST_MS = 315_532_800_000.0, 7_258_118_400_000.0  # 1980 and 2200

Entry = Mapping[str, Any]


def session(entry: Entry, where: str) -> Session | Refusal:
    """The session of one entry of `summarizedActivitiesExport`."""
    identity = entry.get("activityId")
    if isinstance(identity, bool) or not isinstance(identity, int | float):
        return Refusal(where, NO_ID)
    place = ENTRY.format(where=where, id=int(identity))
    start, local = _times(entry)
    if start is None and local is None:
        return Refusal(place, NO_START)
    return _made(entry, str(int(identity)), start, local, place)


def _made(
    entry: Entry, identity: str, start: datetime | None, local: datetime | None, place: str
) -> Session:
    word = _text(entry.get("activityType"))
    kind = garmin_words.kind_of(word) or "other"
    offset = None if start is None or local is None else local - start.replace(tzinfo=None)
    sieve = bounds.Sieve()

    def kept(bound: Callable[[object], T | None], name: str, part: float = 1) -> T | None:
        return sieve.keep(bound, name, _divided(entry.get(name), part))

    found = Session(
        source=SOURCE,
        source_id=identity,
        kind=kind,
        sport=word or "unknown",
        start_utc=start,
        start_local=local,
        timezone=None if offset is None else zone_name(offset),
        title=_text(entry.get("name")) or None,
        distance_m=kept(bounds.metres, "distance", 100),
        moving_s=kept(bounds.seconds, "duration", 1000),
        elapsed_s=kept(bounds.seconds, "elapsedDuration", 1000),
        ascent_m=kept(bounds.climb, "elevationGain", 100),
        descent_m=kept(bounds.climb, "elevationLoss", 100),
        avg_hr=kept(bounds.heart_rate, "avgHr"),
        max_hr=kept(bounds.heart_rate, "maxHr"),
        rpe=kept(bounds.rpe, "workoutRpe", 10),
        where=place,
    )
    return replace(found, warnings=(*(_totals(entry) if kind == "lift" else ()), *sieve.warnings))


def _times(entry: Entry) -> tuple[datetime | None, datetime | None]:
    """The start in UTC (aware) and on the wall (naive); no wall clock without a sane offset."""
    utc = _moment(entry.get("startTimeGmt")) or _moment(entry.get("beginTimestamp"))
    shifted = _moment(entry.get("startTimeLocal"))
    if utc is None or shifted is None:
        return utc, None if shifted is None else shifted.replace(tzinfo=None)
    quarters = round((shifted - utc).total_seconds() / 900)
    if not -12 * 4 <= quarters <= 14 * 4:
        return utc, None
    return utc, (utc + timedelta(minutes=15 * quarters)).replace(tzinfo=None)


def _moment(value: object) -> datetime | None:
    found = bounds.within(value, _EARLIEST_MS, _LATEST_MS)
    return None if found is None else bounds.instant(found // 1000)


def _divided(value: object, part: float) -> object:
    """A number in a larger unit, anything else as it is."""
    sane = bounds.within(value, -1e300, 1e300)
    return value if sane is None else sane / part


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _totals(entry: Entry) -> Iterator[str]:
    """What the export says of a lift instead of sets: exercises, repetitions, grams lifted."""
    listed = entry.get("summarizedExerciseSets")
    sets = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if sets:
        reps = sum(bounds.repetitions(each.get("reps")) or 0 for each in sets)
        grams = sum(bounds.within(each.get("volume"), 0, bounds.MOST) or 0 for each in sets)
        yield TOTALS_ONLY.format(reps=reps, exercises=len(sets), kg=f"{grams / 1000:.0f}")
