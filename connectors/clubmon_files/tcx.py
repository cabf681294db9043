"""TCX: one session per activity; a multisport file holds several.

Laps hold the device's own totals, which count. Where the file breaks off, or a lap lacks
them, the points are summed instead. Ascent is always made of the points.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from clubmon.sdk import ConnectorError, Kind, Refusal, Session, sentence
from clubmon_files import bounds, track, tracksession, xmlwalk
from clubmon_files.shapes import ByteFormat, Found
from clubmon_files.track import Sums
from clubmon_files.xmlwalk import Event

NO_ACTIVITY = sentence(
    "holds no activity (a course or a workout only); export the activity itself."
)
NO_TCX = sentence("is no TCX file, or breaks off before its first points; export it again.")
NO_CLOCK = sentence("holds an activity whose start is no date; export it again.")
_WHOLE = frozenset({"Trackpoint", "AverageHeartRateBpm", "MaximumHeartRateBpm", "Extensions"})


@dataclass(slots=True)
class _Lap:
    start: datetime | None
    tracks: int = 0
    seconds: float | None = None
    metres: float | None = None
    avg_hr: int | None = None
    max_hr: int | None = None


@dataclass(slots=True)
class _Activity:
    sport: str
    start: datetime | None = None
    laps: list[_Lap] = field(default_factory=list)
    points: list[track.Point] = field(default_factory=list)
    segment: int = 0
    whole: bool = False  # its end was read


def read_tcx(data: bytes, where: str) -> Found:
    """Sessions of a TCX file's bytes; one Refusal where there is nothing to keep."""
    data, note = xmlwalk.prepared(data)
    found: list[_Activity] = []
    broken = ""
    try:
        for event in xmlwalk.walk(data, _WHOLE):
            _take(found, event)
    except xmlwalk.Broken:
        broken = xmlwalk.BROKEN
    except ConnectorError as error:
        yield Refusal(where, str(error))
        return
    for activity in found:
        yield _session(activity, where, note, "" if activity.whole else broken)
    if not found:
        yield Refusal(where, NO_TCX if broken else NO_ACTIVITY)


def _take(found: list[_Activity], event: Event) -> None:
    if event.at == "start" and event.name == "Activity":
        found.append(_Activity(event.element.get("Sport", "") or "unknown"))
    elif found and not found[-1].whole:
        _begin(found[-1], event) if event.at == "start" else _end(found[-1], event)


def _begin(activity: _Activity, event: Event) -> None:
    if event.name == "Lap":
        start = xmlwalk.instant(event.element.get("StartTime", ""))
        activity.laps.append(_Lap(start))
        activity.start = activity.start or start
    elif event.name == "Track" and activity.laps:
        lap = activity.laps[-1]
        activity.segment += lap.tracks > 0  # a second track in a lap begins after a pause
        lap.tracks += 1


def _end(activity: _Activity, event: Event) -> None:
    word = (event.element.text or "").strip()
    if event.name == "Activity":
        activity.whole = True
    elif event.name == "Trackpoint":
        _add(activity, event.element)
    elif event.name == "Id" and event.parent == "Activity":
        activity.start = activity.start or xmlwalk.instant(word)
    elif event.parent == "Lap":
        _total(activity.laps[-1], event, word)


def _total(lap: _Lap, event: Event, word: str) -> None:
    if event.name == "TotalTimeSeconds":
        lap.seconds = bounds.seconds(xmlwalk.number(word))
    elif event.name == "DistanceMeters":
        lap.metres = bounds.metres(xmlwalk.number(word))
    elif event.name == "AverageHeartRateBpm":
        lap.avg_hr = bounds.heart_rate(
            xmlwalk.number(xmlwalk.leaves(event.element).get("value", ""))
        )
    elif event.name == "MaximumHeartRateBpm":
        lap.max_hr = bounds.heart_rate(
            xmlwalk.number(xmlwalk.leaves(event.element).get("value", ""))
        )


def _beats(element: Element) -> int | None:
    return bounds.heart_rate(xmlwalk.number(xmlwalk.leaves(element).get("value", "")))


def _add(activity: _Activity, element: Element) -> None:
    told = xmlwalk.leaves(element)
    moment = xmlwalk.instant(told.get("time", ""))
    if moment is None:
        return
    activity.start = activity.start or moment
    activity.points.append(
        track.Point(
            t=xmlwalk.unix(moment),
            segment=activity.segment,
            place=track.place(told.get("latitudedegrees", ""), told.get("longitudedegrees", "")),
            elevation=xmlwalk.number(told.get("altitudemeters", "")),
            hr=bounds.heart_rate(xmlwalk.number(told.get("value", ""))),
            distance=bounds.metres(xmlwalk.number(told.get("distancemeters", ""))),
            speed=xmlwalk.number(told.get("speed", "")),
        )
    )


def _session(read: _Activity, where: str, *reservations: str) -> Session | Refusal:
    if read.start is None:
        return Refusal(where, NO_CLOCK)
    sums = track.sums(read.points)
    laps = read.laps if read.whole or sums is None else []
    metres, seconds, average, most = (
        (sums.distance_m, sums.moving_s, sums.avg_hr, sums.max_hr) if sums else [None] * 4
    )
    kind: Kind = "run" if read.sport.lower() == "running" else "other"
    made = replace(
        tracksession.started("tcx", read.sport, read.start),
        kind=kind,
        distance_m=_summed([lap.metres for lap in laps]) or metres,
        moving_s=_summed([lap.seconds for lap in laps]) or seconds,
        elapsed_s=_elapsed(read.start, laps, sums),
        avg_hr=_mean_hr(laps) or average,
        max_hr=_most([lap.max_hr for lap in laps]) or most,
        where=where,
    )
    if sums is not None:
        made = replace(
            made,
            ascent_m=bounds.climb(sums.ascent_m),
            descent_m=bounds.climb(sums.descent_m),
            samples=track.since(sums, xmlwalk.unix(read.start)),
        )
    lost = sums if made.distance_m is None or (sums and sums.lost) else None
    return replace(made, warnings=tracksession.notes(read.start, lost, *reservations))


def _summed(values: list[float | None]) -> float | None:
    """The sum where every lap tells its part."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _most(values: list[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _mean_hr(laps: list[_Lap]) -> int | None:
    """Over the laps, each by its length; None where one of them tells none."""
    told = [(lap.avg_hr, lap.seconds or 0.0) for lap in laps if lap.avg_hr]
    seconds = sum(length for _, length in told)
    if len(told) < len(laps) or not seconds:
        return None
    return round(sum(beats * length for beats, length in told) / seconds)


def _elapsed(start: datetime, laps: list[_Lap], sums: Sums | None) -> float | None:
    """From the start to the last point, or to the end of the last lap where that is later."""
    begun = xmlwalk.unix(start)
    ends = [
        xmlwalk.unix(lap.start) - begun + lap.seconds
        for lap in laps
        if lap.start is not None and lap.seconds is not None
    ]
    if sums is not None:
        ends.append(sums.start - begun + sums.elapsed_s)
    return bounds.seconds(max(ends, default=None))


FORMAT = ByteFormat(
    suffixes=(".tcx",),
    starts=lambda head: b"TrainingCenterDatabase" in head,
    read=read_tcx,
    most_bytes=xmlwalk.MOST_BYTES,
)
