"""The demo's folder: only a demo's folder is ever emptied, and only of what a demo made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clubmon import settings
from clubmon.demo import folder
from clubmon.storage.store import Store, StoreBusy


def test_a_new_folder_gets_a_marker_and_the_demos_settings(tmp_path: Path) -> None:
    folder.prepare(tmp_path / "demo", 8123, 1)
    chosen = settings.load(tmp_path / "demo")
    assert chosen.club == "Demo club (made up)"
    assert chosen.timezone == "Europe/Berlin"
    assert chosen.base_url == "http://127.0.0.1:8123"
    assert (tmp_path / "demo" / folder.MARKER).exists()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    folder.prepare(tmp_path, 8000, 1)
    assert (tmp_path / folder.MARKER).exists()


@pytest.mark.parametrize("name", ["app.duckdb", "clubmon.toml", "thesis.txt"])
def test_a_folder_that_no_demo_made_is_refused_and_left_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(folder.NotADemo, match="left as it is"):
        folder.prepare(tmp_path, 8000, 1)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("content", ["", "[]", '{"made_by": "me"}', "\x00"])
def test_a_marker_of_somebody_else_does_not_count(content: str, tmp_path: Path) -> None:
    (tmp_path / folder.MARKER).write_text(content)
    with pytest.raises(folder.NotADemo):
        folder.prepare(tmp_path, 8000, 1)


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(folder.NotADemo, match="is a file"):
        folder.prepare(tmp_path / "demo", 8000, 1)


def test_a_demo_is_made_anew_and_what_others_put_there_stays(tmp_path: Path) -> None:
    folder.prepare(tmp_path, 8000, 1)
    (tmp_path / "raw" / "somebody").mkdir(parents=True)
    (tmp_path / "lake.duckdb.unreadable").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    folder.prepare(tmp_path, 8000, 2)
    assert {path.name for path in tmp_path.iterdir()} == {
        folder.MARKER, "clubmon.toml", "notes.txt",
    }  # fmt: skip


def test_a_link_out_of_the_folder_is_cut_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("mine")
    demo = tmp_path / "demo"
    folder.prepare(demo, 8000, 1)
    (demo / "raw").symlink_to(outside)
    folder.prepare(demo, 8000, 1)
    assert (outside / "kept.txt").exists()


def test_a_broken_database_of_a_demo_is_thrown_away(tmp_path: Path) -> None:
    folder.prepare(tmp_path, 8000, 1)
    (tmp_path / "app.duckdb").write_bytes(b"not a database" * 1000)
    folder.prepare(tmp_path, 8000, 1)
    assert not (tmp_path / "app.duckdb").exists()


def test_a_demo_that_a_service_has_open_is_not_touched(tmp_path: Path) -> None:
    folder.prepare(tmp_path, 8000, 1)
    code = (
        "import sys, pathlib; from clubmon.storage.store import Store; "
        "s = Store(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "open"
        with pytest.raises(StoreBusy):
            folder.prepare(tmp_path, 8000, 1)
        assert other.stdin is not None
        other.stdin.close()
    Store(tmp_path).close()
