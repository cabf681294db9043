"""What the connector promises about Hevy's and Strong's exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from clubmon_files.times import duration, moment
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Refusal, Session

HEVY = (
    '"title","start_time","end_time","description","exercise_title","superset_id",'
    '"exercise_notes","set_index","set_type","weight_kg","reps","distance_km",'
    '"duration_seconds","rpe"\n'
)
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
    "Workout Notes,RPE\n"
)
KG = {"weight_unit": "kg"}


def hevy(*rows: str, header: str = HEVY) -> bytes:
    return (header + "\n".join(rows) + "\n").encode()


def hevy_set(start: str = "30 Jun 2025, 19:56", rest: str = '0,"normal",60,10,,,8') -> str:
    return f'"Push","{start}","30 Jun 2025, 20:58","","Bench Press",,"a\n""note""",{rest}'


def test_a_hevy_workout_is_one_session_with_its_sets(one: Any) -> None:
    lift = one(
        hevy(hevy_set(), hevy_set(rest='1,"warmup",,12,,,'), hevy_set(rest='2,"dropset",0,5,,,')),
        "workout_data.csv",
    )
    assert (lift.source, lift.kind, lift.title) == ("hevy", "lift", "Push")
    assert lift.start_local == datetime(2025, 6, 30, 19, 56)  # noqa: DTZ001
    assert (lift.start_utc, lift.timezone, lift.elapsed_s) == (None, None, 3_720)
    assert [(s.set_type, s.reps, s.weight_kg, s.rpe) for s in lift.sets] == [
        ("normal", 10, 60, 8),
        ("warmup", 12, None, None),
        ("dropset", 5, None, None),
    ]


def test_pounds_are_kilograms_afterwards(one: Any) -> None:
    header = HEVY.replace("weight_kg", "weight_lbs")
    lift = one(hevy(hevy_set(rest='0,"normal",100,10,,,'), header=header), "workouts.csv")
    assert lift.sets[0].weight_kg == pytest.approx(45.359237)
    assert lift.warnings == ()


def test_hevy_keeps_its_id_when_more_is_exported_later(read: Any) -> None:
    later = hevy_set("2 Jul 2025, 18:00")
    (first,) = read(hevy(hevy_set()), "a.csv")
    again, _ = sorted(read(hevy(later, hevy_set()), "b.csv"), key=lambda item: item.start_local)
    assert again.source_id == first.source_id


def test_bad_sets_are_named_and_the_others_kept(read: Any) -> None:
    bad = hevy_set(rest='1,"normal",heavy,10,,,')
    lift, line = read(hevy(hevy_set(), bad, hevy_set("someday")), "w.csv")[:2]
    assert len(lift.sets) == 1
    assert str(line).startswith("w.csv row 3: 'weight_kg' reads 'heavy', which is no number")


@pytest.mark.parametrize(
    ("header", "row", "weight"),
    [
        (STRONG, "2026-09-01 18:00:00,Legs,1h 2m,Squat,1,100.0,5,0,0,,,8", 100.0),
        (
            "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,"
            "Distance,Distance Unit,Seconds,Notes,Workout Notes\n",
            '2026-09-01 18:00:00,Legs,1h 2m,Squat,1,100,lbs,5,8,,,0,"",""',
            45.359237,
        ),
        (
            "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;"
            "Distance Unit;Seconds;Notes;Workout Notes;Workout Duration\n",
            "2026-09-01 18:00:00;Legs;Squat;1;62,5;kg;5;8;;;0;;;1h 2m",
            62.5,
        ),
        (
            '"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";'
            '"Weight (kg)";"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"\n',
            '"1";"2026-09-01 18:00:00";"Legs";"3720";"Squat";"1";"19.0";"5";"8";"";"";"";""',
            19.0,
        ),
    ],
)
def test_every_variant_of_strong_is_read(one: Any, header: str, row: str, weight: float) -> None:
    lift = one(("\ufeff" + header + row + "\n").encode(), "strong.csv", KG)
    assert (lift.source, lift.kind, lift.title, lift.elapsed_s) == ("strong", "lift", "Legs", 3_720)
    assert lift.start_local == datetime(2026, 9, 1, 18)  # noqa: DTZ001
    (only,) = lift.sets
    assert (only.exercise, only.reps, only.rpe) == ("Squat", 5, 8)
    assert only.weight_kg == pytest.approx(weight)


def test_rest_timers_and_notes_are_no_sets(one: Any) -> None:
    rows = [
        f"2026-09-01 18:00:00,Legs,40min,Squat,{order},{weight},{reps},0,{seconds},,,"
        for order, weight, reps, seconds in [
            ("W", 40, 8, 0),
            ("1", 100, 5, 0),
            ("Rest Timer", 0, 0, 120),
            ("Note", 0, 0, 0),
            ("D", 60, 9, 0),
            ("F", 60, 0, 0),
            ("2", 0, 0, 30),
        ]
    ]
    lift = one((STRONG + "\n".join(rows)).encode(), "strong.csv", KG)
    assert [(s.set_type, s.reps) for s in lift.sets] == [
        ("warmup", 8),
        ("normal", 5),
        ("dropset", 9),
        ("failure", 0),  # a failed attempt
        ("normal", None),  # held for a time
    ]


def test_an_unknown_unit_is_refused(refused: Any) -> None:
    header = STRONG.replace("Weight,", "Weight,Weight Unit,")
    row = "2026-09-01 18:00:00,Legs,40min,Squat,1,100,stone,5,0,0,,,"
    assert "no unit (kg or lb)" in refused((header + row).encode(), "strong.csv")


@pytest.mark.parametrize(
    ("rest", "sentences"),
    [
        ('0,"normal",100000000,10,,,', ["'weight_kg' reads '100000000' in row 2"]),
        ('0,"normal",60,5000000,,,', ["'reps' reads '5000000' in row 2"]),
        ('0,"normal",60,5.5,,,', ["'reps' reads '5.5' in row 2"]),
        ('0,"normal",60,10,,,88', ["'rpe' reads '88' in row 2"]),
        ('0,"normal",0,5.0,,,0', []),
    ],
)
def test_a_set_s_absurd_number_is_left_out_and_said(
    one: Any, rest: str, sentences: list[str]
) -> None:
    lift = one(hevy(hevy_set(rest=rest)), "w.csv")
    assert len(lift.sets) == 1
    assert [warning.split(",")[0] for warning in lift.warnings] == sentences
    assert all(warning.endswith("export again.") for warning in lift.warnings)


@pytest.mark.parametrize(
    ("weight", "reps", "rpe", "words"),
    [
        ("1e8", "5", "8", "'weight' reads '1e8' in row 2"),
        ("100", "5.5", "8", "'reps' reads '5.5' in row 2"),
        ("100", "5", "88", "'rpe' reads '88' in row 2"),
    ],
)
def test_strong_s_absurd_numbers_are_said_too(
    one: Any, weight: str, reps: str, rpe: str, words: str
) -> None:
    row = f"2026-09-01 18:00:00,Legs,40min,Squat,1,{weight},{reps},0,0,,,{rpe}"
    (warning,) = one((STRONG + row).encode(), "strong.csv", KG).warnings
    assert words in warning


def test_a_duration_that_is_none_is_said_with_what_it_reads(one: Any) -> None:
    row = "2026-09-01 18:00:00,Legs,soon,Squat,1,100,5,0,0,,,"
    assert "reads 'soon'" in " ".join(one((STRONG + row).encode(), "strong.csv", KG).warnings)


def test_an_absurd_duration_is_kept_to_be_doubted(one: Any) -> None:
    row = "2026-09-01 18:00:00,Legs,900000000,Squat,1,100,5,0,0,,,"
    assert one((STRONG + row).encode(), "strong.csv", KG).elapsed_s == 900_000_000


def test_a_number_that_could_mean_two_things_is_refused(refused: Any) -> None:
    row = '2026-09-01 18:00:00,Legs,40min,Squat,1,"1,500",5,0,0,,,'
    assert "'1,500'" in refused((STRONG + row).encode(), "strong.csv")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("900000000", 900_000_000),
        ("250000h", 900_000_000),
        ("2h 38m", 9_480),
        ("38min", 2_280),
        ("1h", 3_600),
        ("45s", 45),
        ("1:02:03", 3_723),
        ("9", 9),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    found = duration(text)
    assert found is not None
    assert found.total_seconds() == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "h",
        "-5",
        "1h 2x",
        "9" * 12,
        "9" * 11 + "h",
        "9" * 5000 + ":00",
        "9" * 11 + ":00",
    ],
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-05 16:15:21",
        "2026-10-05T16:15:21Z",
        "Oct 5, 2026, 4:15:21 PM",
        "Oct 5, 2026, 4:15:21\u202fPM",
        "5 Oct 2026, 16:15:21",
        "05.10.2026, 16:15:21",
        "5. Okt. 2026, 16:15:21",
        "5 oct. 2026, 16:15:21",
        "lun., 5 octobre 2026 16:15:21",
        "5 out. de 2026, 16:15:21",
        "5 ott 2026, 16:15:21",
        "5 oct 2026, 4:15:21 p. m.",
        "5 okt 2026 16:15:21",
        "5 października 2026, 16:15:21",
        "5 paź 2026, 16:15:21",
        "5. okt. 2026 kl. 16:15:21",
        "2026年10月5日 16:15:21",
    ],
)
def test_dates_in_the_languages_of_accounts(text: str) -> None:
    assert moment(text) == datetime(2026, 10, 5, 16, 15, 21)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ["", "foo", "05/10/2026 16:15", "Oct 35, 2026, 4:15 PM", "2026-13-01 10:00", "Oct 2026"]
)
def test_what_is_no_date_or_could_be_two_is_none(text: str) -> None:
    assert moment(text) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_moment_is_read_back_in_all_forms(when: datetime) -> None:
    when = when.replace(microsecond=0, second=0)
    assert moment(when.isoformat()) == when
    assert moment(f"{when:%b} {when.day}, {when.year}, {when:%I:%M:%S %p}") == when
    assert moment(f"{when.day} {when:%b} {when.year}, {when:%H:%M}") == when
    assert moment(f"{when:%d.%m.%Y, %H:%M:%S}") == when


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 50), st.integers(0, 400)),
        min_size=1,
        max_size=40,
    )
)
def test_no_set_is_lost_and_tonnage_is_kept(read: Any, sets: list[tuple[int, int, int]]) -> None:
    rows = [
        f"2026-09-{day + 1:02d} 18:00:00,Legs,40min,Squat,{order},{weight},{reps},0,0,,,"
        for order, (day, reps, weight) in enumerate(sets, 1)
    ]
    found = read((STRONG + "\n".join(rows)).encode(), "strong.csv", KG)
    assert not [item for item in found if isinstance(item, Refusal)]
    kept = [each for item in found if isinstance(item, Session) for each in item.sets]
    assert len(kept) == len(sets)
    tonnage = sum((each.reps or 0) * (each.weight_kg or 0) for each in kept)
    assert tonnage == sum(reps * weight for _, reps, weight in sets)
