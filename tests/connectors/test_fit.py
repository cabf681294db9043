"""What the connector promises about FIT files."""

from __future__ import annotations

import gzip
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clubmon_files import fit_parts, fit_session
from clubmon_files.fit_session import kind_of, local_offset, zone_name
from clubmon_files.recording import CLOCK_SET
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Session


def test_a_run_has_its_totals_its_local_time_and_its_samples(fit: Any, one: Any) -> None:
    data = fit.file(
        fit.head(),
        fit.track(),
        fit.summary(total_ascent=12, avg_heart_rate=141, max_heart_rate=142, workout_rpe=60),
        fit.end(),
    )
    run = one(data, "run.fit")
    assert (run.source, run.kind, run.sport) == ("fit", "run", "running")
    assert run.start_utc == datetime(2026, 9, 1, 16, tzinfo=UTC)
    assert (run.start_local, run.timezone) == (datetime(2026, 9, 1, 18), "+02:00")  # noqa: DTZ001
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (180, 55, 60, 12)
    assert (run.avg_hr, run.max_hr, run.rpe, run.sets, run.warnings) == (141, 142, 6, (), ())
    assert run.samples.t_s == list(range(60))
    assert run.samples.distance_m[-1] == 177
    assert run.samples.speed_mps[0] == 3
    assert run.samples.elevation_m[0] == 20
    assert run.samples.hr[:3] == [140, 141, 142]


def test_a_gzipped_file_is_the_same_activity(fit: Any, one: Any) -> None:
    plain, packed = one(fit.run(), "a.fit"), one(gzip.compress(fit.run()), "b.fit.gz")
    assert plain.source_id == packed.source_id
    assert plain.samples == packed.samples


def test_absent_values_are_absent_and_not_zero(fit: Any, one: Any) -> None:
    run = one(fit.file(fit.head(), fit.summary(avg_heart_rate=0)), "run.fit")
    assert (run.avg_hr, run.max_hr, run.ascent_m, run.rpe) == (None, None, None, None)
    assert (run.samples, run.start_local, run.timezone) == (None, None, None)


def test_a_multisport_file_gives_one_session_per_part(fit: Any, read: Any) -> None:
    data = fit.file(
        fit.head(),
        fit.track(100),
        fit.track(10, at=100, first_m=300),
        fit.track(50, at=110, first_m=330),
        fit.summary(0, 100, sport=2),
        fit.summary(100, 10, sport=3),
        fit.summary(110, 50, sport=1),
        fit.end(),
    )
    parts = read(data, "multi.fit")
    assert [part.kind for part in parts] == ["other", "other", "run"]
    assert [part.sport for part in parts] == ["cycling", "transition", "running"]
    assert [len(part.samples.t_s) for part in parts] == [100, 10, 50]
    assert [part.samples.distance_m[0] for part in parts] == [0, 3, 3]
    assert len({part.source_id for part in parts}) == 3


def test_an_odometer_that_starts_again_in_each_part_is_left_alone(fit: Any, read: Any) -> None:
    data = fit.file(
        fit.head(), fit.track(50), fit.track(50, at=50), fit.summary(0, 50), fit.summary(50, 50)
    )
    assert [part.samples.distance_m[-1] for part in read(data, "two.fit")] == [147, 147]


def test_strength_sets_are_kept_in_the_order_they_were_done(fit: Any, one: Any) -> None:
    columns = {
        "timestamp": fit.t0,  # every set carries the session's start
        "start_time": [fit.t0 + 40, fit.t0 + 20, fit.t0 + 10, fit.t0 + 30],
        "message_index": [3, 1, 0, 2],
        "set_type": [1, 0, 1, 1],
        "repetitions": [8, None, 10, 9],
        "weight": [62.5, None, 60, 0],
        "category": [0, None, 0, 28],
        "category_subtype": [1, None, 1, None],
    }
    columns = {
        name: [float("nan") if cell is None else cell for cell in cells]
        if isinstance(cells, list)
        else cells
        for name, cells in columns.items()
    }
    data = fit.file(
        fit.head(), (fit.named_set, columns), fit.summary(sport=10, sub_sport=20), fit.end()
    )
    lift = one(data, "lift.fit")
    assert lift.kind == "lift"
    assert [(each.reps, each.weight_kg) for each in lift.sets] == [(10, 60), (9, None), (8, 62.5)]
    assert [each.exercise for each in lift.sets] == [
        "Barbell bench press",
        "Squat",
        "Barbell bench press",
    ]


@pytest.mark.parametrize(
    ("starts", "places", "reps"),
    [
        ([40, 10, 30], [float("nan")] * 3, [2, 3, 1]),
        ([40, 10, 30], [0, 1, 2], [2, 3, 1]),
        ([10, 10, 10], [2, 0, 1], [2, 3, 1]),
    ],
)
def test_the_order_of_sets_is_told_by_their_start_and_then_by_their_place(
    fit: Any, one: Any, starts: list[int], places: list[float], reps: list[int]
) -> None:
    columns = {
        "timestamp": fit.t0,
        "start_time": [fit.t0 + start for start in starts],
        "message_index": places,
        "set_type": 1,
        "repetitions": [1, 2, 3],
    }
    data = fit.file(fit.head(), (fit.named_set, columns), fit.summary(sport=10, sub_sport=20))
    assert [each.reps for each in one(data, "lift.fit").sets] == reps


def test_sets_belong_to_the_part_they_began_in_whatever_their_stamp_says(
    fit: Any, read: Any
) -> None:
    """Every set is stamped with the start of the recording, which was a run."""
    columns = {
        "timestamp": fit.t0,
        "start_time": [fit.t0 + 610, fit.t0 + 640],
        "set_type": 1,
        "repetitions": [8, 9],
    }
    data = fit.file(
        fit.head(),
        fit.track(60),
        (fit.named_set, columns),
        fit.summary(length=60),
        fit.summary(at=600, length=300, sport=10, sub_sport=20),
        fit.end(),
    )
    run, lift = read(data, "both.fit")
    assert (run.kind, run.sets) == ("run", ())
    assert [each.reps for each in lift.sets] == [8, 9]


def test_the_watch_s_own_name_of_an_exercise_goes_first(fit: Any, one: Any) -> None:
    title = {"exercise_category": 28, "exercise_name": 6, "wkt_step_name": "Box squat"}
    one_set = {"start_time": fit.t0, "set_type": 1, "category": 28, "category_subtype": 6}
    data = fit.file(
        fit.head(),
        (fit.title, title),
        (fit.named_set, one_set),
        fit.summary(sport=10, sub_sport=20),
    )
    assert [each.exercise for each in one(data, "lift.fit").sets] == ["Box squat"]


def test_a_strength_session_without_sets_says_so(fit: Any, one: Any) -> None:
    lift = one(fit.file(fit.head(), fit.summary(sport=10, sub_sport=20)), "lift.fit")
    assert lift.warnings == (fit_session.NO_SETS,)


def test_sets_of_a_yoga_class_are_no_lifts(fit: Any, one: Any) -> None:
    one_set = {"start_time": fit.t0, "set_type": 1}
    data = fit.file(fit.head(), (fit.set, one_set), fit.summary(sport=10, sub_sport=43))
    assert (one(data, "yoga.fit").kind, one(data, "yoga.fit").sets) == ("other", ())


def test_a_file_that_breaks_off_keeps_what_came_before(fit: Any, one: Any) -> None:
    whole = fit.file(
        fit.head(), (fit.sport, {"sport": 1, "sub_sport": 3}), fit.track(), fit.summary()
    )
    run = one(whole[: len(whole) - 40], "run.fit")
    assert (run.kind, run.sport) == ("run", "running/trail")
    assert (run.distance_m, run.elapsed_s, run.moving_s) == (177, 59, 59)
    assert (run.ascent_m, run.max_hr, len(run.samples.t_s)) == (None, 142, 60)
    assert len(run.warnings) == 2


def test_two_records_of_one_moment_are_joined(fit: Any, one: Any) -> None:
    place = {"timestamp": fit.t0, "enhanced_altitude": 20.0}
    odometer = {"timestamp": fit.t0, "distance": 1.0}
    run = one(
        fit.file(fit.head(), (fit.record, place), (fit.record, odometer), fit.summary()), "run.fit"
    )
    assert (run.samples.t_s, run.samples.distance_m) == ([0], [1])
    assert run.samples.elevation_m == [20]


def test_a_time_that_damage_made_up_is_left_out(fit: Any, one: Any) -> None:
    data = fit.file(fit.head(), fit.track(10), fit.track(1, at=2_000_000_000))
    assert one(data, "run.fit").elapsed_s == 9


def test_time_without_records_is_no_moving_time(fit: Any, one: Any) -> None:
    data = fit.file(fit.head(), fit.track(10), fit.track(10, at=600), (fit.lap, {"sport": 1}))
    assert (one(data, "run.fit").elapsed_s, one(data, "run.fit").moving_s) == (609, 18)


def test_a_watch_that_lost_power_leaves_no_length_and_is_read(fit: Any, one: Any) -> None:
    data = fit.file(fit.head(), fit.track(), fit.summary())
    unfinished = data[:4] + b"\0\0\0\0" + data[8:-2]
    assert one(unfinished, "run.fit").distance_m == 180


def test_a_wrong_checksum_is_a_warning(fit: Any, one: Any) -> None:
    data = fit.run()
    run = one(data[:-2] + b"\0\0", "run.fit")
    assert run.distance_m == 180
    assert run.warnings == (fit_session.CHECKSUM,)


@pytest.mark.parametrize("kind", [1, 2, 5, 6, 15, 32])
def test_a_fit_file_that_is_no_activity_is_refused(fit: Any, refused: Any, kind: int) -> None:
    message = refused(fit.file(fit.head(kind), fit.track()), "other.fit")
    assert "holds no activity" in message


def test_an_activity_with_nothing_in_it_is_refused(fit: Any, refused: Any) -> None:
    assert "export it again" in refused(fit.file(fit.head()), "empty.fit")


def test_a_clock_that_was_never_set_is_refused(fit: Any, refused: Any) -> None:
    message = {"start_time": 5_000, "timestamp": 6_000, "sport": 1, "total_elapsed_time": 1_000}
    assert "clock" in refused(fit.file(fit.head(), (fit.session, message)), "run.fit")


def test_the_id_stays_when_only_the_export_changes(fit: Any, one: Any) -> None:
    tables = [fit.head(serial=0), fit.track(), fit.summary()]
    first = one(fit.file(*tables), "a.fit")
    tables[0][1]["time_created"] = fit.t0 + 86_400
    assert one(fit.file(*tables), "b.fit").source_id == first.source_id
    tables[2] = fit.summary(at=7)
    assert one(fit.file(*tables), "c.fit").source_id != first.source_id


@pytest.mark.parametrize(
    ("sport", "sub_sport", "kind"),
    [
        ("running", "trail", "run"),
        ("running", "", "run"),
        ("fitness_equipment", "treadmill", "run"),
        ("training", "strength_training", "lift"),
        ("training", "yoga", "other"),
        ("walking", "generic", "other"),
        ("transition", "", "other"),
        ("cycling", "", "other"),
    ],
)
def test_kinds(sport: str, sub_sport: str, kind: str) -> None:
    assert kind_of(sport, sub_sport) == kind


@given(st.integers(-12 * 4, 14 * 4), st.integers(-60, 60))
def test_every_zone_is_found_even_where_stamps_are_a_minute_apart(quarters: int, slip: int) -> None:
    utc = CLOCK_SET + 5_000_000
    found = local_offset({"timestamp": utc, "local_timestamp": utc + quarters * 900 + slip})
    assert found == timedelta(minutes=15 * quarters)
    assert datetime.fromisoformat("2026-01-01T00:00:00" + zone_name(found)).utcoffset() == found


def test_a_difference_that_is_no_zone_is_no_local_time() -> None:
    utc = CLOCK_SET + 5_000_000
    assert local_offset({"timestamp": utc, "local_timestamp": utc + 400}) is None
    assert local_offset({"timestamp": utc, "local_timestamp": utc + 15 * 3600}) is None
    assert local_offset({"timestamp": utc}) is None


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 1_000)), min_size=1, max_size=6))
def test_every_record_belongs_to_at_most_one_part(spans: list[tuple[int, int]]) -> None:
    t0 = CLOCK_SET + 1_000
    messages = [
        {"start_time": t0 + at, "total_elapsed_time": float(length)} for at, length in spans
    ]
    parts = fit_parts.parts(messages, None)
    distinct = {part.start: part for part in parts}
    records = [[t0 + second, None, None, None, None] for second in range(6_100)]
    taken = [row[0] for part in distinct.values() for row in fit_parts.cut(records, part)]
    if len(distinct) == len(parts):
        assert len(taken) == len(set(taken))


def test_developer_fields_and_odd_sizes_break_nothing(one: Any) -> None:
    """A distance of 3 bytes, and a developer field that nobody described."""
    file_id = b"\x40\0\0\0\0\x01\x00\x01\x00" + b"\x00\x04"
    define = (
        b"\x61\0\0" + struct.pack("<H", 18) + b"\x03" + bytes([2, 4, 0x86, 5, 1, 0, 9, 3, 0x86])
    )
    define += b"\x01" + bytes([7, 2, 0])
    data = b"\x01" + struct.pack("<I", CLOCK_SET + 9) + b"\x01" + b"abc" + b"zz"
    body = file_id + define + data
    header = struct.pack("<BBHI4s", 12, 0x20, 2115, len(body), b".FIT")
    run: Session = one(header + body + b"\0\0", "odd.fit")
    assert (run.kind, run.distance_m) == ("run", None)


def test_a_total_beyond_its_bounds_is_left_out_and_said(fit: Any, one: Any) -> None:
    data = fit.file(fit.head(), fit.track(), fit.summary(total_ascent=40_000), fit.end())
    run = one(data, "a.fit")
    assert run.ascent_m is None
    assert run.warnings == (
        "'total_ascent' reads '40000', which is no possible value: it is left out; "
        "correct it in the app and export again.",
    )
