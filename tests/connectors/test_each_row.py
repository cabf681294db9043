"""What the connector promises about TrainingPeaks and intervals.icu."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from clubmon_files import eachrow, intervals, lifts
from hypothesis import given
from hypothesis import strategies as st

PEAKS = (
    '"Title","WorkoutType","WorkoutDescription","PlannedDuration","PlannedDistanceInMeters",'
    '"WorkoutDay","CoachComments","DistanceInMeters","Energy","AthleteComments",'
    '"TimeTotalInHours","HeartRateAverage","HeartRateMax","Rpe","Feeling"\n'
)
DONE = (
    '"Z2 - לפי דופק","Run","","1.33","","2026-02-01","","12528.84","","","1.5",'
    '"136","155","3","1"\n'
)
PLAN = '"Long","Run","hard","1.5","20000","2026-02-03","","","","","","","","",""\n'
INTERVALS = (
    "id,start_date_local,type,name,moving_time,elapsed_time,distance,total_elevation_gain,"
    "average_heartrate,max_heartrate,icu_rpe\n"
)
RAN = "i7788,2026-08-12T07:15:00,TrailRun,Hills,3600,3700,11500.5,410.0,151,178,7\n"


def test_a_trainingpeaks_run_has_its_day_and_its_totals(one: Any) -> None:
    run = one((PEAKS + DONE).encode(), "workouts.csv")
    assert (run.source, run.kind, run.sport) == ("trainingpeaks", "run", "Run")
    assert run.start_local == datetime(2026, 2, 1, 12)  # noqa: DTZ001
    assert (run.distance_m, run.moving_s, run.rpe) == (12_528.84, 5_400, 3)
    assert (run.avg_hr, run.max_hr, run.title) == (136, 155, "Z2 - לפי דופק")
    assert (run.time_known, run.warnings) == (False, (lifts.DAY_ONLY,))


def test_planned_workouts_are_skipped(one: Any, refused: Any) -> None:
    assert one((PEAKS + PLAN + DONE).encode(), "workouts.csv").where == "workouts.csv row 3"
    assert eachrow.ALL_PLANNED in refused((PEAKS + PLAN).encode(), "workouts.csv")


def test_two_alike_of_one_day_are_two_and_keep_their_ids(read: Any) -> None:
    first, second = read((PEAKS + DONE + DONE).encode(), "a.csv")
    again, other = read((PEAKS + PLAN + DONE + DONE).encode(), "b.csv")
    assert first.source_id != second.source_id
    assert [again.source_id, other.source_id] == [first.source_id, second.source_id]


@pytest.mark.parametrize(
    ("word", "kind"), [("Run", "run"), ("Strength", "lift"), ("Bike", "other"), ("", "other")]
)
def test_trainingpeaks_types_are_kinds(one: Any, word: str, kind: str) -> None:
    row = DONE.replace('"Run"', f'"{word}"')
    assert one((PEAKS + row).encode(), "workouts.csv").kind == kind


def test_an_intervals_run_has_si_units_and_its_effort(one: Any) -> None:
    run = one((INTERVALS + RAN).encode(), "activities.csv")
    assert (run.source, run.source_id, run.kind) == ("intervals", "i7788", "run")
    assert run.start_local == datetime(2026, 8, 12, 7, 15)  # noqa: DTZ001
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (11_500.5, 3_600, 3_700)
    assert (run.ascent_m, run.avg_hr, run.max_hr, run.rpe) == (410, 151, 178, 7)
    assert (run.title, run.start_utc, run.warnings) == ("Hills", None, ())


def test_an_intervals_start_in_utc_is_kept_too(one: Any) -> None:
    header, row = (
        INTERVALS.replace("id,", "id,start_date,", 1),
        RAN.replace("i7788,", "i7788,2026-08-12T05:15:00Z,"),
    )
    run = one((header + row).encode(), "activities.csv")
    assert run.start_utc == datetime(2026, 8, 12, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Run", "run"),
        ("VirtualRun", "run"),
        ("WeightTraining", "lift"),
        ("Ride", "other"),
        ("", "other"),
    ],
)
def test_intervals_types_are_kinds(word: str, kind: str) -> None:
    assert intervals.kind_of(word) == kind


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("2026-13-12T07:15:00", "'start_date_local' reads '2026-13-12T07:15:00'"),
        ("2026-08-12T07:15:00,TrailRun,Hills,fast", "'moving_time' reads 'fast'"),
    ],
)
def test_a_bad_row_is_named_and_the_others_kept(read: Any, wrong: str, words: str) -> None:
    text = "2026-08-12T07:15:00,TrailRun,Hills,3600" if "," in wrong else "2026-08-12T07:15:00"
    line, run = read((INTERVALS + RAN.replace(text, wrong) + RAN).encode(), "activities.csv")
    assert str(line).startswith("activities.csv row 2: ")
    assert words in str(line)
    assert run.distance_m == 11_500.5


def test_an_impossible_heart_rate_is_left_out_and_said(one: Any) -> None:
    run = one((INTERVALS + RAN.replace("178", "1780")).encode(), "activities.csv")
    assert run.max_hr is None
    assert "'max_heartrate' reads '1780' in row 2" in run.warnings[0]


@given(st.text(max_size=200), st.sampled_from([PEAKS, INTERVALS]))
def test_no_text_below_a_header_raises(read: Any, text: str, header: str) -> None:
    assert read((header + text).encode("utf-8", "replace"), "a.csv")
