"""The download holds everything about its athlete, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest

from clubmon.arrival import rawfiles
from clubmon.arrival.rawfiles import Note
from clubmon.club import people
from clubmon.load import marts
from clubmon.privacy import personal, takeout
from clubmon.privacy.takeout import Wanted
from clubmon.privacy.takeoutwords import ABOUT, readme, unit
from clubmon.settings import load
from tests.privacy.conftest import NOW, Marked, opened

Row = dict[str, str]


def taken(club: Marked, *, own: bool = True, language: str = "en") -> ZipFile:
    who = people.person(club.store, club.athlete)
    assert who is not None
    pieces = takeout.stream(club.store, club.settings, Wanted(who, own, NOW, language))
    return ZipFile(io.BytesIO(b"".join(pieces)))


def table(archive: ZipFile, name: str) -> list[Row]:
    text = archive.read(f"{name}.csv").decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def kept(template: Marked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """A club that no test changes."""
    club = opened(template, load(tmp_path_factory.mktemp("taken") / "data"))
    yield club
    club.store.close()


@pytest.fixture(scope="module")
def archive(kept: Marked) -> ZipFile:
    return taken(kept)


def test_everything_that_is_held_about_an_athlete_is_in_it(kept: Marked, archive: ZipFile) -> None:
    marked = kept
    content = b"\n".join(archive.read(name) for name in archive.namelist())
    content += "\n".join(archive.namelist()).encode()
    missing = {place for place, mark in marked.marks.items() if mark.encode() not in content}
    means = {place for place in missing
             if place.startswith(("app.login_link", "app.web_session", "app.hint"))
             or place.endswith((".cursor", ".claim", ".body_text", ".body_html", "_hash",
                                ".unsubscribe_url", "by_person_id", "_by"))}  # fmt: skip
    elsewhere = {"guardian", "their address", "note", "own mail", "set aside", "waiting file",
                 *(place for place in missing if place.startswith("dropped "))}  # fmt: skip
    assert missing - means - elsewhere == set()


def test_nothing_of_anybody_else_is_in_it(kept: Marked, archive: ZipFile) -> None:
    marked = kept
    content = b"\n".join(archive.read(name) for name in archive.namelist()).decode("latin-1")
    for said in (marked.other, "Bo Other", "bo@example.org", "Ola Coach", "ola@example.org",
                 "of somebody else", marked.guardian, marked.marks["guardian"]):  # fmt: skip
        assert said not in content


def test_values_are_those_that_are_held(kept: Marked, archive: ZipFile) -> None:
    (person,) = table(archive, "person")
    assert (person["name"], person["born"]) == (kept.name, "2012-05-01")
    (checkin,) = table(archive, "checkin")
    assert (checkin["left_score"], checkin["local_date"]) == ("5", "2026-11-17")
    assert {row["by_person_id"] for row in table(archive, "consent")} == {"guardian"}
    (session,) = table(archive, "recorded_session")
    assert (session["distance_m"], session["title"]) == (
        "5", kept.marks["lake.raw.session.title"]
    )  # fmt: skip
    assert session["athlete_id"] == "you"


def test_csv_and_parquet_hold_the_same_rows(archive: ZipFile, tmp_path: Path) -> None:
    folder = tmp_path / "zip"
    archive.extractall(folder)
    names = sorted(path.stem for path in folder.glob("*.csv"))
    assert names == sorted(path.stem for path in folder.glob("*.parquet"))
    with duckdb.connect() as con:
        for name in names:
            counted = con.execute(f"SELECT count(*) FROM '{folder}/{name}.parquet'").fetchone()
            assert counted == (len(table(archive, name)),)


def test_figures_of_every_day_are_in_it_before_any_night(marked: Marked) -> None:
    rows = table(taken(marked), "daily_load")
    assert ("run_m", "2026-11-17") not in {(row["channel"], row["local_date"]) for row in rows}
    marts.rebuild(marked.store, NOW.date(), NOW)
    assert table(taken(marked), "daily_load") == rows


def test_the_original_file_is_in_it_byte_for_byte(kept: Marked, archive: ZipFile) -> None:
    (name,) = [name for name in archive.namelist() if name.startswith("original/")]
    bytes_ = rawfiles.raw_path(kept.settings.data, kept.athlete, "ab12").read_bytes()
    assert archive.read(name) == bytes_


def test_what_a_source_shows_to_the_athlete_alone_is_left_out_for_a_guardian(
    marked: Marked,
) -> None:
    path = marked.settings.data / "x"
    path.write_text("for the athlete alone")
    note = Note(marked.athlete, "ff00", "private.json", "athlete_only", NOW.isoformat())
    rawfiles.keep_raw(marked.settings.data, note, path)
    for name in ("payload", "session"):
        marked.store.execute(
            "lake",
            f"UPDATE lake.raw.{name} SET audience = 'athlete_only' WHERE athlete_id = ?",
            [marked.athlete],
        )
        own, guardians = taken(marked), taken(marked, own=False)
    assert "original/private.json" in own.namelist()
    assert "original/private.json" not in guardians.namelist()
    for name in ("payload", "session", "lift_set", "sample"):
        assert table(guardians, f"recorded_{name}") == []
        assert len(table(own, f"recorded_{name}")) == 1


def test_the_readme_explains_every_file(kept: Marked, archive: ZipFile) -> None:
    text = archive.read("README.txt").decode("utf-8")
    for name in archive.namelist():
        if name.endswith(".csv"):
            assert f"\n{name.removesuffix('.csv')}: " in text
    assert "    distance_m: metres" in text
    assert "    known_at: when clubmon knew it, UTC" in text


def test_nothing_is_left_behind_on_the_disk(kept: Marked, archive: ZipFile) -> None:
    assert archive.testzip() is None
    assert not list(kept.settings.data.glob(".*"))


def test_every_table_of_people_has_a_description(marked: Marked) -> None:
    with marked.store.cursor() as con:
        held = set(personal.tables(con)) - takeout.MEANS
    assert held - set(ABOUT) == set()


def test_units_follow_from_the_ending_of_a_column() -> None:
    assert (unit("weight_g"), unit("speed_mmps"), unit("sport")) == (
        "grams", "millimetres per second", "",
    )  # fmt: skip


def test_a_guardians_readme_names_the_athlete(marked: Marked) -> None:
    who = people.person(marked.store, marked.athlete)
    assert who is not None
    text = readme(marked.settings, who, False, NOW, {"plan": ["start_date"]})
    assert f"about {marked.name} in clubmon" in text


def test_the_readme_is_in_the_language_of_who_downloads(kept: Marked) -> None:
    text = taken(kept, language="de").read("README.txt").decode("utf-8")
    assert "in clubmon über dich hat." in text
    assert "plan: Übungen, die du bekommen hast" in text
    assert "    known_at: wann clubmon es wusste, UTC" in text
