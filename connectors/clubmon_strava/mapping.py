"""What Strava's API says of an activity, as a document to keep and as a session.

Only the fields named here are kept: no positions, no map, no places, no other people, so that
what a later version of the API adds cannot bring them in either.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clubmon.sdk import Document, Kind, Malformed, Refusal, Samples, Session, sentence

SOURCE = "strava_api"
HEAD = b'{"strava_activity":'
# time first: without it the other columns have no moment
STREAMS = ("time", "distance", "velocity_smooth", "altitude", "heartrate")
HIDDEN_START = (0, 0, 1)  # what a hidden start time reads, of the clock
NO_ID = sentence("Strava named an activity without an id; the next sync asks again.")
IMPOSSIBLE = sentence(
    "Strava gives '{value}' as {name}, which is no possible value: it is left out; "
    "correct the "
    "activity in Strava."
)
NO_TIME = sentence(
    "The start time is hidden in Strava: the day is right, the time is not; "
    "show it in the activity's privacy controls if the time matters."
)
UNREADABLE = sentence(
    "is not what Strava's API answers; import the file that was exported instead."
)

_FIELDS = (
    "id",
    "name",
    "sport_type",
    "workout_type",
    "start_date",
    "start_date_local",
    "timezone",
    "utc_offset",
    "distance",
    "moving_time",
    "elapsed_time",
    "total_elevation_gain",
    "average_speed",
    "max_speed",
    "average_cadence",
    "has_heartrate",
    "average_heartrate",
    "max_heartrate",
    "heartrate_opt_out",
    "perceived_exertion",
    "manual",
    "private",
)
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("Run", "TrailRun", "VirtualRun"), "run"),
    **dict.fromkeys(("WeightTraining", "Crossfit"), "lift"),
}
_ZONE = re.compile(r"\(GMT[+-]\d{2}:\d{2}\) (\S+)")
_MOST = 1e11  # seconds or metres: absurd, and still a number that sums can bear


def document(activity: Mapping[str, Any], streams: Mapping[str, Any] | None = None) -> Document:
    """The activity as it is kept: the same content is the same bytes, whoever gave kudos.

    Raises Malformed for an activity without an id.
    """
    identity = activity.get("id")
    if not isinstance(identity, int) or isinstance(identity, bool):
        raise Malformed(NO_ID)
    kept = {name: activity[name] for name in _FIELDS if activity.get(name) is not None}
    if kept.get("private"):
        kept.pop("name", None)  # the load is the club's business, the words are not
    if kept.get("heartrate_opt_out"):
        kept = {name: value for name, value in kept.items() if not name.endswith("_heartrate")}
        streams = {key: value for key, value in (streams or {}).items() if key != "heartrate"}
    body = {"strava_activity": kept, "strava_streams": columns(streams or {})}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Document(
        f"strava-activity-{identity}.json", text.encode("utf-8", "replace")
    )  # JSON may hold half a letter


def columns(streams: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The known streams (`key_by_type=true`) as plain columns of one length; {} without time."""
    found = {key: streams[key].get("data") for key in STREAMS if isinstance(streams.get(key), dict)}
    times = found.get("time")
    if not isinstance(times, list) or not all(map(_whole, times)):
        return {}
    return {
        key: data
        for key, data in found.items()
        if isinstance(data, list) and len(data) == len(times)
    }


def session(content: bytes, where: str) -> Session | Refusal:
    """The session that a kept document tells of; never raises for bad content."""
    try:
        body = json.loads(content)
        activity = body["strava_activity"]
        return _session(activity, body.get("strava_streams") or {}, where)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Refusal(where, UNREADABLE)


def _session(activity: Mapping[str, Any], streams: Mapping[str, Any], where: str) -> Session:
    sport = str(activity["sport_type"])
    local = _moment(activity["start_date_local"]).replace(tzinfo=None)  # its Z is false
    hidden = (local.hour, local.minute, local.second) == HIDDEN_START
    warnings: list[str] = [NO_TIME] if hidden else []

    def kept(name: str, low: float, high: float) -> float | None:
        return _within(activity, name, low, high, warnings)

    return Session(
        source=SOURCE,
        source_id=str(activity["id"]),
        kind=_KINDS.get(sport, "other"),
        sport=sport,
        start_utc=None if hidden else _moment(activity["start_date"]),
        start_local=local,
        timezone=zone(activity),
        title=str(activity.get("name") or "") or None,
        distance_m=kept("distance", 0, _MOST),
        moving_s=kept("moving_time", 0, _MOST),
        elapsed_s=kept("elapsed_time", 0, _MOST),
        ascent_m=kept("total_elevation_gain", 0, 30_000),
        avg_hr=_rounded(kept("average_heartrate", 1, 254)),
        max_hr=_rounded(kept("max_heartrate", 1, 254)),
        rpe=kept("perceived_exertion", 0, 10) or None,  # 0 is not entered
        samples=samples(streams),
        where=where,
        warnings=tuple(warnings),
    )


def samples(streams: Mapping[str, Any]) -> Samples | None:
    """The kept columns, None without any."""
    times = streams.get("time")
    if not times:
        return None

    def column(key: str, low: float, high: float) -> list[float | None]:
        return [_number(value, low, high) for value in streams.get(key) or [None] * len(times)]

    return Samples(
        t_s=[int(second) for second in times],
        distance_m=column("distance", 0, _MOST),
        speed_mps=column("velocity_smooth", 0, 120),
        elevation_m=column("altitude", -500, 9_000),
        hr=[_rounded(value) for value in column("heartrate", 1, 254)],
    )


def zone(activity: Mapping[str, Any]) -> str | None:
    """'Europe/Berlin' of '(GMT+01:00) Europe/Berlin', or the offset, None where none is said."""
    found = _ZONE.fullmatch(str(activity.get("timezone") or ""))
    try:
        if found:
            return ZoneInfo(found.group(1)).key
    except (KeyError, ValueError, OSError):
        pass  # a name that this machine does not know: its offset is as good for that day
    offset = _number(activity.get("utc_offset"), -14 * 3_600, 14 * 3_600)
    if offset is None:
        return None
    minutes = round(abs(offset) / 60)
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if not 1980 <= found.year <= 2200:
        raise ValueError(f"no session was recorded in {found.year}")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _within(
    activity: Mapping[str, Any], name: str, low: float, high: float, warnings: list[str]
) -> float | None:
    value = activity.get(name)
    found = _number(value, low, high)
    if found is None and value not in (None, 0):
        warnings.append(IMPOSSIBLE.format(value=str(value)[:40], name=name))
    return found


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and low <= number <= high else None


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST
