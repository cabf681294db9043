"""Any table: a guess at its columns, a person says which is what, each row is read or named."""

from __future__ import annotations

from datetime import datetime

import pytest
from clubmon_files import columns, lifts, mapped

from clubmon.sdk import Question, Refusal, Session
from tests.connectors.conftest import Items, Read

DIARY = (
    "Datum;Uhrzeit;Dauer (min);Strecke (km);RPE;Puls\n"
    "03.11.2026;18:05;52;9,81;6;151\n"
    "32.13.2026;18:05;52;9,81;6;151\n"
    "05.11.2026;18:05;viel;9,81;6;151\n"
    "06.11.2026;25:05;30;;;\n"
    "07.11.2026;9:15;45;8,2;;\n"
)


def ask(read: Read, text: str) -> Question:
    (found,) = read(text.encode(), "log.csv")
    assert isinstance(found, Question), found
    return found


def told(read: Read, text: str, *choices: str) -> Items:
    """What the table holds with these columns, or with those that were guessed."""
    question = ask(read, text)
    assert question.columns is not None
    answer = ",".join(choices or question.columns.guess)
    return read(text.encode(), "log.csv", {question.key: answer})


def sessions(found: Items) -> list[Session]:
    return [one for one in found if isinstance(one, Session)]


def lines(found: Items) -> list[str]:
    return [str(one) for one in found if isinstance(one, Refusal)]


def test_an_unknown_table_asks_with_its_first_rows_and_a_guess(read: Read) -> None:
    question = ask(read, DIARY)
    assert question.columns is not None
    assert question.columns.header[:2] == ("Datum", "Uhrzeit")
    assert question.columns.rows[0] == ("03.11.2026", "18:05", "52", "9,81", "6", "151")
    assert question.columns.guess == (
        "date:dmy", "time", "duration:min", "distance:km", "rpe", "hr:avg",
    )  # fmt: skip


@pytest.mark.parametrize("twice", ["duration:s", "date:mdy", "distance:mi"])
def test_no_two_columns_are_the_same_thing(read: Read, twice: str) -> None:
    usual = ["date:dmy", "", "duration:min", "distance:km", "rpe", twice]
    (line,) = told(read, DIARY, *usual)
    assert "Two columns are said to be the same" in str(line)
    assert len(sessions(told(read, DIARY, *usual[:4], "hr:max", "hr:avg"))) == 3


def test_good_rows_are_read_and_each_bad_one_is_named_with_its_row(read: Read) -> None:
    found = told(read, DIARY)
    first, last = sessions(found)
    assert first.start_local == datetime(2026, 11, 3, 18, 5)  # noqa: DTZ001 wall clock
    assert (first.kind, first.distance_m, first.elapsed_s) == ("run", 9810.0, 3120.0)
    assert (first.rpe, first.avg_hr, last.rpe, last.avg_hr) == (6.0, 151, None, None)
    assert lines(found) == [
        "log.csv row 3: 'datum' reads '32.13.2026', which is no date; correct it or leave the "
        "row out.",
        "log.csv row 4: 'dauer (min)' reads 'viel', which is no number; correct it or leave the "
        "row out.",
        "log.csv row 5: 'uhrzeit' reads '25:05', which is no time of day; correct it or leave "
        "the row out.",
    ]


def test_the_next_file_with_this_header_asks_nothing_and_another_header_asks(read: Read) -> None:
    question = ask(read, DIARY)
    assert question.columns is not None
    answers = {question.key: ",".join(question.columns.guess)}
    header = DIARY.splitlines()[0]
    later = f"{header}\n10.11.2026;18:05;40;7,5;5;149\n"
    (one,) = read(later.encode(), "next.csv", answers)
    assert isinstance(one, Session)
    other = later.replace("Puls", "Puls max")
    (again,) = read(other.encode(), "next.csv", answers)
    assert isinstance(again, Question)
    assert again.key != question.key


@pytest.mark.parametrize("answer", ["", "date:dmy", "date:dmy,time,,,,shoe", "a,b,c,d,e,f"])
def test_an_answer_that_does_not_fit_the_header_asks_again(read: Read, answer: str) -> None:
    question = ask(read, DIARY)
    (again,) = read(DIARY.encode(), "log.csv", {question.key: answer})
    assert again == question


def test_columns_that_make_no_session_are_refused_in_a_sentence(read: Read) -> None:
    (line,) = lines(told(read, DIARY, "date:dmy", "time", "", "", "rpe", ""))
    assert "needs a date, and a duration, a distance or an exercise" in line


def test_sets_of_one_day_and_title_become_one_lifting_session(read: Read) -> None:
    text = (
        "Date,Exercise,Sets,Reps,Weight (lb)\n"
        "2026-11-03,Nordic Curl,3,5,\n2026-11-03,Deadlift,2,8,100\n2026-11-05,Deadlift,1,8,100\n"
    )
    first, second = sessions(told(read, text))
    assert [one.exercise for one in first.sets] == ["Nordic Curl"] * 3 + ["Deadlift"] * 2
    assert first.sets[-1].weight_kg == pytest.approx(45.359237)
    assert first.sets[0].weight_kg is None
    assert (first.kind, len(second.sets)) == ("lift", 1)


def test_two_equal_rows_are_two_sessions_and_keep_their_ids_when_the_file_grows(
    read: Read,
) -> None:
    text = "Date,Minutes,RPE\n2026-11-03,30,4\n2026-11-03,30,4\n"
    before = [one.source_id for one in sessions(told(read, text))]
    after = [one.source_id for one in sessions(told(read, text + "2026-11-04,30,4\n"))]
    assert len(set(before)) == 2
    assert after[:2] == before


def test_without_a_time_of_day_noon_is_taken_and_said(read: Read) -> None:
    (one,) = sessions(told(read, "Date,Minutes,RPE\n2026-11-03,30,4\n"))
    assert one.start_local == datetime(2026, 11, 3, 12)  # noqa: DTZ001 wall clock
    assert (one.time_known, one.warnings) == (False, (lifts.DAY_ONLY,))
    assert one.kind == "other"  # minutes and effort alone: only the combined load counts them


@pytest.mark.parametrize(
    ("sport", "kind"),
    [("Football", "run"), ("Match", "run"), ("Easy run", "run"), ("Bike", "other"),
     ("Radfahren", "other"), ("Gym", "lift"), ("", "run")],
)  # fmt: skip
def test_a_row_with_a_distance_is_a_run_unless_its_sport_says_otherwise(
    read: Read, sport: str, kind: str
) -> None:
    text = f"Date,Sport,Minutes,Distance (km)\n2026-11-03,{sport},30,4\n"
    (one,) = sessions(told(read, text))
    assert one.kind == kind


@pytest.mark.parametrize(("unit", "metres"), [("km", 4000.0), ("mi", 4 * 1609.344), ("m", 4.0)])
def test_units_are_what_was_chosen_whatever_the_header_says(
    read: Read, unit: str, metres: float
) -> None:
    text = "Date,Minutes,Distance\n2026-11-03,30,4\n"
    (one,) = sessions(told(read, text, "date:ymd", "duration:min", f"distance:{unit}"))
    assert one.distance_m == pytest.approx(metres)


def test_a_comma_that_could_mean_two_things_is_asked_of_the_row(read: Read) -> None:
    text = 'Date,Minutes,Distance (m)\n2026-11-03,30,"1,500"\n2026-11-04,30,"1,500.0"\n'
    found = told(read, text)
    assert [one.distance_m for one in sessions(found)] == [1500.0]
    assert lines(found)[0].startswith("log.csv row 2: 'distance (m)' reads '1,500'")
    semicolons = "Date;Minutes;Distance (km)\n2026-11-03;30;1,500\n"
    assert sessions(told(read, semicolons))[0].distance_m == 1500.0


def test_rows_of_several_people_are_nobodys_own_file(read: Read) -> None:
    text = "Date,Player,Minutes,RPE\n2026-11-03,Ana,30,4\n2026-11-03,Bea,30,4\n"
    (line,) = lines(told(read, text))
    assert "holds rows of 2 people" in line
    alone = text.replace("Bea", "Ana")
    assert len(sessions(told(read, alone))) == 2


def test_lines_above_the_header_are_passed_over(read: Read) -> None:
    text = "Club XY,,\n,,\nDay,Minutes,sRPE\n13/11/2026,90,7\n"
    (one,) = sessions(told(read, text))
    assert one.start_local == datetime(2026, 11, 13, 12)  # noqa: DTZ001 wall clock


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03.11.26", "dmy", (2026, 11, 3)),
        ("11/03/2026", "mdy", (2026, 11, 3)),
        ("3-11-2026 9:05 pm", "dmy", (2026, 11, 3, 21, 5)),
        ("2026-11-03T18:05:10Z", "dmy", (2026, 11, 3, 18, 5, 10)),
        ("3 Nov 2026, 18:05", "dmy", (2026, 11, 3, 18, 5)),
    ],
)
def test_dates_are_read_in_the_order_that_was_chosen(
    text: str, order: str, day: tuple[int, ...]
) -> None:
    found = mapped.moment(text, order)
    assert found is not None
    assert found[0] == datetime(*day)  # type: ignore[arg-type]  # noqa: DTZ001 wall clock


@pytest.mark.parametrize(
    "text", ["32.13.2026", "30.02.2026", "03.11.1026", "tomorrow", "", "3.11.2026 25:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert mapped.moment(text, "dmy") is None


@pytest.mark.parametrize(
    ("values", "order"),
    [(["2026-11-03"], "ymd"), (["03.04.2026"], "dmy"), (["03/04/2026", "13/04/2026"], "dmy"),
     (["03/04/2026", "03/14/2026"], "mdy"), ([], "dmy")],
)  # fmt: skip
def test_the_order_of_a_date_is_told_by_what_is_no_month(values: list[str], order: str) -> None:
    assert columns.order_of(values) == order


def test_what_is_no_table_is_refused(read: Read) -> None:
    for data in (b"just a line of text\n", b"1,2,3\n4,5,6\n", b"name,age\nA,3\n"):
        (line,) = lines(read(data, "x.csv"))
        assert "has no header row known here" in line
