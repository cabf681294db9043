"""What the connector promises about an activity of Strava's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from clubmon_strava import Strava, mapping
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Malformed, Refusal, Session

RACE: dict[str, Any] = {
    "resource_state": 3,
    "athlete": {"id": 100002, "resource_state": 1},
    "id": 8076222179,
    "name": "Half marathon",
    "type": "Run",
    "sport_type": "TrailRun",
    "workout_type": 1,
    "distance": 21369.8,
    "moving_time": 6115,
    "elapsed_time": 6200,
    "total_elevation_gain": 520,
    "start_date": "2026-11-06T17:05:52Z",
    "start_date_local": "2026-11-06T09:05:52Z",
    "timezone": "(GMT-08:00) America/Los_Angeles",
    "utc_offset": -28800,
    "start_latlng": [51.46, -0.31],
    "end_latlng": [51.46, -0.31],
    "location_city": "Secretville",
    "location_country": "Secretland",
    "map": {"id": "a8", "polyline": "SECRETLINE", "summary_polyline": "SECRETLINE"},
    "average_cadence": 85.2,
    "has_heartrate": True,
    "average_heartrate": 168.5,
    "max_heartrate": 184.0,
    "heartrate_opt_out": False,
    "description": "with SECRETFRIEND",
    "segment_efforts": [{"segment": {"start_latlng": [51.46, -0.31]}}],
    "laps": [{"id": 1}],
    "perceived_exertion": 7.0,
    "manual": False,
    "private": False,
}


def read(activity: dict[str, Any], streams: dict[str, Any] | None = None) -> Session:
    found = mapping.session(mapping.document(activity, streams).content, "here")
    assert isinstance(found, Session), found
    return found


def test_the_detail_of_a_run_becomes_a_session() -> None:
    run = read(RACE)
    assert (run.source, run.source_id, run.kind) == ("strava_api", "8076222179", "run")
    assert (run.sport, run.title, run.rpe) == ("TrailRun", "Half marathon", 7.0)
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (21369.8, 6115, 6200, 520)
    assert (run.avg_hr, run.max_hr, run.sets, run.warnings) == (168, 184, (), ())


def test_the_local_time_is_a_wall_clock_whatever_its_z_says() -> None:
    run = read(RACE)
    assert run.start_utc == datetime(2026, 11, 6, 17, 5, 52, tzinfo=UTC)
    assert run.start_local == datetime(2026, 11, 6, 9, 5, 52)  # noqa: DTZ001
    assert run.timezone == "America/Los_Angeles"


def test_no_place_and_no_other_person_is_kept() -> None:
    streams = {
        "latlng": {"data": [[51.46, -0.31]]},
        "time": {"data": [0]},
        "distance": {"data": [0.0]},
    }
    content = mapping.document(RACE, streams).content
    for word in (b"SECRET", b"51.46", b"latlng", b"map", b"segment", b'"laps"'):
        assert word not in content
    assert read(RACE, streams).samples is not None


def test_the_same_content_is_the_same_bytes_whoever_gave_kudos() -> None:
    assert mapping.document(RACE) == mapping.document({**RACE, "kudos_count": 8})
    assert mapping.document(RACE) != mapping.document({**RACE, "name": "Half marathon (PB)"})


def test_half_a_letter_in_a_name_is_a_question_mark() -> None:
    document = mapping.document(json.loads(json.dumps(RACE | {"name": "Hills \ud800"})))
    found = mapping.session(document.content, document.name)
    assert isinstance(found, Session)
    assert found.title == "Hills ?"


def test_the_title_of_a_private_activity_is_not_kept() -> None:
    found = mapping.document({**RACE, "private": True}).content
    assert b"Half marathon" not in found
    assert read({**RACE, "private": True}).distance_m == 21369.8


def test_a_heart_rate_that_the_athlete_hides_is_not_kept() -> None:
    streams = {"time": {"data": [0, 1]}, "heartrate": {"data": [140, 141]}}
    run = read({**RACE, "heartrate_opt_out": True}, streams)
    assert (run.avg_hr, run.max_hr) == (None, None)
    assert run.samples is not None
    assert run.samples.hr == [None, None]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Run", "run"),
        ("TrailRun", "run"),
        ("VirtualRun", "run"),
        ("WeightTraining", "lift"),
        ("Crossfit", "lift"),
        ("Workout", "other"),
        ("MountainBikeRide", "other"),
        ("SportOfTomorrow", "other"),
    ],
)
def test_the_sport_type_decides_and_not_the_older_type(word: str, kind: str) -> None:
    found = read({**RACE, "sport_type": word, "type": "Run"})
    assert (found.kind, found.sport) == (kind, word)


def test_weight_training_has_no_sets() -> None:
    assert read({**RACE, "sport_type": "WeightTraining"}).sets == ()


def test_a_hidden_start_time_is_no_time_but_still_a_day() -> None:
    changes = {"start_date": "2026-07-02T22:00:01Z", "start_date_local": "2026-07-02T00:00:01Z"}
    run = read({**RACE, **changes})
    assert run.start_utc is None
    assert run.start_local == datetime(2026, 7, 2, 0, 0, 1)  # noqa: DTZ001
    assert "hidden" in run.warnings[0]


def test_an_unknown_zone_gives_way_to_its_offset() -> None:
    changes = {"timezone": "(GMT+05:30) Mars/Base", "utc_offset": 19_800.0}
    assert read({**RACE, **changes}).timezone == "+05:30"
    assert read({**RACE, "timezone": None}).timezone == "-08:00"
    assert read({**RACE, "timezone": None, "utc_offset": None}).timezone is None


def test_an_effort_of_none_or_zero_was_not_entered() -> None:
    assert read({**RACE, "perceived_exertion": None}).rpe is None
    assert read({**RACE, "perceived_exertion": 0}).rpe is None


def test_an_impossible_value_is_left_out_and_said() -> None:
    run = read({**RACE, "average_heartrate": 900, "distance": -5})
    assert (run.avg_hr, run.distance_m, run.max_hr) == (None, None, 184)
    assert ["900" in run.warnings[1], "-5" in run.warnings[0]] == [True, True]


def test_streams_become_columns_of_equal_length() -> None:
    streams = {
        "time": {"data": [0, 1, 5]},
        "distance": {"data": [0.0, 3.1, 15.0]},
        "velocity_smooth": {"data": [0.0, 3.1, 3.0]},
        "altitude": {"data": [20.1, 20.2, None]},
        "heartrate": {"data": [140, 0, 141]},
        "watts": {"data": [1, 2, 3]},
    }
    found = read(RACE, streams).samples
    assert found is not None
    assert (found.t_s, found.hr) == ([0, 1, 5], [140, None, 141])
    assert (found.speed_mps, found.elevation_m) == ([0.0, 3.1, 3.0], [20.1, 20.2, None])


def test_a_stream_of_another_length_is_left_out() -> None:
    streams = {"time": {"data": [0, 1]}, "distance": {"data": [0.0]}}
    found = read(RACE, streams).samples
    assert found is not None
    assert found.distance_m == [None, None]
    assert read(RACE, {"time": {"data": "no"}, "distance": {"data": [1.0]}}).samples is None


def test_an_activity_without_an_id_is_malformed() -> None:
    with pytest.raises(Malformed, match="without an id"):
        mapping.document({"name": "x"})


def test_a_document_is_known_by_its_content(tmp_path: Any) -> None:
    content = mapping.document(RACE).content
    assert Strava().claims("", content[:4096])
    assert not Strava().claims("strava-activity-1.json", b'{"activities": []}')
    path = tmp_path / "stored"
    path.write_bytes(content)
    (item,) = Strava().read(path, "strava-activity-8076222179.json")
    assert isinstance(item, Session)
    assert item.where == "strava-activity-8076222179.json"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RACE)), json_values)
def test_no_value_of_any_field_makes_reading_raise(field: str, value: Any) -> None:
    body = {"strava_activity": {**RACE, field: value}, "strava_streams": {}}
    found = mapping.session(json.dumps(body).encode(), "here")
    assert isinstance(found, Session | Refusal)


@given(json_values)
def test_no_streams_make_reading_raise(value: Any) -> None:
    body = {"strava_activity": RACE, "strava_streams": value}
    assert isinstance(mapping.session(json.dumps(body).encode(), "here"), Session | Refusal)
    assert isinstance(mapping.columns({"time": value}), dict)


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(content: bytes) -> None:
    assert isinstance(mapping.session(mapping.HEAD + content, "here"), Refusal)
