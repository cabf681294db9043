"""What the connector promises about Garmin's Activities.csv, in the languages seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from clubmon_files import Files, garmin_numbers, garmin_words
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.sdk import Question, Refusal, Session

EN = [
    "Activity Type",
    "Date",
    "Favorite",
    "Title",
    "Distance",
    "Calories",
    "Time",
    "Avg HR",
    "Max HR",
    "Avg Run Cadence",
    "Avg Pace",
    "Total Ascent",
    "Total Descent",
    "Avg Stride Length",
    "Steps",
    "Moving Time",
    "Elapsed Time",
]
RUN = {
    "Activity Type": "Running",
    "Date": "2026-04-23 08:04:14",
    "Title": "Morning",
    "Distance": "6.71",
    "Time": "00:38:13",
    "Avg HR": "150",
    "Max HR": "173",
    "Avg Run Cadence": "157",
    "Avg Pace": "5:42",
    "Total Ascent": "12",
    "Total Descent": "13",
    "Avg Stride Length": "1.12",
    "Steps": "6,060",
    "Moving Time": "00:38:03",
    "Elapsed Time": "00:39:20",
}

# Header and row of one export per language: the columns that are read, as Garmin wrote them.
SEEN = {
    "en": (
        "Activity Type,Date,Favorite,Title,Distance,Time,Avg HR,Max HR,Avg Run Cadence,Avg Pace,"
        "Total Ascent,Avg Stride Length,Steps,Moving Time,Elapsed Time",
        'Running,2026-04-23 08:04:14,false,A,"6.71","00:38:13","150","173","157","5:42","2",'
        '"1.12","6,060","00:38:03","00:39:20"',
        ("run", 6710, 2293, 2360, 150, 2),
    ),
    "sv": (
        "Aktivitetstyp,Datum,Favorit,Namn,Distans,Tid,Medelpuls,Maxpuls,Medellöpkadens,Medeltempo,"
        "Total stigning,Medelsteglängd,Steg,Färdtid,Total tid",
        'Löpning,2026-01-19 18:05:42,true,A,"7.34","00:46:46","133","170","135","6:22","72",'
        '"1.13","6,234","00:38:47","00:46:48"',
        ("run", 7340, 2806, 2808, 133, 72),
    ),
    "de": (
        "Aktivitätstyp,Datum,Favorit,Titel,Distanz,Zeit,Ø Herzfrequenz,Maximale Herzfrequenz,"
        "Ø Schrittfrequenz (Laufen),Ø Pace,Anstieg gesamt,Ø Schrittlänge,Zeit in Bewegung,"
        "Verstrichene Zeit",
        "Laufen,2023-03-31 08:10:41,false,A,4.23,00:22:07,143,162,165,5:14,30,1.16,00:21:46,"
        "00:24:51",
        ("run", 4230, 1327, 1491, 143, 30),
    ),
    "da": (
        "Aktivitetstype,Dato,Favorit,Titel,Distance,Tid,Gennemsnitlig puls,Maks. puls,"
        "Gennemsnitlig svømmekadence,Gennemsnitstempo,Samlet stigning,Tid i bevægelse,Tidsforbrug,"
        "Training Stress Score®",
        'Svøm i pool,2025-11-01 12:19:11,false,A,"1,500","0:45","131","169","--","2:40","--",'
        '"00:39:58","00:45:17","0.0"',
        ("other", 1500, 2700, 2717, 131, None),
    ),
    "pl": (
        "Typ aktywności,Data,Ulubiony,Tytuł,Dystans,Czas,Średnie tętno,Średni rytm biegu,"
        "Średnie tempo,Całkowity wznios,Średnia długość kroku,Czas ruchu,Upłynęło czasu",
        'Bieganie,2021-10-29 17:04:38,false,A,"6.08","00:31:26","--","168","5:10","102","1.15",'
        '"00:31:24","00:32:30"',
        ("run", 6080, 1886, 1950, None, 102),
    ),
    "pt": (
        "Tipo de atividade,Data,Favorito,Título,Distância,Tempo,FC Média,FC máxima,"
        "Cadência de corrida média,Ritmo médio,Subida total,Comprimento médio da passada,"
        "Tempo em movimento,Duração",
        'Corrida em esteira,2021-10-02 10:19:49,false,A,"1.90","00:10:00","117","125","151","5:16",'
        '"--","1.16","00:09:00","00:10:00"',
        ("run", 1900, 600, 600, 117, None),
    ),
    "fr": (
        "Type d'activité,Date,Favori,Titre,Distance,Durée,Fréquence cardiaque moyenne,"
        "Cadence de course moyenne,Allure moyenne,Ascension totale,Longueur moyenne des foulées,"
        "Pas,Temps de déplacement,Temps écoulé",
        'Course à pied,2026-08-10 10:52:21,false,A,"3,95","00:35:20","151","121","8:57","7","0,92",'
        '"4.404","00:35:08","00:36:00"',
        ("run", 3950, 2120, 2160, 151, 7),
    ),
}


def table(*changes: dict[str, str]) -> bytes:
    """An English list with a row per set of changes to an ordinary run."""
    text = io.StringIO()
    rows = [[{**RUN, **change}.get(name, "--") for name in EN] for change in changes]
    csv.writer(text).writerows([EN, *rows])
    return text.getvalue().encode()


def totals(run: Session) -> tuple[Any, ...]:
    return run.kind, run.distance_m, run.moving_s, run.elapsed_s, run.avg_hr, run.ascent_m


@pytest.mark.parametrize("language", sorted({*SEEN} - {"da"}))
def test_a_list_is_read_in_every_language(one: Any, language: str) -> None:
    header, row, expected = SEEN[language]
    run = one(f"{header}\n{row}\n".encode(), "Activities.csv")
    assert totals(run) == expected
    assert (run.start_utc, run.timezone) == (None, None)
    assert run.warnings == ()
    assert garmin_words.language([name.casefold() for name in header.split(",")]) == language


def test_a_pool_swim_counts_metres_and_a_short_clock_hours(one: Any) -> None:
    header, row, expected = SEEN["da"]
    assert totals(one(f"{header}\n{row}\n".encode(), "Activities.csv")) == expected


FR_2014 = (
    " activite,Type,date,Temps,Distance,Gain_altitude,Perte_altitude,Vitesse_moy,Vitesse_max,"
    'Calories,\n A,Course à pied,"lun., 30 juin 2014 7:03",20:46,"2,94",23,19,7:04,5:42,241,\n'
).encode()


@pytest.mark.parametrize("answers", [{}, {"garmin_distance_unit": "furlong"}])
def test_where_nothing_tells_kilometres_from_miles_its_athlete_is_asked(
    tmp_path: Path, answers: dict[str, str]
) -> None:
    """A French list of 2014: distance, time and pace agree in both units."""
    (asked,) = _answered(tmp_path, FR_2014, answers)
    assert isinstance(asked, Question)
    assert (asked.key, [choice.value for choice in asked.choices]) == (
        "garmin_distance_unit",
        ["km", "mi"],
    )


@pytest.mark.parametrize(
    ("unit", "metres", "ascent"), [("km", 2940, 23), ("mi", 4731.5, pytest.approx(7.0104))]
)
def test_the_answer_is_taken(tmp_path: Path, unit: str, metres: float, ascent: Any) -> None:
    (run,) = _answered(tmp_path, FR_2014, {"garmin_distance_unit": unit})
    assert isinstance(run, Session)
    assert totals(run) == ("run", metres, 1246, None, None, ascent)
    assert run.start_local == datetime(2014, 6, 30, 7, 3)  # noqa: DTZ001


def test_what_the_list_tells_itself_is_not_asked(tmp_path: Path) -> None:
    (run,) = _answered(tmp_path, table({}), {"garmin_distance_unit": "mi"})
    assert isinstance(run, Session)
    assert run.distance_m == 6710


def _answered(
    folder: Path, data: bytes, answers: dict[str, str]
) -> list[Session | Refusal | Question]:
    (folder / "stored").write_bytes(data)
    return list(Files().read(folder / "stored", "Activities.csv", answers))


def test_miles_are_told_by_cadence_and_stride(one: Any) -> None:
    miles = {"Distance": "4.17", "Avg Pace": "9:10", "Total Ascent": "40"}
    run = one(table(miles), "Activities.csv")
    assert run.distance_m == pytest.approx(4.17 * 1609.344, abs=0.1)
    assert run.ascent_m == pytest.approx(12.192)


def test_a_stride_in_feet_tells_miles_too(one: Any) -> None:
    miles = {"Distance": "4.17", "Avg Pace": "9:10", "Avg Stride Length": "3.67"}
    assert one(table(miles), "Activities.csv").distance_m == pytest.approx(6711, abs=1)


def test_one_row_that_tells_speaks_for_the_whole_list(read: Any) -> None:
    mute = {"Date": "2026-04-24 08:00:00", "Avg Run Cadence": "--", "Avg Stride Length": "--"}
    first, second = read(table({}, mute), "Activities.csv")
    assert (first.distance_m, second.distance_m) == (6710, 6710)


def test_rows_that_contradict_each_other_tell_nothing(tmp_path: Path) -> None:
    other = {"Date": "2026-04-24 08:00:00", "Avg Stride Length": "1.80"}
    (asked,) = _answered(tmp_path, table({}, other), {})
    assert isinstance(asked, Question)


def test_a_list_of_lifts_needs_no_unit(one: Any) -> None:
    lift = {
        "Activity Type": "Strength Training",
        "Distance": "0.00",
        "Avg Run Cadence": "--",
        "Avg Pace": "--",
        "Avg Stride Length": "--",
    }
    found = one(table(lift), "Activities.csv")
    assert (found.kind, found.distance_m, found.moving_s) == ("lift", 0, 2293)


def test_a_decimal_comma_is_read_by_the_rest_of_the_file(one: Any) -> None:
    comma = {"Distance": "5,810", "Avg Stride Length": "1,02", "Time": "00:33:08"}
    found = one(table({**comma, "Avg Run Cadence": "172", "Moving Time": "00:33:08"}), "a.csv")
    assert found.distance_m == 5810


@pytest.mark.parametrize(("pace", "metres"), [("3:49", 10_000), ("1:11", None)])
def test_a_comma_that_can_be_both_is_decided_by_the_pace(
    read: Any, pace: str, metres: float | None
) -> None:
    """'10,000' is ten kilometres or ten thousand of them; nothing else has a decimal sign."""
    lone = {"Distance": "10,000", "Avg Pace": pace, "Avg Stride Length": "1", "Steps": "--"}
    (found,) = read(table({**lone, "Avg Run Cadence": "262"}), "Activities.csv")
    assert found.distance_m == metres
    assert bool(found.warnings) == (metres is None)


def test_a_track_run_counts_metres(read: Any) -> None:
    track = {"Activity Type": "Track Running", "Distance": "6,710", "Date": "2026-04-24 08:00:00"}
    _, found = read(table({}, track), "Activities.csv")
    assert (found.kind, found.distance_m) == ("run", 6710)


def test_a_ride_is_checked_by_its_speed(read: Any) -> None:
    ride = {
        "Activity Type": "Cycling",
        "Date": "2026-04-25 08:00:00",
        "Distance": "20.1",
        "Avg Pace": "31.6",
        "Avg Stride Length": "--",
    }
    _, found = read(table({}, ride), "Activities.csv")
    assert (found.kind, found.distance_m) == ("other", 20_100)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Treadmill Running", "run"),
        ("Virtual Run", "run"),
        ("Strength Training", "lift"),
        ("Pool Swim", "other"),
        ("Indoor Cycling", "other"),
        ("Multisport", "other"),
    ],
)
def test_activity_types(one: Any, word: str, kind: str) -> None:
    found = one(table({"Activity Type": word}), "Activities.csv")
    assert (found.kind, found.sport, found.warnings) == (kind, word, ())


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Laufbandtraining", "run"), ("Krafttraining", "lift"), ("Radfahren", "other")],
)
def test_german_activity_types(one: Any, word: str, kind: str) -> None:
    header, row, _ = SEEN["de"]
    found = one(f"{header}\n{row.replace('Laufen', word)}\n".encode(), "Activities.csv")
    assert (found.kind, found.warnings) == (kind, ())


def test_a_word_that_nobody_knows_is_said(one: Any) -> None:
    header, row, _ = SEEN["de"]
    found = one(f"{header}\n{row.replace('Laufen', 'Skilanglauf')}\n".encode(), "Activities.csv")
    assert found.kind == "other"
    assert "'Skilanglauf' is not known" in found.warnings[0]


def test_an_activity_keeps_its_id_in_later_exports(read: Any) -> None:
    """Other columns, another title, a corrected distance, another order, another language."""
    (first,) = read(table({}), "Activities.csv")
    header, row, _ = SEEN["sv"]
    same = row.replace("2026-01-19 18:05:42", "2026-04-23 08:04:14").replace("7.34", "7.35")
    (again,) = read(f"{header}\n{same}\n".encode(), "Activities (1).csv")
    assert first.source_id == again.source_id
    (later,) = read(table({"Date": "2026-04-23 18:04:14"}), "Activities.csv")
    assert later.source_id != first.source_id


def test_parts_that_start_with_the_whole_stay_apart(read: Any) -> None:
    whole = {"Activity Type": "Multisport"}
    first, second = read(table(whole, {"Activity Type": "Pool Swimming"}), "Activities.csv")
    assert first.source_id != second.source_id


def test_a_bad_row_costs_only_itself(read: Any) -> None:
    items = read(table({}, {"Date": "7/4/2020 15:36"}), "Activities.csv")
    assert isinstance(items[0], Session)
    assert isinstance(items[1], Refusal)
    assert str(items[1]).startswith("Activities.csv row 3: 'Date' reads '7/4/2020")


def test_an_impossible_heart_rate_is_left_out_and_said(one: Any) -> None:
    found = one(table({"Max HR": "999"}), "Activities.csv")
    assert found.max_hr is None
    assert "999" in found.warnings[0]


class Counted(list[str]):
    """A line that counts how often it is gone over."""

    rounds = 0

    def __iter__(self) -> Iterator[str]:
        self.rounds += 1
        return super().__iter__()


@pytest.mark.parametrize("cells", [["Activity Type", "Date", "Distance", "Time"], ["x"] * 2000])
def test_a_line_that_may_be_a_header_is_gone_over_once_for_all_languages(cells: list[str]) -> None:
    line = Counted(cells)
    garmin_words.language(line)
    assert line.rounds == 1


def test_a_header_alone_says_so(refused: Any) -> None:
    assert "no activities" in refused(table(), "Activities.csv")


@pytest.mark.parametrize(
    ("cell", "sign", "expected"),
    [
        ("6,060", None, (6.06, 6060)),
        ("6,060", ".", (6060,)),
        ("6,060", ",", (6.06,)),
        ("5,81", None, (5.81,)),
        ("'-12", ".", (-12,)),
        ("1.234.567", ",", (1_234_567,)),
        ("1,23,4", ".", ()),
        ("--", None, ()),
        ("50.6% left", None, ()),
    ],
)
def test_a_cell_gives_every_number_it_may_mean(
    cell: str, sign: Any, expected: tuple[float, ...]
) -> None:
    assert garmin_numbers.readings(cell, sign) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0:45", (45, 2700)),
        ("00:38:13", (2293,)),
        ("00:00:14.7", (14,)),
        ("27:46", (1666,)),
        ("10:00.43", (600,)),
        ("--", ()),
    ],
)
def test_a_clock_gives_every_length_it_may_mean(cell: str, expected: tuple[int, ...]) -> None:
    assert garmin_numbers.spans(cell) == expected


def test_a_short_clock_alone_is_read_by_distance_and_pace(read: Any) -> None:
    short = {
        "Date": "2026-04-24 07:00:00",
        "Time": "20:46",
        "Distance": "2.94",
        "Avg Pace": "7:04",
        "Moving Time": "--",
        "Elapsed Time": "--",
    }
    _, found = read(table({}, short), "Activities.csv")
    assert (found.moving_s, found.elapsed_s, found.distance_m) == (1246, None, 2940)


def test_a_short_clock_that_nothing_decides_is_left_out_and_said(read: Any) -> None:
    short = dict.fromkeys(("Distance", "Avg Pace", "Moving Time", "Elapsed Time"), "--")
    (found,) = read(table({**short, "Time": "0:45", "Activity Type": "Yoga"}), "Activities.csv")
    assert found.moving_s is None
    assert "'0:45'" in found.warnings[0]


def test_starts_are_wall_clock_times(one: Any) -> None:
    assert one(table({}), "a.csv").start_local == datetime(2026, 4, 23, 8, 4, 14)  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(EN), st.text("0123456789.,:-' x", max_size=10), min_size=1, max_size=8
    )
)
def test_whatever_stands_in_the_cells_is_read_asked_or_refused(
    read: Any, cells: dict[str, str]
) -> None:
    """A distance that is kept is a number that its row can bear, and never one of two."""
    for item in read(table(cells), "Activities.csv"):
        assert isinstance(item, Session | Refusal | Question)
        if isinstance(item, Session):
            assert item.distance_m is None or 0 <= item.distance_m < 1e11
            assert item.moving_s is None or item.moving_s >= 0
