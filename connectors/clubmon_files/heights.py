"""Ascent and descent of a profile of heights, smoothed in a stated way.

Heights are averaged over 15 s around each point, without the jumps of a barometer that is set
anew; then climbs and descents count from 3 m on. What is less is noise, and would add up to
hundreds of metres.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise

SMOOTHED_S = 15
COUNTS_FROM_M = 3.0
JUMP_M, STEEPEST_MPS = 10.0, 5.0  # what goes further in a step is no climb
COVERS = 0.8  # of the points (ours): a part would stand for the whole


def climbs(times: list[int], heights: list[float | None]) -> tuple[float | None, float | None]:
    """Metres up and down; None each where fewer than four fifths of the points have a height."""
    known = [(t, h) for t, h in zip(times, heights, strict=True) if h is not None]
    if len(known) < 2 or len(known) < COVERS * len(times):
        return None, None
    turns = turning_points(_averaged(_without_jumps(known)))
    rises = [after - before for before, after in pairwise(turns)]
    return sum(rise for rise in rises if rise > 0), -sum(rise for rise in rises if rise < 0)


def turning_points(heights: list[float]) -> list[float]:
    """Where a profile turns, leaving out turns of less than 3 m; its first height always."""
    turns = [heights[0]]
    low = high = end = heights[0]
    trend = 0
    for height in heights:
        low, high = min(low, height), max(high, height)
        if trend == 0 and high - low >= COUNTS_FROM_M:
            trend = 1 if height == high else -1
            turns, end = [low if trend > 0 else high], height
        elif trend and (height - end) * trend > 0:
            end = height
        elif trend and (end - height) * trend >= COUNTS_FROM_M:
            turns.append(end)
            trend, end = -trend, height
    return [*turns, end] if trend else turns


def _without_jumps(known: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Heights that go on from where they were when a barometer is set anew."""
    shift = 0.0
    found = known[:1]
    for before, after in pairwise(known):
        step = after[1] - before[1]
        if abs(step) > JUMP_M + STEEPEST_MPS * (after[0] - before[0]):
            shift -= step
        found.append((after[0], after[1] + shift))
    return found


def _averaged(known: list[tuple[int, float]]) -> list[float]:
    """Each height averaged over the points within half of 15 s before and after."""
    times = [t for t, _ in known]
    running = [0.0, *accumulate(h for _, h in known)]
    found = []
    for t in times:
        first = bisect_left(times, t - SMOOTHED_S / 2)
        last = bisect_right(times, t + SMOOTHED_S / 2)
        found.append((running[last] - running[first]) / (last - first))
    return found
