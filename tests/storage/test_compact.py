"""A catalog is written anew while the service runs: nothing that was deleted stays in a file."""

from __future__ import annotations

import secrets
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clubmon.storage import store as store_module
from clubmon.storage.store import Store
from clubmon.storage.turnstile import StillInside

NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


@pytest.fixture
def marks() -> list[str]:
    """Details that nothing can compress."""
    return [secrets.token_hex(24) for _ in range(20)]


@pytest.fixture
def filled(store: Store, marks: list[str]) -> Store:
    """A store that holds them in its file, in the copy beside it and in its log."""
    for number, mark in enumerate(marks):
        write(store, str(number), mark)
        if number in (5, 10):
            store.checkpoint("app")
    return store


def write(store: Store, key: str, detail: str) -> None:
    values = [key, detail, NOW]
    store.execute("app", "INSERT INTO app.audit VALUES (?, 'cli', 'test', 'x', ?, ?)", values)


def details(store: Store) -> list[str]:
    """What is on record, by number."""
    rows = store.rows("SELECT detail FROM app.audit ORDER BY CAST(audit_id AS BIGINT)")
    return [row["detail"] for row in rows]


def as_killed(store: Store, tmp_path: Path) -> Store:
    """The store as a new process finds it when this one is killed now."""
    copy = tmp_path / "killed"
    shutil.copytree(store.folder, copy)
    return Store(copy)


def stands_in(folder: Path, mark: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir()
                  if path.is_file() and mark.encode() in path.read_bytes())  # fmt: skip


def test_what_was_deleted_is_in_no_file_any_more(filled: Store, marks: list[str]) -> None:
    filled.execute("app", "DELETE FROM app.audit WHERE detail <> ?", [marks[0]])
    filled.checkpoint("app")
    assert stands_in(filled.folder, marks[3]) == ["app.duckdb", "app.duckdb.prev"]
    filled.compact("app")
    assert [stands_in(filled.folder, mark) for mark in marks[1:]] == [[]] * 19
    assert details(filled) == marks[:1]


def test_everything_else_is_there_after_a_restart(
    filled: Store, marks: list[str], tmp_path: Path
) -> None:
    filled.compact("app")
    filled.compact("lake")
    write(filled, "20", "after")
    again = as_killed(filled, tmp_path)
    assert details(again) == [*marks, "after"]
    with pytest.raises(store_module.StoreError):  # keys are kept
        again.execute("app", "INSERT INTO app.audit VALUES ('20', '', '', '', '', ?)", [NOW])
    again.close()


def test_readers_and_writers_go_on_meanwhile(filled: Store) -> None:
    errors: list[BaseException] = []
    written: list[str] = []
    stop = threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            try:
                if number:
                    assert len(details(filled)) >= 20
                else:
                    key = str(100 + len(written))
                    write(filled, key, "meanwhile")
                    written.append(key)
            except BaseException as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=work, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    filled.compact("app")
    filled.compact("lake")
    filled.compact("app")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert details(filled)[20:] == ["meanwhile"] * len(written)


def test_a_reader_who_stays_keeps_the_old_file(
    filled: Store, marks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PATIENCE_S", 0.05)
    with filled.cursor(), pytest.raises(StillInside):
        filled.compact("app")
    assert details(filled) == marks
    filled.compact("app")
    assert details(filled) == marks


def test_a_leftover_of_a_killed_writing_is_swept_at_the_next_start(
    filled: Store, marks: list[str], tmp_path: Path
) -> None:
    for name in (".app.tmp", ".app.tmp.wal"):
        (filled.folder / name).write_bytes(b"half")
    again = as_killed(filled, tmp_path)
    assert not list(again.folder.glob(".*"))
    again.compact("app")
    assert details(again) == marks
    again.close()
