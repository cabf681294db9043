"""What the shipped exercise table promises: real names are known, and spellings never mix tags."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from clubmon_files import fit_sets
from fitdecode import profile
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.load import models
from clubmon.load.exercises import TAGS
from clubmon.storage.store import Connection

HERE = Path(__file__).parent
REAL = Path(
    os.environ.get("CLUBMON_REAL_EXPORTS", Path(__file__).parents[3] / ".." / "shared" / "real")
)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ECCENTRIC = (
    "Romanian Deadlift (Barbell)",
    "Romanian Deadlift (Dumbbell)",
    "Barbell Romanian Deadlift",
    "Dumbbell Romanian deadlifts",
    "RDL",
    "DB RDLs",
    "Single-leg RDL",
    "1-Leg RDL",
    "Single leg romanian deadlift with dumbbell",
    "Nordic curl",
    "Nordic Hamstrings Curls",
    "Nordics",
    "Stiff-Legged Deadlift",
    "Stiff Leg Deadlift (Dumbbell)",
    "Straight Leg Deadlift",
    "Barbell straight leg deadlift",
    "SLDL",
    "Good Morning",
    "Good Morning (Barbell)",
    "Zercher good morning",
    "Glute-Ham Raise",
    "GHR",
    "Razor curls",
    "Sliding leg curl",
    "Eccentric Leg Curl (Machine)",
)
NOT_ECCENTRIC = (
    "Deadlift (Barbell)",
    "Sumo Deadlift",
    "Trap Bar Deadlift",
    "Lying Leg Curl (Machine)",
    "Seated Leg Curl Machine",
    "Leg curl",
    "Hip Thrust (Barbell)",
    "Kettlebell Swing",
    "Reverse Nordic Curl",
    "Hurdle hop",
    "Squat",
)


@pytest.fixture(scope="module")
def con(in_memory: Callable[[], Connection]) -> Iterator[Connection]:
    """Both catalogs in memory with what is shipped."""
    with in_memory() as con:
        models.bind(con, date(2026, 4, 20), date(2026, 6, 1), NOW)
        yield con


Found = dict[str, tuple[str, str | None, bool, bool]]


def look_up(con: Connection, names: list[str]) -> Found:
    """Key, tags, eccentric and sled of each name, as if a file had held them."""
    con.execute("DELETE FROM lake.raw.lift_set")
    con.execute(
        "INSERT INTO lake.raw.lift_set BY NAME SELECT 's' AS session_id, 'ada' AS athlete_id, "
        "'f' AS sha256, 0 AS set_index, unnest(?::VARCHAR[]) AS exercise, 'normal' AS set_type, "
        "TIMESTAMPTZ '2026-05-01 00:00:00+00' AS known_at",
        [names],
    )
    sql = models.query("staging.exercise")
    rows = con.execute(f"SELECT exercise, name_key, tags, eccentric, sled FROM ({sql})").fetchall()
    return {row[0]: row[1:] for row in rows}


def unknown(con: Connection, names: list[str]) -> list[str]:
    """Those of the names that no tag is known for."""
    found = look_up(con, names)
    return [name for name in names if found[name][1] is None]


def garmin() -> list[str]:
    """Every exercise of the FIT profile, in the words that a file's sets get."""
    return [
        fit_sets.exercise({"category": (category,), "category_subtype": (number,)}, {})
        for field, kind in profile.FIELD_TYPES.items()
        if (category := field.removesuffix("_exercise_name")) != field
        for number in kind.enum or ()
    ]


def shipped(con: Connection) -> list[tuple[str, str]]:
    """Names and tags of the table as it comes."""
    return con.execute("SELECT exercise, tags FROM app.exercise_tag").fetchall()


@pytest.mark.parametrize("app", ["hevy", "strong", "fitnotes"])
def test_every_exercise_that_an_app_offers_is_known(con: Connection, app: str) -> None:
    names = (HERE / f"{app}.txt").read_text(encoding="utf-8").splitlines()
    assert len(names) > 90
    assert unknown(con, names) == []


def test_every_exercise_of_garmins_profile_is_known(con: Connection) -> None:
    names = garmin()
    assert len(names) > 1500
    assert {"Sled push", "Romanian deadlift", "Sliding leg curl"} <= set(names)
    assert unknown(con, names) == []


def test_what_garmin_gives_no_name_for_is_known_by_its_category_or_stays_unknown(
    con: Connection,
) -> None:
    kinds = [k for k in profile.FIELD_TYPES["exercise_category"].enum.values() if k != "unknown"]
    names = [fit_sets.exercise({"category": (kind,)}, {}) for kind in kinds]
    assert unknown(con, names) == []
    assert unknown(con, [fit_sets.UNNAMED]) == [fit_sets.UNNAMED]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")
@pytest.mark.parametrize(
    ("file", "column"),
    [("hevy_2025.csv", "exercise_title"), ("strong_2020_comma_large.csv", "Exercise Name")],
)
def test_every_exercise_of_the_real_exports_is_known(
    con: Connection, file: str, column: str
) -> None:
    with (REAL / file).open(encoding="utf-8-sig", newline="") as handle:
        names = sorted({row[column] for row in csv.DictReader(handle)})
    assert names
    assert unknown(con, names) == []


def test_what_lengthens_the_hamstrings_under_load_is_found_in_every_spelling(
    con: Connection,
) -> None:
    found = look_up(con, [*ECCENTRIC, *NOT_ECCENTRIC])
    assert [name for name in ECCENTRIC if not found[name][2]] == []
    assert [name for name in NOT_ECCENTRIC if found[name][2] or found[name][1] is None] == []


def test_sleds_are_sleds_and_a_leg_press_on_a_sled_is_none(con: Connection) -> None:
    pushed = ["Sled Push", "Sled push", "Sled drag", "Backwards Sled Drag", "Prowler Push"]
    found = look_up(con, [*pushed, "Sled 45° Leg Press"])
    assert all(found[name][3] for name in pushed)
    assert not found["Sled 45° Leg Press"][3]
    assert found["Sled 45° Leg Press"][1] == "squat"


def test_tags_are_those_of_the_closed_list(con: Connection) -> None:
    used = set(chain.from_iterable(tags.split(" ") for _, tags in shipped(con)))
    assert used == set(TAGS)


def test_no_two_shipped_names_are_one_exercise(con: Connection) -> None:
    names = [name for name, _ in shipped(con)]
    keys = [key for key, *_ in look_up(con, []).values()]
    assert len(keys) == len(names) == len(set(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leg Curl (Machine)", "Sliding Leg Curl"),
        ("Row (Machine)", "Rowing Machine"),
        ("Lateral Band Walks", "Walk"),
        ("Deadlift (Barbell)", "Romanian Deadlift (Barbell)"),
        ("Romanian Deadlift (Barbell)", "Romanian Deadlift (Band)"),
        ("Barbell Curl", "Leg Curl (Machine)"),
        ("Cable Pull Through", "Cable Pullover"),
        ("Swiss Ball Leg Curl", "Lying Leg Curl (Machine)"),
        ("Sled Push", "Push Up"),
        ("Nordic Curl", "Reverse Nordic Curl"),
    ],
)
def test_leaving_out_the_equipment_mixes_up_no_two_exercises(
    con: Connection, one: str, other: str
) -> None:
    found = look_up(con, [one, other])
    assert found[one][0] != found[other][0]


WORDS = st.lists(
    st.sampled_from(["Squat", "Romanian", "Deadlift", "Nordic", "Curl", "Row", "Bein", "Жим", "3"]),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@settings(deadline=None)
@given(WORDS, st.randoms())
def test_order_case_and_punctuation_do_not_matter(
    con: Connection, words: list[str], random: Random
) -> None:
    turned = sorted(words, key=lambda word: random.random())
    names = [" ".join(words), " - ".join(turned).upper(), f"({'/'.join(turned).lower()})"]
    found = look_up(con, names)
    assert len({found[name][0] for name in names}) == 1


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(max_size=30).filter(lambda text: "\x00" not in text))
def test_every_text_has_a_key_and_only_the_empty_text_an_empty_one(
    con: Connection, text: str
) -> None:
    assert bool(look_up(con, [text])[text][0]) == bool(text)
