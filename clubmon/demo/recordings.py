"""Made-up runs and strength sessions as FIT files, in the messages that watches write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from clubmon.demo.fit import Field, Message, encode, seconds
from clubmon.demo.streams import Stream
from clubmon.demo.training import Lift, Run

MAKER = 255  # the profile's number for files that no device made
_SPORT_RUN, _SPORT_TRAINING, _SUB_STRENGTH = 1, 10, 20
_REST_SECONDS = 90

FILE_ID = Message(0, {
    "type": Field(0, "enum"), "manufacturer": Field(1, "uint16"), "product": Field(2, "uint16"),
    "serial_number": Field(3, "uint32z"), "time_created": Field(4, "uint32"),
    "product_name": Field(8, "string"),
})  # fmt: skip
RECORD = Message(20, {
    "timestamp": Field(253, "uint32"), "distance": Field(5, "uint32", 100),
    "enhanced_speed": Field(73, "uint32", 1000), "enhanced_altitude": Field(78, "uint32", 5, 500),
    "heart_rate": Field(3, "uint8"),
})  # fmt: skip
SESSION = Message(18, {
    "message_index": Field(254, "uint16"), "timestamp": Field(253, "uint32"),
    "event": Field(0, "enum"), "event_type": Field(1, "enum"), "start_time": Field(2, "uint32"),
    "sport": Field(5, "enum"), "sub_sport": Field(6, "enum"),
    "total_elapsed_time": Field(7, "uint32", 1000), "total_timer_time": Field(8, "uint32", 1000),
    "total_distance": Field(9, "uint32", 100), "avg_heart_rate": Field(16, "uint8"),
    "max_heart_rate": Field(17, "uint8"), "total_ascent": Field(22, "uint16"),
    "total_descent": Field(23, "uint16"), "sport_profile_name": Field(110, "string"),
    "workout_rpe": Field(193, "uint8"),
})  # fmt: skip
ACTIVITY = Message(34, {
    "timestamp": Field(253, "uint32"), "total_timer_time": Field(0, "uint32", 1000),
    "num_sessions": Field(1, "uint16"), "type": Field(2, "enum"), "event": Field(3, "enum"),
    "event_type": Field(4, "enum"), "local_timestamp": Field(5, "uint32"),
})  # fmt: skip
SET = Message(225, {
    "timestamp": Field(254, "uint32"), "duration": Field(0, "uint32", 1000),
    "repetitions": Field(3, "uint16"), "weight": Field(4, "uint16", 16),
    "set_type": Field(5, "uint8"), "start_time": Field(6, "uint32"),
    "message_index": Field(10, "uint16"),
})  # fmt: skip


def run_file(run: Run, stream: Stream, zone: tzinfo) -> bytes:
    """A run as a 1 Hz FIT file without positions; RPE, where given, times ten as Garmin has it."""
    start = _start(run.start, zone)
    end = start + timedelta(seconds=run.elapsed_s)
    records = {
        "timestamp": seconds(start) + stream.t_s,
        "distance": stream.distance_m,
        "enhanced_speed": stream.speed_mps,
        "enhanced_altitude": stream.altitude_m,
        "heart_rate": stream.hr,
    }
    session = {
        **_session(run.title, start, end, run.moving_s, _SPORT_RUN, 0),
        "total_distance": run.distance_m,
        "avg_heart_rate": run.avg_hr,
        "max_heart_rate": run.max_hr,
        "total_ascent": run.ascent_m,
        "total_descent": run.descent_m,
        "workout_rpe": np.nan if run.rpe is None else run.rpe * 10,
    }
    return encode([
        (FILE_ID, _file_id(start)), (RECORD, records), (SESSION, session),
        (ACTIVITY, _activity(end, run.moving_s, zone)),
    ])  # fmt: skip


def strength_file(lift: Lift, zone: tzinfo) -> bytes:
    """A strength session as a FIT file with one set message per set.

    As on the watches, every set's `timestamp` is the session's start and no weight is 0.
    Exercise names are not written: the profile knows categories only.
    """
    start = _start(lift.start, zone)
    end = start + timedelta(seconds=lift.elapsed_s)
    n = len(lift.sets)
    sets = {
        "timestamp": np.full(n, seconds(start)),
        "duration": np.full(n, 40.0),
        "repetitions": np.array([done.reps for done in lift.sets]),
        "weight": np.array([done.weight_kg or 0 for done in lift.sets]),
        "set_type": np.ones(n),
        "start_time": seconds(start) + np.arange(n) * (40 + _REST_SECONDS),
        "message_index": np.arange(n),
    }
    session = _session(lift.title, start, end, lift.elapsed_s, _SPORT_TRAINING, _SUB_STRENGTH)
    return encode([
        (FILE_ID, _file_id(start)), (SET, sets), (SESSION, session),
        (ACTIVITY, _activity(end, lift.elapsed_s, zone)),
    ])  # fmt: skip


def _start(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _file_id(start: datetime) -> dict[str, object]:
    return {
        "type": 4,  # activity
        "manufacturer": MAKER,
        "product": 0,
        "serial_number": 1,
        "time_created": seconds(start),
        "product_name": "made up by clubmon demo",
    }


def _session(
    title: str, start: datetime, end: datetime, timer_s: int, sport: int, sub_sport: int
) -> dict[str, object]:
    return {
        "message_index": 0,
        "timestamp": seconds(end),
        "event": 9,  # lap, stop: what watches write here
        "event_type": 1,
        "start_time": seconds(start),
        "sport": sport,
        "sub_sport": sub_sport,
        "total_elapsed_time": (end - start).total_seconds(),
        "total_timer_time": timer_s,
        "sport_profile_name": title,
    }


def _activity(end: datetime, timer_s: int, zone: tzinfo) -> dict[str, object]:
    local = end.astimezone(zone).replace(tzinfo=UTC)
    return {
        "timestamp": seconds(end),
        "total_timer_time": timer_s,
        "num_sessions": 1,
        "type": 0,  # manual, as opposed to multisport
        "event": 26,
        "event_type": 1,
        "local_timestamp": seconds(local),
    }
