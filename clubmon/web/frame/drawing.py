"""Small inline charts as plain geometry, drawn by templates/parts.html; pure.

All lengths are SVG user units with y downwards. A day is None where nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEP, BAR = 5, 4  # one day, and the part of it that is filled
LANE, PLOT = 9, 34  # tightness dots above, bars below
SHOWN_FROM = 3  # tightness below this draws no dot
STRONG_FROM = 6
STRONG, SOME = 2.4, 1.8  # radii: with their outline, dots of days in a row stay apart
CHANGE_HALF, CHANGE_FULL = 34.0, 60.0  # half width stands for this change in %
TRAIL_STEP, TRAIL_HEIGHT = 5, 16


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle of one kind (a CSS class)."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A round mark of one kind; 'unknown' is drawn as a cross."""

    x: float
    y: float
    radius: float
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a template draws: size, parts and the sentence that says the same."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    dots: tuple[Dot, ...]
    label: str


def sparkline(
    loads: Sequence[int | None], tightness: Sequence[int | None], label: str, recent: int = 7
) -> Drawing:
    """Daily loads, oldest first, the last `recent` dark; the worse leg's score as dots above.

    An unknown day is a cross on the floor, a rest day is empty.

    `tightness` is empty where the viewer may not see it; it may have one more entry, for
    this morning's answer, which has no bar yet.
    """
    top = max((load for load in loads if load), default=1)
    boxes = [
        _day_bar(index, load, top, recent=index >= len(loads) - recent)
        for index, load in enumerate(loads)
        if load
    ]
    crosses = [
        Dot(index * STEP + BAR / 2, LANE + PLOT - 2, 1.5, "unknown")
        for index, load in enumerate(loads)
        if load is None
    ]
    dots = [
        Dot(index * STEP + BAR / 2, LANE / 2, STRONG if score >= STRONG_FROM else SOME, _dot(score))
        for index, score in enumerate(tightness)
        if score is not None and score >= SHOWN_FROM
    ]
    days = max(len(loads), len(tightness))
    return Drawing(days * STEP, LANE + PLOT, tuple(boxes), (*crosses, *dots), label)


def change_bar(pct: float, line_pct: float) -> Drawing:
    """A bar left or right of the middle; a thin box marks where a flag can start."""
    width = max(1.0, min(abs(pct), CHANGE_FULL) / CHANGE_FULL * CHANGE_HALF)
    kind = "over" if pct > line_pct else "within"
    x = CHANGE_HALF if pct >= 0 else CHANGE_HALF - width
    line = CHANGE_HALF + line_pct / CHANGE_FULL * CHANGE_HALF
    boxes = (
        Box(CHANGE_HALF - 0.5, 0, 1, 14, "axis"),
        Box(x, 3, width, 8, kind),
        Box(line, 0, 1, 14, "limit"),
    )
    return Drawing(CHANGE_HALF * 2, 14, boxes, (), "")


def trail(scores: Sequence[int | None]) -> Drawing:
    """One leg's scores (0-10), oldest first; a day without an answer is a dot on the floor."""
    boxes, dots = [], []
    for index, score in enumerate(scores):
        x = index * TRAIL_STEP
        if score is None:
            dots.append(Dot(x + 2, TRAIL_HEIGHT - 1.5, 0.9, "none"))
            continue
        height = max(1.5, score / 10 * TRAIL_HEIGHT)
        kind = "tight" if score >= SHOWN_FROM else "easy"
        boxes.append(Box(x, TRAIL_HEIGHT - height, BAR, height, kind))
    return Drawing(len(scores) * TRAIL_STEP, TRAIL_HEIGHT, tuple(boxes), tuple(dots), "")


def weeks(scores: Sequence[int | None]) -> Drawing:
    """Weekly scores (0-100), oldest first; a week without a score is a dot on the floor."""
    boxes, dots = [], []
    for index, score in enumerate(scores):
        x = index * 2 * TRAIL_STEP
        if score is None:
            dots.append(Dot(x + BAR, 2 * TRAIL_HEIGHT - 1.5, 1.2, "none"))
            continue
        height = max(1.5, score / 100 * 2 * TRAIL_HEIGHT)
        boxes.append(
            Box(x, 2 * TRAIL_HEIGHT - height, 2 * BAR, height, "tight" if score else "easy")
        )
    width = len(scores) * 2 * TRAIL_STEP
    return Drawing(width, 2 * TRAIL_HEIGHT, tuple(boxes), tuple(dots), "")


def _day_bar(index: int, load: int, top: int, *, recent: bool) -> Box:
    height = max(1.5, load / top * PLOT)
    kind = "recent" if recent else "past"
    return Box(index * STEP, LANE + PLOT - height, BAR, height, kind)


def _dot(score: int) -> str:
    return "strong" if score >= STRONG_FROM else "some"
