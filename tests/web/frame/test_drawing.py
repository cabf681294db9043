"""Small charts as geometry: nothing leaves its frame, nothing unknown looks like nothing done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clubmon.web.frame.drawing import change_bar, sparkline, trail

LOADS = st.lists(st.none() | st.integers(0, 200_000), min_size=1, max_size=60)
SCORES = st.lists(st.none() | st.integers(0, 10), min_size=1, max_size=60)


@given(LOADS, SCORES)
def test_every_mark_stays_inside_the_frame(
    loads: list[int | None], scores: list[int | None]
) -> None:
    made = sparkline(loads, scores, "")
    for box in made.boxes:
        assert 0 <= box.x <= box.x + box.width <= made.width
        assert 0 <= box.y < box.y + box.height <= made.height + 1e-9
    for dot in made.dots:
        assert 0 <= dot.x <= made.width
        assert dot.y - dot.radius >= 0
        assert dot.y + dot.radius <= made.height


@given(LOADS)
def test_unknown_days_are_crosses_and_rest_days_are_empty(loads: list[int | None]) -> None:
    made = sparkline(loads, [], "")
    assert len(made.dots) == loads.count(None)
    assert {dot.kind for dot in made.dots} <= {"unknown"}
    assert len(made.boxes) == sum(1 for load in loads if load)


@given(SCORES)
def test_tightness_below_three_draws_no_dot(scores: list[int | None]) -> None:
    dots = sparkline([0] * len(scores), scores, "").dots
    assert len(dots) == sum(1 for score in scores if score is not None and score >= 3)


@given(st.floats(-100, 10_000))
def test_a_change_bar_stays_on_its_side_of_the_middle(pct: float) -> None:
    made = change_bar(pct, 15)
    bar = next(box for box in made.boxes if box.kind in ("over", "within"))
    middle = made.width / 2
    assert (bar.x >= middle) if pct >= 0 else (bar.x + bar.width <= middle + 1e-9)
    assert (bar.kind == "over") == (pct > 15)


@given(SCORES)
def test_a_trail_has_one_mark_per_day(scores: list[int | None]) -> None:
    made = trail(scores)
    assert len(made.boxes) + len(made.dots) == len(scores)
    assert len(made.dots) == scores.count(None)
