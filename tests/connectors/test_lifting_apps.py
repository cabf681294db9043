"""What the connector promises about FitNotes, Lyfta and Jefit, and about weights without a unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from clubmon_files import jefit, lifts
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Question, Refusal, Session

STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
    "Workout Notes,RPE\n"
)
STRONG_C = (
    '"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";'
    '"Weight (kg)";"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"\n'
)
KGS = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time\n"
LBS = "Date,Exercise,Category,Weight (lbs),Reps,Distance,Distance Unit,Time\n"
IOS = (
    "Date,Exercise,Category,Weight (kg),Weight (lbs),Reps,Distance,Distance Unit,Time,Notes,Kind\n"
)
LYFTA = ' Title,Date,Duration,Exercise,"Superset id",Weight,Reps,Distance,Time,"Set Type"\n'
KG, LB = {"weight_unit": "kg"}, {"weight_unit": "lb"}
NOON = datetime(2026, 4, 29, 12)  # noqa: DTZ001 wall clock
LIFTED = "2026-09-01 10:26:28,Wednesday,38min,Squat (Barbell),1,45.0,10,0,0,,,\n"
STRETCHED = "2026-09-02 10:26:28,Thursday,9min,Plank,1,0,0,0,60,,,\n"


def only(read: Any, text: str, answers: Any = KG) -> Any:
    (item,) = read(text.encode(), "sets.csv", answers)
    return item


def test_weights_without_a_unit_are_asked_for_once_and_hold_back_only_what_needs_them(
    read: Any,
) -> None:
    data = (STRONG + LIFTED + LIFTED.replace("Wednesday", "Later") + STRETCHED).encode()
    stretched, asked = read(data, "strong.csv")
    assert stretched.title == "Thursday"
    assert isinstance(asked, Question)
    assert (asked.key, [choice.value for choice in asked.choices]) == ("weight_unit", ["kg", "lb"])
    assert asked.text.endswith("?")


@pytest.mark.parametrize(("answers", "weight"), [(KG, 45.0), (LB, 20.41165665)])
def test_the_answer_is_used_for_every_file(read: Any, answers: Any, weight: float) -> None:
    lift = only(read, STRONG + LIFTED, answers)
    assert lift.sets[0].weight_kg == pytest.approx(weight)
    assert lift.warnings == ()


def test_an_answer_that_is_no_choice_asks_again(read: Any) -> None:
    assert isinstance(only(read, STRONG + LIFTED, {"weight_unit": "stone"}), Question)


def test_an_answer_changes_nothing_where_the_file_tells(read: Any) -> None:
    row = '"138";"2026-11-07 14:24:31";"Back";"2227";"Curl";"4";"19.0";"4";"";"";"";"";""\n'
    lift = only(read, STRONG_C + row, LB)
    assert (lift.sets[0].weight_kg, lift.elapsed_s, lift.sets[0].reps) == (19.0, 2_227, 4)


def test_a_forgotten_stop_stays_to_be_doubted(read: Any) -> None:
    lift = only(read, STRONG + LIFTED.replace("38min", "264h 12m"))
    assert lift.elapsed_s == 264 * 3_600 + 12 * 60


def test_bad_rows_are_said_before_the_question(read: Any) -> None:
    data = (STRONG + LIFTED + LIFTED.replace("45.0", "heavy")).encode()
    line, asked = read(data, "strong.csv")
    assert isinstance(line, Refusal)
    assert str(line).startswith("strong.csv row 3: 'weight' reads 'heavy'")
    assert isinstance(asked, Question)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        (KGS + "2026-04-29,Flat Barbell Bench Press,Chest,7.5,kgs,20,,,\n", 7.5),
        (KGS + "2026-04-29,Flat Barbell Bench Press,Chest,100,lbs,20,,,\n", 45.359237),
        (LBS + "2026-04-29,Pushups,Chest,0.0,20,,,\n", None),
        (LBS + "2026-04-29,Deadlift,Back,100.0,20,,,\n", 45.359237),
        (IOS + "2026-04-29,Deadlift,Back,60,132.28,20,,,,,wr\n", 60),
        (IOS + "2026-04-29,Deadlift,Back,,100,20,,,,,wr\n", 45.359237),
    ],
)
def test_every_variant_of_fitnotes_is_read(read: Any, text: str, weight: float | None) -> None:
    lift = only(read, "\ufeff" + text, {})
    assert (lift.source, lift.kind, lift.title, lift.elapsed_s) == ("fitnotes", "lift", None, None)
    assert (lift.start_local, lift.time_known) == (NOON, False)
    assert lift.warnings == (lifts.DAY_ONLY,)
    (one,) = lift.sets
    assert (one.reps, one.set_type) == (20, "normal")
    assert one.weight_kg == pytest.approx(weight)


def test_fitnotes_weight_without_its_unit_is_asked_for(read: Any) -> None:
    assert isinstance(only(read, KGS + "2026-04-29,Row,Back,60,,8,,,\n", {}), Question)


def test_a_day_of_fitnotes_is_one_session_and_cardio_stays_a_set(read: Any) -> None:
    rows = (
        "2026-04-29,Row,Back,60,kgs,8,,,\n"
        "2026-04-29,Plank,Abs,,,,,,01:30\n"
        "2026-04-29,Running (Treadmill),Cardio,,,,3.2,km,20:00\n"
        "2026-04-30,Row,Back,60,kgs,8,,,\n"
    )
    first, second = read((KGS + rows).encode(), "FitNotes_Export.csv")
    assert [(each.exercise, each.reps) for each in first.sets] == [
        ("Row", 8),
        ("Plank", None),
        ("Running (Treadmill)", None),
    ]
    assert lifts.DISTANCE in first.warnings
    assert (len(second.sets), lifts.DISTANCE in second.warnings) == (1, False)


def test_a_bad_day_costs_its_row(read: Any) -> None:
    rows = "2026-04-31,Row,Back,60,kgs,8,,,\n2026-04-30,Row,Back,60,kgs,8,,,\n"
    lift, line = read((KGS + rows).encode(), "a.csv")
    assert len(lift.sets) == 1
    assert str(line).startswith("a.csv row 2: 'date' reads '2026-04-31'")


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("NORMAL_SET", "normal"),
        ("WARMUP_SET", "warmup"),
        ("DROP_SET", "dropset"),
        ("FAILURE_SET", "failure"),
        ("LEFT_SET", "normal"),
        ("", "normal"),
    ],
)
def test_lyfta_s_sets_have_their_types(read: Any, word: str, kept: str) -> None:
    row = f'Back,"2026-12-11 12:41:04",01:07:28,Pull-up,,20.000,10,,,{word}\n'
    lift = only(read, LYFTA + row)
    assert (lift.source, lift.title, lift.elapsed_s) == ("lyfta", "Back", 4_048)
    assert lift.start_local == datetime(2026, 12, 11, 12, 41, 4)  # noqa: DTZ001
    (one,) = lift.sets
    assert (one.exercise, one.set_type, one.reps, one.weight_kg) == ("Pull-up", kept, 10, 20.0)


def test_lyfta_names_no_unit_and_writes_null(read: Any) -> None:
    row = 'Back,"2026-12-11 12:41:04",01:07:28,{},,{},{},null,{},NORMAL_SET\n'
    rows = row.format("Plank", "null", "null", "00:01:00")
    assert only(read, LYFTA + rows, {}).sets[0].reps is None
    rows += row.format("Pull-up", "20.000", "10", "null")
    assert isinstance(only(read, LYFTA + rows, {}), Question)
    assert only(read, LYFTA + rows, LB).sets[1].weight_kg == pytest.approx(9.0718474)


LOGS = (
    "USERID,TIMESTAMP,belongSys,logs,_id,record,mydate,eid,ename,day_item_id,belongsession,"
    "logTime,interval_logs,auto_generated\n"
)
SESSIONS = (
    "### WORKOUT SESSIONS ###########\n\n"
    "rowid,_id,USERID,edit_time,day_id,total_time,workout_time,rest_time,wasted_time,"
    "total_exercises,starttime,endtime\n"
    "1,1770220318,7,0,0,0,0,0,0,2,1770220318,1770223918\n\n"
)
SET_LOGS = (
    "\n### EXERCISE SET LOGS ###########\n\n"
    "_id,userid,exercise_log_id,set_index,weight_lbs,reps\n1,7,1,0,{},10\n"
)


def backup(*logs: str, sessions: str = SESSIONS, after: str = "") -> str:
    settings = "### SETTING ###########\n\nrow_id,USERID,gender\n1,7,M\n\n##########\n\n"
    return settings + sessions + "### EXERCISE LOGS ####\n\n" + LOGS + "\n".join(logs) + after


def log(sets: str, of: str = "1770220318", ident: int = 1, exercise: str = "Squat") -> str:
    return f'7,0,1,"{sets}",{ident},86.67,2026-04-29,21,"{exercise}",1,{of},1,,'


def test_a_jefit_workout_is_one_session_with_its_sets(read: Any) -> None:
    lift = only(read, backup(log("60x10,65.5x8"), log("0x12", ident=2, exercise="Dips")))
    assert (lift.source, lift.kind, lift.elapsed_s) == ("jefit", "lift", 3_600)
    assert lift.start_utc == datetime(2026, 2, 4, 15, 51, 58, tzinfo=UTC)
    assert [(each.exercise, each.reps, each.weight_kg) for each in lift.sets] == [
        ("Squat", 10, 60.0),
        ("Squat", 8, 65.5),
        ("Dips", 12, None),
    ]
    assert (lift.where, lift.warnings) == ("sets.csv row 16", ())


@pytest.mark.parametrize(("pounds", "kilograms"), [("132.28", 60.0), ("60.00", 27.2155422)])
def test_jefit_s_unit_is_told_by_its_sets_in_pounds(
    read: Any, pounds: str, kilograms: float
) -> None:
    lift = only(read, backup(log("60x10,65x8"), after=SET_LOGS.format(pounds)), {})
    assert lift.sets[0].weight_kg == pytest.approx(kilograms)


def test_jefit_without_such_sets_asks(read: Any) -> None:
    assert isinstance(only(read, backup(log("60x10")), {}), Question)
    assert isinstance(only(read, backup(log("60x10"), after=SET_LOGS.format("99")), {}), Question)
    assert isinstance(only(read, backup(log("0x10")), {}), Session)


def test_jefit_without_a_workout_s_times_has_its_day(read: Any) -> None:
    lift = only(read, backup(log("60x10", of="0"), sessions=""))
    assert (lift.start_utc, lift.start_local) == (None, NOON)
    assert (lift.time_known, lift.warnings) == (False, (lifts.DAY_ONLY,))


def test_jefit_s_odd_sets_are_left_out_and_said(read: Any) -> None:
    lift = only(read, backup(log("60x10,fast,65x")))
    assert len(lift.sets) == 1
    assert lift.warnings == (jefit.ODD_SETS.format(exercise="Squat"),)


def test_a_jefit_number_with_a_sign_that_is_no_digit_is_none(read: Any) -> None:
    sessions = SESSIONS.replace("1770223918", "1770²23918")
    (lift,) = read(backup(log("60x10"), sessions=sessions).encode(), "j.csv", KG)
    assert isinstance(lift, Session)
    assert lift.elapsed_s is None


def test_a_jefit_row_without_a_day_is_named(read: Any) -> None:
    bad = log("60x10", of="0").replace("2026-04-29", "soon")
    lift, line = read(backup(log("60x10"), bad).encode(), "j.csv", KG)
    assert isinstance(lift, Session)
    assert str(line).startswith("j.csv row 17: 'mydate' reads 'soon'")


def test_a_jefit_backup_without_workouts_says_so(refused: Any) -> None:
    assert "without any logged exercise" in refused(backup().encode(), "jefit.csv")


@given(st.text(max_size=200))
def test_no_text_in_a_backup_raises(read: Any, text: str) -> None:
    assert read(backup(text).encode("utf-8", "replace"), "jefit.csv", KG)
    assert read((KGS + text).encode("utf-8", "replace"), "fitnotes.csv", KG)
    assert read((LYFTA + text).encode("utf-8", "replace"), "lyfta.csv", KG)


def test_the_portuguese_hevy_file_is_read(read: Any) -> None:
    header = (
        '"title","start_time","end_time","description","exercise_title","superset_id",'
        '"exercise_notes","set_index","set_type","weight_kg","reps","distance_km",'
        '"duration_seconds","rpe"\n'
    )
    row = '"escape","{}","{}","melhorando, sempre","Pull Up",,"",0,"normal",,7,,,\n'
    for begun, ended in [
        ("8 Apr 2026, 16:50", "8 Apr 2026, 17:43"),
        ("8 de abr. de 2026, 16:50", "8 de abr. de 2026, 17:43"),
        ("8 avr. 2026 à 16:50", "8 avr. 2026 à 17:43"),
        ("Apr 8, 2026, 4:50 PM", "Apr 8, 2026, 5:43 PM"),
    ]:
        lift = only(read, header + row.format(begun, ended))
        assert lift.start_local == datetime(2026, 4, 8, 16, 50)  # noqa: DTZ001
        assert (lift.elapsed_s, lift.sets[0].reps) == (53 * 60, 7)
