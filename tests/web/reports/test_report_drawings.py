"""The small drawings of the weekly report."""

from __future__ import annotations

from clubmon.web.frame.drawing import Box, Drawing
from clubmon.web.reports import report_drawings


def _of(drawing: Drawing, kind: str) -> list[Box]:
    return [box for box in drawing.boxes if box.kind == kind]


def test_a_week_within_the_range_stands_in_the_band() -> None:
    drawing = report_drawings.usual(30, 20, 40, 25)
    (band,), (line,) = _of(drawing, "range"), _of(drawing, "value")
    middle = line.x + line.width / 2
    assert band.x < middle < band.x + band.width


def test_a_week_above_the_range_stands_to_its_right_and_in_the_drawing() -> None:
    drawing = report_drawings.usual(80, 20, 40, 25)
    (band,), (line,) = _of(drawing, "range"), _of(drawing, "value")
    assert line.x > band.x + band.width
    assert line.x + line.width <= drawing.width


def test_without_a_range_the_mean_week_is_marked() -> None:
    (band,) = _of(report_drawings.usual(30, None, None, 15), "range")
    (line,) = _of(report_drawings.usual(30, None, None, 15), "value")
    assert abs((band.x + band.width / 2) * 2 - (line.x + line.width / 2)) < 1


def test_nothing_at_all_still_is_a_drawing() -> None:
    assert _of(report_drawings.usual(0, 0, 0, None), "value")


def test_bars_are_as_long_as_their_sums() -> None:
    full, half = report_drawings.bar(10, 10, this=True), report_drawings.bar(5, 10, this=False)
    assert full.boxes[0].width == full.width
    assert half.boxes[0].width * 2 == full.width
    assert (full.boxes[0].kind, half.boxes[0].kind) == ("recent", "past")
    assert report_drawings.bar(0, 0, this=True).boxes == ()
