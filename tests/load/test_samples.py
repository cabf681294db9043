"""What samples come to: graded distance, metres by speed, seconds by heart rate."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.load.samples import FAST_FROM_MPS, Sums, cost, fast_of, graded_distance, sums
from clubmon.sdk import Samples, SpeedZone

ROOT = Path(__file__).parents[2]
ORACLE = Path(os.environ.get("CLUBMON_ORACLE", ROOT / ".." / "shared" / "oracle"))
LEAST, MOST = 0.494796, 5.396116  # what a metre costs at least and at most, times one on the flat
law = settings(max_examples=40, deadline=None)
Column = Sequence[float | None]


def recorded(
    t_s: Sequence[int] | None = None,
    distance_m: Column | None = None,
    speed_mps: Column | None = None,
    elevation_m: Column | None = None,
    hr: Sequence[int | None] | None = None,
) -> Samples:
    """Samples of these columns, one a second unless said; the others were not recorded."""
    given_columns = (t_s, distance_m, speed_mps, elevation_m, hr)
    count = next(len(column) for column in given_columns if column is not None)
    none = [None] * count
    return Samples(
        list(t_s if t_s is not None else range(count)),
        list(distance_m or none), list(speed_mps or none), list(elevation_m or none),
        list(hr or none),
    )  # fmt: skip


def fast_m(samples: Samples, from_mps: float = FAST_FROM_MPS) -> float | None:
    """Metres at this speed and more, as the marts add the bands up."""
    bands = sums(samples).fast_dm
    if bands is None:
        return None
    return sum(band or 0 for band in bands[round(10 * (from_mps - FAST_FROM_MPS)) :]) / 10


# ---- graded distance


def test_minettis_factors_are_met_to_the_digits_printed() -> None:
    path = ORACLE / "12_minetti_grade_factor.csv"
    if not path.is_file():
        pytest.skip(f"no worked examples at {ORACLE}; CLUBMON_ORACLE names their folder")
    for row in csv.DictReader(path.open(encoding="utf-8")):
        grade, metres = float(row["grade"]), np.arange(0.0, 1001.0, 10.0)
        graded = graded_distance(metres, grade * metres)
        assert graded is not None
        assert round(float(cost(grade)), 6) == float(row["cost_J_kg_m"])
        assert round(graded / 1000, 6) == float(row["factor_vs_flat"])


@pytest.mark.parametrize(("grade", "factor"), [(0.1, 1.657837), (-0.1, 0.597696), (0.45, 5.396115)])
def test_a_kilometre_uphill_counts_for_more_and_downhill_for_less(
    grade: float, factor: float
) -> None:
    metres = [10.0 * step for step in range(101)]
    samples = recorded(distance_m=metres, elevation_m=[grade * metre for metre in metres])
    assert sums(samples).graded_m == round(1000 * factor)


def test_a_wall_counts_as_the_steepest_that_was_measured() -> None:
    metres = np.arange(0.0, 301.0, 30.0)
    assert graded_distance(metres, 2 * metres) == graded_distance(metres, 0.45 * metres)
    assert graded_distance(metres, -2 * metres) == graded_distance(metres, -0.45 * metres)


_steps = st.lists(st.floats(0, 40), min_size=1, max_size=80).map(lambda s: np.cumsum([0.0, *s]))


@law
@given(metres=_steps, height=st.floats(-100, 4000))
def test_flat_ground_leaves_the_distance_unchanged(metres: np.ndarray, height: float) -> None:
    graded = graded_distance(metres, np.full(len(metres), height))
    assert graded == (pytest.approx(metres[-1]) if metres[-1] >= 30 else None)


@law
@given(metres=_steps, data=st.data())
def test_no_metre_costs_less_or_more_than_was_ever_measured(
    metres: np.ndarray, data: st.DataObject
) -> None:
    climbs = data.draw(st.lists(st.floats(-9, 9), min_size=len(metres), max_size=len(metres)))
    graded = graded_distance(metres, np.cumsum(climbs))
    if graded is not None:
        assert LEAST * metres[-1] <= graded <= MOST * metres[-1]


@law
@given(
    heights=st.lists(st.floats(-3, 3), min_size=13, max_size=61),
    at=st.integers(1, 30),
)
def test_two_stretches_add_up_to_the_whole(heights: list[float], at: int) -> None:
    """With a sample every 10 m a piece ends every 30 m; the run is cut where one ends."""
    whole = len(heights) - (len(heights) - 1) % 3
    metres, height = 10.0 * np.arange(whole), np.cumsum(heights)[:whole]
    cut = min(3 * at, whole - 4)
    parts = [
        graded_distance(metres[part] - metres[part][0], height[part])
        for part in (slice(0, cut + 1), slice(cut, whole))
    ]
    assert sum(part or 0 for part in parts) == pytest.approx(graded_distance(metres, height))


def test_noise_within_thirty_metres_is_no_slope() -> None:
    metres = np.arange(0.0, 3001.0, 3.0)
    jitter = np.where(np.arange(len(metres)) % 10 == 5, 2.0, 0.0)
    assert graded_distance(metres, 100 + jitter) == pytest.approx(3000)


def test_a_height_that_is_missing_now_and_then_is_bridged() -> None:
    metres = [10.0 * step for step in range(101)]
    elevation = [None if step % 7 == 3 else 50.0 for step in range(101)]
    assert sums(recorded(distance_m=metres, elevation_m=elevation)).graded_m == 1000


# ---- metres by speed


def test_each_metre_stands_in_the_band_of_its_speed() -> None:
    samples = recorded(speed_mps=[0, 3.99, 4.0, 4.09, 4.1, 5.5], distance_m=None)
    assert sums(samples).fast_dm == [81, 41, *[0] * 13, 55]


@pytest.mark.parametrize(("speed", "counts"), [(5.499, 0), (5.5, 5.5), (5.501, 5.5)])
def test_the_threshold_itself_counts(speed: float, counts: float) -> None:
    assert fast_m(recorded(speed_mps=[0, speed]), 5.5) == counts


@law
@given(
    speeds=st.lists(st.integers(0, 12_000), min_size=2, max_size=60),
    tenths=st.integers(40, 90),
)
def test_bands_add_up_to_the_distance_above_any_threshold(speeds: list[int], tenths: int) -> None:
    mps = [speed / 1000 for speed in speeds]
    distance = np.cumsum([0, *mps[1:]])
    want = sum(m for m, mm in zip(mps[1:], speeds[1:], strict=True) if mm >= 100 * tenths)
    samples = recorded(speed_mps=mps, distance_m=distance.tolist())
    # a band is rounded to a tenth of a metre
    assert fast_m(samples, tenths / 10) == pytest.approx(want, abs=0.05 * min(len(speeds), 90))


def test_speed_is_reckoned_from_distance_where_a_source_has_none() -> None:
    assert sums(recorded(distance_m=[0, 6, 12, 14])).fast_dm == [*[0] * 20, 120]


def test_distance_is_reckoned_from_speed_where_a_source_has_none() -> None:
    assert fast_m(recorded(t_s=[0, 4, 8], speed_mps=[6, 6, 6])) == 48


def test_a_speed_that_nobody_runs_counts_as_the_fastest_there_is() -> None:
    bands = sums(recorded(speed_mps=[0, 40, 12.5], distance_m=[0, 9, 18])).fast_dm
    assert bands == [*[0] * 85, 180]


def test_a_pause_adds_no_fast_metres() -> None:
    """Sixty metres walked while the watch was stopped are not sixty metres in ten seconds."""
    assert fast_m(recorded(t_s=[0, 1, 301, 302], distance_m=[0, 3, 63, 66])) == 0
    assert fast_m(recorded(t_s=[0, 1, 301], speed_mps=[5, 5, 5])) == 5 + 5 * 10


def test_a_watch_that_writes_twice_a_minute_keeps_its_speed() -> None:
    assert fast_m(recorded(t_s=[0, 30, 60], distance_m=[0, 150, 240])) == 150


@law
@given(metres=st.lists(st.floats(0, 500), min_size=2, max_size=40))
def test_a_step_backwards_adds_no_metres(metres: list[float]) -> None:
    forwards = sum(max(b - a, 0) for a, b in pairwise(metres))
    covered = fast_m(recorded(distance_m=metres))
    assert covered is not None
    assert covered <= forwards + 0.05 * len(metres)
    graded = sums(recorded(distance_m=metres, elevation_m=[5.0] * len(metres))).graded_m
    assert graded is None or graded <= max(metres) - metres[0] + 0.5


def test_an_odometer_that_starts_again_loses_one_step_of_fast_metres() -> None:
    assert fast_m(recorded(distance_m=[0, 5, 10, 0, 5, 10])) == 20


# ---- seconds by heart rate


def test_seconds_stand_at_the_beat_from_the_lowest_on() -> None:
    found = sums(recorded(t_s=[0, 2, 3, 6, 7], hr=[140, 141, 143, 140, 190]))
    assert (found.hr_from, found.hr_s) == (140, [2 + 1, 1, 0, 3])


@law
@given(
    steps=st.lists(st.integers(0, 10), min_size=1, max_size=60),
    data=st.data(),
)
def test_seconds_cover_the_whole_time(steps: list[int], data: st.DataObject) -> None:
    count = len(steps) + 1
    hr = data.draw(st.lists(st.integers(30, 230), min_size=count, max_size=count))
    found = sums(recorded(t_s=np.cumsum([0, *steps]).tolist(), hr=hr))
    if sum(steps) == 0:
        assert (found.hr_from, found.hr_s) == (None, None)
    else:
        assert found.hr_s is not None
        assert sum(found.hr_s) == sum(steps)


def test_a_pause_is_no_time_at_any_heart_rate() -> None:
    found = sums(recorded(t_s=[0, 1, 601, 602], hr=[140] * 4))
    assert found.hr_s == [12]  # of ten minutes the first ten seconds


@pytest.mark.parametrize("wrong", [0, 29, 231, 255, None])
def test_a_heart_rate_that_cannot_be_is_left_out(wrong: int | None) -> None:
    found = sums(recorded(hr=[150, 150, wrong, 150, 150, 150]))
    assert (found.hr_from, found.hr_s) == (150, [4])


@pytest.mark.parametrize("edge", [30, 230])
def test_the_ends_of_what_can_be_are_kept(edge: int) -> None:
    assert sums(recorded(hr=[edge] * 3)).hr_from == edge


@pytest.mark.parametrize(("good", "known"), [(8, True), (7, False)])
def test_under_four_fifths_of_the_time_say_nothing(good: int, known: bool) -> None:
    found = sums(recorded(hr=[*[150] * good, *[None] * (11 - good)]))
    assert (found.hr_s is not None) == known


# ---- what was not recorded

NOTHING = Sums()


@pytest.mark.parametrize(
    "samples",
    [
        None,
        Samples([], [], [], [], []),
        recorded(t_s=[0], distance_m=[0.0], speed_mps=[3.0], elevation_m=[9.0], hr=[140]),
        recorded(t_s=[0, 1, 2]),
    ],
    ids=["none", "empty", "one sample", "nothing but the time"],
)
def test_nothing_recorded_is_nothing_known(samples: Samples | None) -> None:
    assert sums(samples) == NOTHING


def test_a_missing_column_takes_only_its_own_sums_away() -> None:
    metres = [4.5 * step for step in range(40)]
    height, beats = [8.0] * 40, [150] * 40
    without_height = sums(recorded(distance_m=metres, hr=beats))
    assert without_height.graded_m is None
    assert (without_height.fast_dm, without_height.hr_s) == ([*[0] * 5, 1755], [39])
    without_heart = sums(recorded(distance_m=metres, elevation_m=height))
    assert (without_heart.hr_from, without_heart.hr_s) == (None, None)
    assert without_heart.graded_m == round(metres[-1])
    without_distance = sums(recorded(elevation_m=height, hr=beats))
    assert (without_distance.graded_m, without_distance.fast_dm) == (None, None)


def test_a_slow_run_has_no_fast_metres_and_says_so() -> None:
    assert sums(recorded(distance_m=[3.0 * step for step in range(9)])).fast_dm == []


@pytest.mark.parametrize("column", ["distance_m", "speed_mps", "elevation_m", "hr"])
def test_columns_with_holes_are_read_around_them(column: str) -> None:
    whole: dict[str, list[float | None]] = {
        "distance_m": [5.0 * step for step in range(60)], "speed_mps": [5.0] * 60,
        "elevation_m": [10.0] * 60, "hr": [150] * 60,
    }  # fmt: skip
    holes = [None if step in (20, 21) else value for step, value in enumerate(whole[column])]
    found, full = sums(recorded(**{**whole, column: holes})), sums(recorded(**whole))  # type: ignore[arg-type]
    assert found.graded_m == full.graded_m
    assert found.fast_dm == full.fast_dm
    assert found.hr_from == full.hr_from


def test_time_that_stands_still_or_turns_back_counts_as_none() -> None:
    found = sums(recorded(t_s=[0, 5, 5, 3, 8], distance_m=[0, 20, 25, 30, 35], hr=[150] * 5))
    assert found.hr_s == [10]
    assert found.fast_dm is not None
    assert all(band is not None and band >= 0 for band in found.fast_dm)


def test_a_recording_that_breaks_off_says_nothing_of_the_whole() -> None:
    part = recorded(
        distance_m=[3.0 * t for t in range(600)],
        speed_mps=[5.0] * 600,
        elevation_m=[10.0] * 600,
        hr=[150] * 600,
    )
    assert sums(part, distance_m=10_800, seconds=3600) == Sums()
    whole = sums(part, distance_m=1800, seconds=600)
    assert None not in (whole.graded_m, whole.fast_dm, whole.hr_s)


def test_four_fifths_are_enough() -> None:
    part = recorded(hr=[150] * 801)
    assert sums(part, seconds=1000).hr_s == [800]
    assert sums(part, seconds=1001).hr_s is None


def test_a_watch_that_writes_twice_a_minute_is_not_taken_for_pauses() -> None:
    slow = recorded(t_s=range(0, 3601, 30), hr=[140] * 121)
    assert sums(slow, seconds=3600).hr_s == [3600]


# ---- zones of speed

KMH = 3.6


def zones(*limits: tuple[float, float | None, float]) -> list[SpeedZone]:
    """Zones of (from, to, metres), limits in km/h."""
    return [SpeedZone(low / KMH, high and high / KMH, metres) for low, high, metres in limits]


def at_least(fast: Sequence[int | None] | None, from_mps: float) -> float | None:
    """Metres from a threshold on as the marts tell them; None: not known."""
    if fast is None:
        return None
    band = fast[round(10 * (from_mps - FAST_FROM_MPS)) :]
    return None if band[0] is None else sum(each or 0 for each in band) / 10


def test_zones_tell_metres_from_their_own_limits_on_and_nothing_between() -> None:
    fast = fast_of(zones((14.4, 19.79, 900), (19.8, 25.19, 310), (25.2, None, 120)))
    told = {mps: at_least(fast, mps) for mps in (4.0, 5.5, 7.0, 5.0, 6.0, 8.0, 12.5)}
    assert told == {4.0: 1330, 5.5: 430, 7.0: 120, 5.0: None, 6.0: None, 8.0: None, 12.5: None}


def test_a_limit_that_is_no_whole_tenth_belongs_to_the_zone_below() -> None:
    fast = fast_of(zones((18, 20.99, 200), (21, 23.99, 100), (24, None, 50)))
    assert at_least(fast, 5.0) == 350
    assert [place for place, band in enumerate(fast or []) if band is not None] == [10]


def test_below_a_gap_and_without_an_open_top_nothing_is_known() -> None:
    gap = fast_of(zones((14.4, 18, 900), (25.2, None, 120)))
    assert (at_least(gap, 7.0), at_least(gap, 4.0)) == (120, None)
    assert fast_of(zones((14.4, 19.79, 900), (19.8, 25.19, 310))) is None
    assert at_least(fast_of(zones((19.8, 50, 310))), 5.5) == 310
    assert fast_of(()) is None


@pytest.mark.parametrize("fastest", [50, 1e40])
def test_a_limit_faster_than_anybody_runs_is_no_limit_of_ours(fastest: float) -> None:
    fast = fast_of(zones((19.8, fastest, 310), (fastest, None, 5)))
    assert at_least(fast, 5.5) == 315


def test_samples_go_before_zones() -> None:
    told = zones((19.8, None, 999))
    count = 20
    run = recorded(distance_m=[6.0 * step for step in range(count)])
    assert sums(run, zones=told).fast_dm == sums(run).fast_dm
    assert sums(None, zones=told).fast_dm == fast_of(told)
