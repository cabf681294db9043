"""The drop folder: taken when whole, moved with a word why, never through a link."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from clubmon.arrival import dropfolder
from clubmon.arrival.dropfolder import DropFolder
from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store

HEAD = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
ROW = 'Gym,"3 Nov 2026, 18:00","3 Nov 2026, 19:00",Squat (Barbell),0,normal,{},5,8\n'


@pytest.fixture
def athlete(store: Store, now: datetime) -> str:
    who = enrolling.add_person(store, "Ada", "ada@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, enrolling.add_team(store, "Made up", now), now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    return who


@pytest.fixture
def drop(store: Store, settings: Settings) -> DropFolder:
    return DropFolder(store, settings)


def put(settings: Settings, who: str, name: str = "hevy.csv", text: str | None = None) -> Path:
    path = settings.data / "drop" / who / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + ROW.format(60) if text is None else text, encoding="utf-8")
    return path


def sessions(store: Store, who: str) -> int:
    row = store.row("SELECT count(*) AS n FROM lake.raw.session WHERE athlete_id = ?", [who])
    assert row
    return int(row["n"])


def lying(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("named_by", ["id", "e-mail", "E-MAIL"])
def test_a_file_is_taken_at_the_second_look_and_moved_to_done(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder, named_by: str
) -> None:
    who = {"id": athlete, "e-mail": "ada@example.org", "E-MAIL": "Ada@Example.org"}[named_by]
    folder = put(settings, who).parent
    assert (drop.look(now), sessions(store, athlete)) == (0, 0)
    assert (drop.look(now), sessions(store, athlete)) == (1, 1)
    assert lying(folder) == ["done/hevy.csv"]
    assert drop.look(now) == 0


def test_a_file_that_still_grows_waits(
    settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    path = put(settings, athlete, text=HEAD)
    drop.look(now)
    path.write_text(HEAD + ROW.format(60), encoding="utf-8")
    assert drop.look(now) == 0
    assert drop.look(now) == 1


def test_what_is_not_understood_is_moved_with_a_sentence(
    settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    folder = put(settings, athlete, "photo.jpg", "no runs here").parent
    drop.look(now)
    drop.look(now)
    assert lying(folder) == ["refused/photo.jpg", "refused/photo.jpg.txt"]
    assert "is not read here" in (folder / "refused" / "photo.jpg.txt").read_text()


def test_what_is_doubtful_is_done_and_says_that_it_waits(
    settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    folder = put(settings, athlete, text=HEAD + ROW.format(5000)).parent
    drop.look(now)
    drop.look(now)
    assert "Waits for a decision" in (folder / "done" / "hevy.csv.txt").read_text()


def test_the_same_name_again_overwrites_nothing(
    settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    for weight in (60, 70):
        folder = put(settings, athlete, text=HEAD + ROW.format(weight)).parent
        drop.look(now)
        drop.look(now)
    assert lying(folder) == ["done/hevy (2).csv", "done/hevy.csv"]


def test_without_consent_it_is_refused_and_said_why(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    consenting.record(store, athlete, Consent.LOAD, False, athlete, "athlete", None, now)
    folder = put(settings, athlete).parent
    drop.look(now)
    drop.look(now)
    assert sessions(store, athlete) == 0
    assert "has not consented" in (folder / "refused" / "hevy.csv.txt").read_text()
    assert store.rows("SELECT * FROM app.arrival") == []


def test_links_pipes_folders_and_hidden_names_are_left_alone(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(HEAD + ROW.format(60))
    folder = put(settings, athlete, ".hevy.csv.part").parent
    (folder / "link.csv").symlink_to(outside)
    os.mkfifo(folder / "pipe.csv")
    (folder / "deeper").mkdir()
    (settings.data / "drop" / "ada@example.org").symlink_to(tmp_path)
    drop.look(now)
    assert drop.look(now) == 0
    assert sessions(store, athlete) == 0
    assert outside.exists()


def test_a_folder_of_nobody_stays_and_the_admin_is_told(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    path = put(settings, "eve@example.org")
    (settings.data / "drop" / "lost.fit").write_bytes(b"x")
    drop.look(now)
    assert drop.look(now) == 0
    assert path.exists()
    assert dropfolder.strangers(store, settings) == [
        "eve@example.org is the id or e-mail address of no athlete; rename the folder.",
        "lost.fit lies beside the athletes' folders; move it into one.",
    ]


@pytest.mark.parametrize("name", ["done", "refused"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_folder_that_nothing_can_be_moved_in_holds_up_nobody_and_the_admin_is_told(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder, name: str,
    kind: str,
) -> None:  # fmt: skip
    folder = put(settings, athlete, "a.csv").parent
    if kind == "file":
        (folder / name).write_text("in the way")
    else:
        (folder / name).symlink_to(settings.data)
    behind = put(settings, "ada@example.org", "b.csv")
    counts = [drop.look(now) for _ in range(4)]
    assert counts == [0, 1, 0, 0]
    assert not behind.exists()
    assert (folder / "a.csv").exists()
    assert len(store.rows("SELECT * FROM app.arrival")) == 1
    (told,) = dropfolder.strangers(store, settings)
    assert told.startswith(f"Nothing is taken from {athlete}: ")


def test_a_name_as_long_as_the_disk_takes_is_moved_with_its_sentence_twice(
    settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    for _ in range(2):
        folder = put(settings, athlete, "ü" * 125 + ".jpg", "no runs here").parent
        drop.look(now)
        drop.look(now)
    names = [name.replace("ü", "") for name in lying(folder)]
    assert names == [f"refused/{end}" for end in (" (2).jpg", " (2).jpg.txt", ".jpg", ".jpg.txt")]


def test_what_lay_there_while_the_service_was_down_is_taken(
    store: Store, settings: Settings, now: datetime, athlete: str, drop: DropFolder
) -> None:
    put(settings, athlete)
    started = DropFolder(store, settings)
    started.look(now)
    assert started.look(now) == 1


def test_switched_off_nobody_is_told_of_strangers(
    store: Store, settings: Settings, drop: DropFolder
) -> None:
    put(settings, "eve@example.org")
    assert len(dropfolder.strangers(store, settings)) == 1
    off = settings.model_copy(update={"drop_folder": False})
    assert dropfolder.strangers(store, off) == []
