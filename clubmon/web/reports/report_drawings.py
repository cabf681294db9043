"""The week's report in small drawings; pure. Lengths as in drawing.py."""

from __future__ import annotations

from clubmon.web.frame.drawing import Box, Drawing

RANGE_WIDTH, RANGE_HEIGHT = 72.0, 12.0
BAR_WIDTH, BAR_HEIGHT = 160.0, 12.0


def usual(value: float, low: float | None, high: float | None, mean: float | None) -> Drawing:
    """A week as an upright line over the usual range, or over the mean week where there is none.

    All in one unit, from 0 at the left edge.
    """
    top = 1.05 * max(value, high or 0, mean or 0, 1e-9)
    scale = RANGE_WIDTH / top
    boxes = [Box(0, RANGE_HEIGHT / 2 - 0.5, RANGE_WIDTH, 1, "axis")]
    if low is not None and high is not None:
        boxes.append(Box(low * scale, 3, max(1.5, (high - low) * scale), RANGE_HEIGHT - 6, "range"))
    elif mean is not None:
        boxes.append(Box(mean * scale - 0.75, 3, 1.5, RANGE_HEIGHT - 6, "range"))
    boxes.append(Box(value * scale - 1.25, 0, 2.5, RANGE_HEIGHT, "value"))
    return Drawing(RANGE_WIDTH, RANGE_HEIGHT, tuple(boxes), (), "")


def bar(value: float, top: float, *, this: bool) -> Drawing:
    """One lying bar; `top` is what fills the whole width, `this` marks the week of the report."""
    width = max(1.0, BAR_WIDTH * value / top) if value and top else 0.0
    boxes = (Box(0, 1, width, BAR_HEIGHT - 2, "recent" if this else "past"),) if width else ()
    return Drawing(BAR_WIDTH, BAR_HEIGHT, boxes, (), "")
