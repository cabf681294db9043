"""Recordings: the decoded file holds exactly the session that was planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.demo import recordings, streams
from clubmon.demo.club import Club
from clubmon.demo.training import Lift, Run, Set, Training

Decode = Callable[[bytes], dict[str, list[dict[str, Any]]]]
BERLIN = ZoneInfo("Europe/Berlin")


def wall(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """A wall-clock time without a zone, as plans have it."""
    return datetime.combine(date(year, month, day), time(hour, minute))


RUN = Run(
    "easy", "Made-up easy run", wall(2026, 7, 4, 7, 12), 8000, 2600, 2700, 60, 60, 140, 165, 3
)  # fmt: skip


def made(run: Run, seed: int = 1) -> tuple[Run, streams.Stream]:
    return streams.record(run, np.random.default_rng(seed))


@pytest.mark.parametrize("index", [0, 17])
def test_every_recorded_run_decodes_to_what_was_planned(
    index: int, made: Club, trainings: dict[int, Training], decode: Decode
) -> None:
    for planned in trainings[index].runs[-5:]:
        run, stream = streams.record(planned, np.random.default_rng(3))
        found = decode(recordings.run_file(run, stream, BERLIN))
        (session,) = found["session"]
        assert session["sport"] == "running"
        assert session["start_time"] == planned.start.replace(tzinfo=BERLIN)
        assert session["total_distance"] == planned.distance_m
        assert session["total_timer_time"] == planned.moving_s
        assert session["total_elapsed_time"] == planned.elapsed_s
        assert session["total_ascent"] == planned.ascent_m
        assert session["avg_heart_rate"] == run.avg_hr
        assert session["max_heart_rate"] == run.max_hr


def test_the_records_add_up_to_the_session(decode: Decode) -> None:
    run, stream = made(RUN)
    found = decode(recordings.run_file(run, stream, BERLIN))
    records = found["record"]
    assert records[-1]["distance"] == found["session"][0]["total_distance"] == 8000
    assert records[-1]["timestamp"] - records[0]["timestamp"] == timedelta(seconds=2700)
    hearts = [record["heart_rate"] for record in records]
    assert round(float(np.mean(hearts))) == run.avg_hr
    assert max(hearts) == run.max_hr
    heights = np.diff([record["enhanced_altitude"] for record in records])
    assert heights[heights > 0].sum() == pytest.approx(60, abs=2)


def test_it_is_one_record_a_second_with_one_gap_where_the_runner_stopped(decode: Decode) -> None:
    records = decode(recordings.run_file(*made(RUN), BERLIN))["record"]
    steps = np.diff([record["timestamp"].timestamp() for record in records])
    assert sorted(steps)[-2:] == [1, 101]
    assert len(records) == RUN.moving_s + 1


def test_no_position_is_written(decode: Decode) -> None:
    records = decode(recordings.run_file(*made(RUN), BERLIN))["record"]
    assert not any("position" in name for record in records for name in record)


def test_the_local_time_is_told_by_the_activity(decode: Decode) -> None:
    (activity,) = decode(recordings.run_file(*made(RUN), BERLIN))["activity"]
    assert activity["timestamp"] == datetime(2026, 7, 4, 5, 57, tzinfo=UTC)
    assert activity["local_timestamp"].replace(tzinfo=None) == wall(2026, 7, 4, 7, 57)


@pytest.mark.parametrize(("rpe", "written"), [(3, 30), (None, None)])
def test_rpe_is_ten_times_or_absent(rpe: int | None, written: int | None, decode: Decode) -> None:
    found = decode(recordings.run_file(*made(replace(RUN, rpe=rpe)), BERLIN))
    assert found["session"][0]["workout_rpe"] == written


def test_the_file_says_that_it_is_made_up(decode: Decode) -> None:
    found = decode(recordings.run_file(*made(RUN), BERLIN))
    assert found["file_id"][0]["product_name"] == "made up by clubmon demo"
    assert found["file_id"][0]["manufacturer"] == "development"
    assert found["session"][0]["sport_profile_name"] == "Made-up easy run"


def test_a_strength_session_comes_back_set_by_set(decode: Decode) -> None:
    sets = (Set("Back Squat", False, 8, 72.5, 7.0), Set("Pull Up", False, 6, None, None))
    lift = Lift("Made-up strength A", wall(2026, 1, 5, 17, 3), 3000, sets)
    found = decode(recordings.strength_file(lift, BERLIN))
    assert [(s["repetitions"], s["weight"]) for s in found["set"]] == [(8, 72.5), (6, 0)]
    assert {s["timestamp"] for s in found["set"]} == {datetime(2026, 1, 5, 16, 3, tzinfo=UTC)}
    (session,) = found["session"]
    assert (session["sport"], session["sub_sport"]) == ("training", "strength_training")
    assert session["total_elapsed_time"] == 3000


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["easy", "long", "intervals", "team", "match", "hills", "tempo"]),
    distance=st.integers(1000, 30000),
    pace=st.integers(240, 480),
    ascent=st.integers(0, 800),
    stop=st.integers(0, 300),
    seed=st.integers(0, 999),
)
def test_a_stream_adds_up_to_its_run(
    kind: str, distance: int, pace: int, ascent: int, stop: int, seed: int
) -> None:
    moving = distance * pace // 1000
    planned = replace(
        RUN, kind=kind, distance_m=distance, moving_s=moving, elapsed_s=moving + stop,
        ascent_m=ascent,
    )  # fmt: skip
    run, stream = made(planned, seed)
    assert stream.distance_m[-1] == pytest.approx(distance, abs=0.004)
    assert np.all(np.diff(stream.distance_m) > 0)
    assert stream.t_s[0] == 0
    assert stream.t_s[-1] == moving + stop
    assert len({len(c) for c in (stream.t_s, stream.distance_m, stream.speed_mps, stream.hr)}) == 1
    climbs = np.diff(stream.altitude_m)
    assert climbs[climbs > 0].sum() == pytest.approx(ascent, abs=max(1, ascent * 0.02))
    assert run.max_hr <= planned.max_hr
