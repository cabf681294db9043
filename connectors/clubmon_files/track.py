"""A track of points, as TCX and GPX hold it: what it adds up to, without its positions.

Positions are used for distances here and go no further.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, pairwise

from clubmon.sdk import Samples
from clubmon_files import bounds, fit_parts
from clubmon_files.heights import COVERS, climbs

EARTH_M = 6_371_008.8  # mean radius
PAUSE_S = 30  # a longer gap is time not spent moving, unless the points lie far apart throughout
FASTEST_MPS = 50.0  # faster is a jump of the position
FIRST_M = 50.0  # a first count above it was begun by an earlier part
SPEED_OVER_S = 5  # from one second to the next positions jitter by a metre or two


@dataclass(slots=True)
class Point:
    """One recorded moment: Unix seconds, degrees, metres, m/s, beats per minute."""

    t: int
    segment: int
    place: tuple[float, float] | None = None
    elevation: float | None = None
    hr: int | None = None
    distance: float | None = None  # as the device counted it
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What a track comes to; None: not recorded."""

    start: int
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    ascent_m: float | None
    descent_m: float | None
    avg_hr: int | None
    max_hr: int | None
    samples: Samples
    lost: int  # points that lie a day or more from the others


def sums(points: list[Point]) -> Sums | None:
    """Of points in any order, one per second counts; None for fewer than two."""
    tidy = _ordered(points)
    if len(tidy) < 2:
        return None
    steps = list(pairwise(tidy))
    pause = _pause([after.t - before.t for before, after in steps])
    moved = [
        after.t - before.t
        for before, after in steps
        if after.t - before.t <= pause and after.segment == before.segment
    ]
    distances = _distances(tidy)
    hearts = [point.hr for point in tidy if point.hr is not None]
    up, down = climbs([point.t for point in tidy], [point.elevation for point in tidy])
    return Sums(
        start=tidy[0].t,
        elapsed_s=float(tidy[-1].t - tidy[0].t),
        moving_s=float(sum(moved)),
        distance_m=distances[-1] if distances else None,
        ascent_m=up,
        descent_m=down,
        avg_hr=round(sum(hearts) / len(hearts)) if hearts else None,
        max_hr=max(hearts, default=None),
        samples=_samples(tidy, distances, pause),
        lost=len({point.t for point in points}) - len(tidy),
    )


def since(sums: Sums, start: int) -> Samples:
    """The samples counted from another start; those before it are left out."""
    shift, known = sums.start - start, sums.samples
    first = bisect_left(known.t_s, -shift)
    return Samples(
        t_s=[t + shift for t in known.t_s[first:]],
        distance_m=known.distance_m[first:],
        speed_mps=known.speed_mps[first:],
        elevation_m=known.elevation_m[first:],
        hr=known.hr[first:],
    )


def place(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Degrees north and east; None for what is nowhere, and for 0/0, which is no fix."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    possible = abs(north) <= 90 and abs(east) <= 180 and (north or east)
    return (north, east) if possible else None


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along the great circle, by the haversine formula; both places in degrees."""
    north_a, north_b = math.radians(a[0]), math.radians(b[0])
    half_north = math.sin((north_b - north_a) / 2) ** 2
    half_east = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    square = half_north + math.cos(north_a) * math.cos(north_b) * half_east
    return 2 * EARTH_M * math.asin(math.sqrt(min(square, 1.0)))


def _ordered(points: list[Point]) -> list[Point]:
    """In time order, the first of each second, and only the longest stretch without a day's gap."""
    first: dict[int, Point] = {}
    for point in points:
        first.setdefault(point.t, point)
    rows = fit_parts.coherent([[t, point] for t, point in sorted(first.items())])
    return [point for _, point in rows]


def _pause(gaps: list[int]) -> float:
    return max(PAUSE_S, 3 * sorted(gaps)[len(gaps) // 2])


def _distances(points: list[Point]) -> list[float] | None:
    """Metres since the start at each point: the device's count, else summed over positions."""
    if sum(point.distance is not None for point in points) >= COVERS * len(points):
        return _counted(points)
    if sum(point.place is not None for point in points) < COVERS * len(points):
        return None
    return list(accumulate((_step(*pair) for pair in _pairs(points)), initial=0.0))


def _counted(points: list[Point]) -> list[float]:
    """The device's count, which may start anew with a lap or go on from an earlier part."""
    total, before, found = 0.0, None, []
    for point in points:
        if point.distance is not None:
            step = point.distance - (before or 0.0)
            if before is not None or step <= FIRST_M:
                total += max(step, 0.0)
            before = point.distance
        found.append(total)
    return found


def _pairs(points: list[Point]) -> list[tuple[Point, Point]]:
    """Each point with the last one before it that has a position."""
    found = []
    before = points[0]
    for point in points[1:]:
        found.append((before, point))
        if point.place is not None:
            before = point
    return found


def _step(before: Point, after: Point) -> float:
    """Metres between two points; none across a break of the track or a jump of the position."""
    if before.place is None or after.place is None or before.segment != after.segment:
        return 0.0
    metres = metres_between(before.place, after.place)
    return metres if metres <= FASTEST_MPS * (after.t - before.t) else 0.0


def _samples(points: list[Point], distances: list[float] | None, pause: float) -> Samples:
    start = points[0].t
    told = any(point.speed is not None for point in points)
    return Samples(
        t_s=[point.t - start for point in points],
        distance_m=[None] * len(points) if distances is None else [*distances],
        speed_mps=(
            [bounds.within(point.speed, 0, bounds.FASTEST_MPS) for point in points]
            if told or distances is None
            else _speeds([point.t for point in points], distances, pause)
        ),
        elevation_m=[bounds.within(point.elevation, -500, 10_000) for point in points],
        hr=[point.hr for point in points],
    )


def _speeds(times: list[int], distances: list[float], pause: float) -> list[float | None]:
    """Metres per second over the last 5 s, or since the point before where that is longer ago."""
    found: list[float | None] = [None]
    for index in range(1, len(times)):
        first = min(bisect_left(times, times[index] - SPEED_OVER_S), index - 1)
        passed = times[index] - times[first]
        metres = distances[index] - distances[first]
        found.append(metres / passed if passed <= pause else None)
    return found
