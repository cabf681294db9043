"""What one part of a FIT recording says about itself, in the sdk's terms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from clubmon.sdk import Kind, LiftSet, Samples, Session, sentence
from clubmon_files import bounds
from clubmon_files.bounds import FIT_EPOCH
from clubmon_files.fit_parts import Part
from clubmon_files.fit_sets import sets_between
from clubmon_files.recordingtypes import Message, Recording

T = TypeVar("T")

DAMAGED = sentence(
    "The file breaks off or is damaged: what came before is kept; export it again if possible."
)
CHECKSUM = sentence("The file's checksum does not match: compare the totals with the watch.")
NO_SETS = sentence("No sets recorded: the device stored none.")

_RUNS = {"treadmill", "indoor_running"}  # sub-sports that are runs whatever their sport


def session(recording: Recording, part: Part, samples: Samples | None, where: str) -> Session:
    """The session of one part: its own totals, the recording's zone, sets and samples."""
    message = part.message
    sport, sub_sport = str(message.get("sport", "generic")), str(message.get("sub_sport", ""))
    kind = kind_of(sport, sub_sport)
    sieve = bounds.Sieve()

    def kept(bound: Callable[[object], T | None], name: str) -> T | None:
        return sieve.keep(bound, name, message.get(name))

    sets = _sets(recording, part, sieve) if kind == "lift" else ()
    start = bounds.instant(FIT_EPOCH + part.start)
    offset = local_offset(recording.first("activity"))
    read = Session(
        source="fit",
        source_id=source_id(recording, part, sport),
        kind=kind,
        sport=sport if sub_sport in ("", "generic") else f"{sport}/{sub_sport}",
        start_utc=start,
        start_local=None if offset is None else (start + offset).replace(tzinfo=None),
        timezone=None if offset is None else zone_name(offset),
        title=_title(recording, message),
        distance_m=kept(bounds.metres, "total_distance"),
        moving_s=kept(bounds.seconds, "total_timer_time"),
        elapsed_s=sieve.keep(
            bounds.seconds, "total_elapsed_time", message.get("total_elapsed_time")
        ),
        ascent_m=kept(bounds.climb, "total_ascent"),
        descent_m=kept(bounds.climb, "total_descent"),
        avg_hr=kept(bounds.heart_rate, "avg_heart_rate"),
        max_hr=kept(bounds.heart_rate, "max_heart_rate"),
        rpe=kept(_rpe, "workout_rpe"),
        sets=sets,
        samples=samples,
        where=where,
    )
    warnings = (*_warnings(recording, kind == "lift" and not sets), *sieve.warnings)
    return replace(read, warnings=warnings)


def kind_of(sport: str, sub_sport: str) -> Kind:
    """Runs on any ground, strength training, and everything else (transitions too)."""
    if sport == "running" or sub_sport in _RUNS:
        return "run"
    return "lift" if sub_sport == "strength_training" else "other"


def local_offset(activity: Message) -> timedelta | None:
    """Local time minus UTC where the activity states both and they make a time zone."""
    local, utc = activity.get("local_timestamp"), activity.get("timestamp")
    if not isinstance(local, int) or not isinstance(utc, int):
        return None
    quarters = round((local - utc) / 900)
    # Some devices stamp the two a few seconds apart.
    if abs(local - utc - quarters * 900) > 60 or not -12 * 4 <= quarters <= 14 * 4:
        return None
    return timedelta(minutes=15 * quarters)


def zone_name(offset: timedelta) -> str:
    """'+02:00' for two hours east."""
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def source_id(recording: Recording, part: Part, sport: str) -> str:
    """Stable for the same activity however it was exported.

    The device's serial number and the file's time of creation where there are both; without
    a serial number that time may be the export's, so the part's start and sport stand in.
    """
    file_id = recording.first("file_id")
    serial, created = file_id.get("serial_number"), file_id.get("time_created")
    if isinstance(serial, int) and isinstance(created, int):
        return f"{serial}-{created}-{part.index}"
    return hashlib.sha256(f"{part.start}/{sport}".encode()).hexdigest()[:20]


def _sets(recording: Recording, part: Part, sieve: bounds.Sieve) -> tuple[LiftSet, ...]:
    titles = recording.all("exercise_title")
    return sets_between(recording.all("set"), titles, part, sieve)


def _rpe(value: object) -> float | None:
    """Garmin stores ten times the RPE."""
    stored = bounds.within(value, 0, 100)
    return None if stored is None else bounds.rpe(stored / 10)


def _title(recording: Recording, message: Message) -> str | None:
    """The name of the sport profile that was chosen on the device."""
    name = message.get("sport_profile_name", recording.first("sport").get("name"))
    return name if isinstance(name, str) and name.strip() else None


def _warnings(recording: Recording, sets_missing: bool) -> tuple[str, ...]:
    found = {
        DAMAGED: recording.damaged,
        CHECKSUM: recording.checksum_fails,
        NO_SETS: sets_missing,
    }
    return tuple(said for said, holds in found.items() if holds)
