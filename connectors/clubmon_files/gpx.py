"""GPX: one session per track. The format has no totals: they are made of the points.

Sensors stand in extensions whose names differ in prefix only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from clubmon.sdk import ConnectorError, Kind, Refusal, Session, sentence
from clubmon_files import bounds, strava_columns, times, track, tracksession, xmlwalk
from clubmon_files.shapes import ByteFormat, Found
from clubmon_files.xmlwalk import Event

NO_TRACK = sentence(
    "holds no recorded track (a route or marked places only); export the activity itself."
)
NO_TIMES = sentence("holds a track without times, as a plan has; export the recorded activity.")
NO_GPX = sentence("is no GPX file, or breaks off before its first points; export it again.")
NO_SPORT = sentence(
    "The file does not name its sport, so it counts as neither run nor lift: "
    "upload the FIT or TCX file of a run instead."
)
_HEART = ("hr", "heartrate", "heart_rate")
_RUNS = ("running", "run", "jogging", "9")  # Strava's number for a run


@dataclass(slots=True)
class _Track:
    name: str = ""
    sport: str = ""
    segment: int = 0
    points: list[track.Point] = field(default_factory=list)
    first: datetime | None = None
    untimed: int = 0


def read_gpx(data: bytes, where: str) -> Found:
    """Sessions of a GPX file's bytes; one Refusal where there is nothing to keep."""
    data, note = xmlwalk.prepared(data)
    tracks: list[_Track] = []
    broken = ""
    try:
        for each in _tracks(data):
            tracks.append(each)  # one by one: those before a fault are kept
    except xmlwalk.Broken:
        broken = xmlwalk.BROKEN
    except ConnectorError as error:
        yield Refusal(where, str(error))
        return
    found = [made for each in tracks if (made := _session(each, where, note, broken))]
    yield from found
    if not found:
        yield Refusal(where, _nothing(tracks, broken))


def kind_of(word: str) -> Kind:
    """The kind of a `type`, which each app words in its own way."""
    plain = times.folded(word).replace("_", " ")
    if plain in _RUNS or plain.endswith((" running", " run")):
        return "run"
    return strava_columns.kind_of(plain)


def _nothing(tracks: list[_Track], broken: str) -> str:
    if any(each.untimed for each in tracks):
        return NO_TIMES
    return NO_GPX if broken else NO_TRACK


def _tracks(data: bytes) -> Iterator[_Track]:
    """Tracks as they begin, filled while the file is read."""
    current = _Track()
    for event in xmlwalk.walk(data, frozenset({"trkpt", "wpt", "rtept"})):
        if event.at == "start" and event.name == "trk":
            current = _Track()
            yield current
        elif event.at == "start" and event.name == "trkseg":
            current.segment += 1
        elif event.at == "end" and event.parent in ("trk", "trkseg"):
            _take(current, event)


def _take(current: _Track, event: Event) -> None:
    if event.name == "trkpt":
        _add(current, event.element)
    elif event.name == "name":
        current.name = (event.element.text or "").strip()
    elif event.name == "type":
        current.sport = (event.element.text or "").strip()


def _add(current: _Track, element: Element) -> None:
    told = xmlwalk.leaves(element)
    moment = xmlwalk.instant(told.get("time", ""))
    if moment is None:
        current.untimed += 1
        return
    seconds = xmlwalk.unix(moment)
    if current.first is None or seconds < xmlwalk.unix(current.first):
        current.first = moment
    beats = next((told[name] for name in _HEART if name in told), "")
    current.points.append(
        track.Point(
            t=seconds,
            segment=current.segment,
            place=track.place(element.get("lat", ""), element.get("lon", "")),
            elevation=xmlwalk.number(told.get("ele", "")),
            hr=bounds.heart_rate(xmlwalk.number(beats)),
            speed=xmlwalk.number(told.get("speed", "")),
        )
    )


def _session(read: _Track, where: str, *reservations: str) -> Session | None:
    sums = track.sums(read.points)
    if sums is None or read.first is None:
        return None
    start = bounds.instant(sums.start).astimezone(read.first.tzinfo)
    if read.first.tzinfo is None:
        start = bounds.instant(sums.start).replace(tzinfo=None)
    unnamed = "" if read.sport else NO_SPORT
    return replace(
        tracksession.started("gpx", read.sport or "unknown", start),
        kind=kind_of(read.sport),
        title=read.name or None,
        distance_m=sums.distance_m,
        moving_s=sums.moving_s,
        elapsed_s=sums.elapsed_s,
        ascent_m=bounds.climb(sums.ascent_m),
        descent_m=bounds.climb(sums.descent_m),
        avg_hr=sums.avg_hr,
        max_hr=sums.max_hr,
        samples=sums.samples,
        where=where,
        warnings=tracksession.notes(start, sums, *reservations, unnamed),
    )


FORMAT = ByteFormat(
    suffixes=(".gpx",),
    starts=lambda head: b"<gpx" in head or b":gpx" in head,
    read=read_gpx,
    most_bytes=xmlwalk.MOST_BYTES,
)
