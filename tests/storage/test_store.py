"""The two catalogs: opened, migrated, written in transactions, recovered when damaged."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from clubmon.storage.store import Connection, Store, StoreBroken, rows_of, sql_folder

OLD_ENGINE = Path(__file__).parents[2] / ".venv-duckdb-1.5"
AUDIT = "INSERT INTO app.audit VALUES (?, 'cli', 'test', '', '', ?)"
WHEN = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def note(store: Store, key: str) -> None:
    store.execute("app", AUDIT, [key, WHEN])


def noted(store: Store) -> list[str]:
    return [row["audit_id"] for row in store.rows("SELECT audit_id FROM app.audit ORDER BY 1")]


def test_the_data_folder_is_for_its_owner_only(folder: Path) -> None:
    Store(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_migration_is_applied_once_however_often_the_store_is_opened(folder: Path) -> None:
    for _ in range(3):
        Store(folder).close()
    store = Store(folder)
    for catalog in ("app", "lake"):
        rows = store.rows(f"SELECT name FROM {catalog}.schema_migration ORDER BY name")
        files = sorted((sql_folder() / "migrations" / catalog).glob("*.sql"))
        assert [row["name"] for row in rows] == [path.stem for path in files]
    store.close()


def test_what_was_committed_is_there_after_opening_again(folder: Path) -> None:
    store = Store(folder)
    note(store, "kept")
    store.close()
    store = Store(folder)
    assert noted(store) == ["kept"]
    store.close()


def test_writes_are_counted_for_each_catalog_and_together(folder: Path) -> None:
    store = Store(folder)
    app, lake, both = store.writes_of("app"), store.writes_of("lake"), store.writes
    note(store, "a")
    with pytest.raises(duckdb.Error):
        store.execute("lake", "INSERT INTO lake.raw.nothing VALUES (1)")
    store.rows("SELECT 1")
    assert (store.writes_of("app"), store.writes_of("lake")) == (app + 1, lake + 1)
    assert store.writes == both + 2
    store.close()


def test_a_write_that_fails_half_way_leaves_nothing(folder: Path) -> None:
    store = Store(folder)

    def half(con: Connection) -> None:
        con.execute(AUDIT, ["half", WHEN])
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        store.write("app", half)
    assert noted(store) == []
    store.close()


def test_writers_at_the_same_time_all_win(folder: Path) -> None:
    store = Store(folder)

    def many(writer: int) -> None:
        for number in range(20):
            note(store, f"{writer}-{number}")

    threads = [threading.Thread(target=many, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(noted(store)) == 120
    store.close()


def test_readers_see_the_old_table_or_the_new_one_never_a_mixture(folder: Path) -> None:
    store = Store(folder)
    done = threading.Event()
    seen: set[tuple[int, int]] = set()

    def read() -> None:
        while not done.is_set():
            row = store.row("SELECT min(v) AS low, max(v) AS high FROM lake.marts.probe")
            if row:
                seen.add((row["low"], row["high"]))

    def make(value: int) -> None:
        sql = f"CREATE OR REPLACE TABLE lake.marts.probe AS SELECT {value} AS v FROM range(2000)"
        store.execute("lake", sql)

    make(0)
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for value in range(1, 40):
        make(value)
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(low == high for low, high in seen)
    store.close()


def test_a_second_process_is_told_that_the_folder_is_in_use(folder: Path) -> None:
    store = Store(folder)
    code = (
        "import sys, pathlib\nfrom clubmon.storage.store import Store, StoreBusy\n"
        "try:\n    Store(pathlib.Path(sys.argv[1]))\nexcept StoreBusy as e:\n    print(e)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert "open in another process" in told.stdout
    store.close()


def test_no_other_process_can_open_the_catalogs_after_a_checkpoint_either(folder: Path) -> None:
    store = Store(folder)
    code = (
        "import sys, duckdb\nfor path in sys.argv[1:]:\n"
        "    try:\n        duckdb.connect(path)\n        print('opened')\n"
        "    except duckdb.IOException:\n        print('refused')\n"
    )
    for catalog in ("app", "lake"):
        store.checkpoint(catalog)
    paths = [str(store.path("app")), str(store.path("lake"))]
    told = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True)
    assert told.stdout.split() == ["refused", "refused"], told.stderr
    store.close()


def test_an_unreadable_lake_is_set_aside_and_made_anew_with_one_line(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(folder)
    note(store, "safe")
    store.close()
    (folder / "lake.duckdb").write_bytes(b"no database at all" * 1000)
    with caplog.at_level(logging.WARNING):
        store = Store(folder)
    assert store.lake_was_lost
    assert len(caplog.records) == 1
    assert "rebuilt from the raw files" in caplog.text
    assert list(folder.glob("lake.duckdb.unreadable-*"))
    assert noted(store) == ["safe"]
    assert store.rows("SELECT * FROM lake.raw.session") == []
    store.close()


def test_an_unreadable_app_comes_back_from_its_copy_and_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a kill in the middle of a checkpoint: damaged file, whole log, copy from before."""
    store = Store(folder)
    note(store, "in the file")
    store.checkpoint("app")
    note(store, "in the log")
    store.checkpoint("lake")
    whole_file, whole_log = _app_bytes(folder)
    store.close()
    _damage_as_in_a_checkpoint(folder, whole_file, whole_log)
    with caplog.at_level(logging.WARNING):
        store = Store(folder)
    assert noted(store) == ["in the file", "in the log"]
    assert len(caplog.records) == 1
    store.close()


def garble(path: Path, where: int, size: int = 4) -> None:
    with path.open("r+b") as file:
        file.seek(where)
        file.write(b"X" * size)


@pytest.mark.parametrize("where", [12, 4200, 12_400])
def test_a_lake_damaged_anywhere_is_set_aside_and_made_anew(folder: Path, where: int) -> None:
    store = Store(folder)
    note(store, "safe")
    store.close()
    garble(folder / "lake.duckdb", where, 64)
    store = Store(folder)
    assert noted(store) == ["safe"]
    assert store.rows("SELECT * FROM lake.raw.session") == []
    store.close()


@pytest.mark.parametrize("where", [12, 4200])
def test_an_app_damaged_on_disk_comes_back_from_its_copy(folder: Path, where: int) -> None:
    store = Store(folder)
    note(store, "one")
    store.checkpoint("app")
    store.checkpoint("app")  # now the copy holds it too
    store.close()
    garble(folder / "app.duckdb", where, 64)
    store = Store(folder)
    assert noted(store) == ["one"]
    store.close()


def test_a_missing_app_is_never_replaced_by_an_empty_one(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(folder)
    note(store, "one")
    store.checkpoint("app")
    store.close()
    (folder / "app.duckdb").unlink()
    with caplog.at_level(logging.WARNING):
        store = Store(folder)
    assert noted(store) == ["one"]
    assert "app.duckdb was missing" in caplog.text
    store.close()
    for path in (folder / "app.duckdb", folder / "app.duckdb.prev"):
        path.unlink()
    with pytest.raises(StoreBroken, match="missing although the folder holds data"):
        Store(folder)


def test_where_app_and_its_copy_are_damaged_nothing_is_touched(folder: Path) -> None:
    Store(folder).close()
    for name in ("app.duckdb", "app.duckdb.prev"):
        (folder / name).write_bytes(b"damaged" * 1000)
    before = sorted(path.name for path in folder.iterdir())
    for _ in range(2):
        with pytest.raises(StoreBroken, match="restore them from a backup"):
            Store(folder)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_data_folder_that_cannot_be_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for path in (file, file / "below"):
        with pytest.raises(StoreBroken, match="cannot be used as a data folder") as caught:
            Store(path)
        assert "\n" not in str(caught.value)


def test_a_folder_that_was_there_before_is_closed_to_others(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    Store(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_unreadable_app_without_a_copy_is_never_replaced_by_an_empty_one(folder: Path) -> None:
    folder.mkdir()
    (folder / "app.duckdb").write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreBroken, match="restore it from a backup"):
        Store(folder)
    assert (folder / "app.duckdb").read_bytes().startswith(b"damaged")


def test_a_checkpoint_empties_the_log_and_keeps_a_readable_copy_of_app(folder: Path) -> None:
    store = Store(folder)
    for key in ("one", "two"):
        note(store, key)
        store.checkpoint("app")
    log = folder / "app.duckdb.wal"
    assert not log.exists() or log.stat().st_size == 0
    with duckdb.connect() as con:
        copy = folder / "app.duckdb.prev"
        con.execute(f"ATTACH '{copy}' AS copy (READ_ONLY)")
        assert con.execute("SELECT audit_id FROM copy.audit").fetchall() == [("one",)]
    store.close()


def test_times_come_back_as_utc(folder: Path) -> None:
    store = Store(folder)
    note(store, "x")
    row = store.row("SELECT known_at FROM app.audit")
    assert row is not None
    assert row["known_at"] == WHEN
    assert row["known_at"].utcoffset().total_seconds() == 0
    store.close()


def test_a_read_inside_a_write_sees_what_was_written(folder: Path) -> None:
    store = Store(folder)

    def both(con: Connection) -> int:
        con.execute(AUDIT, ["a", WHEN])
        return len(rows_of(con, "SELECT * FROM app.audit"))

    assert store.write("app", both) == 1
    store.close()


@pytest.mark.skipif(not OLD_ENGINE.is_dir(), reason="make test puts the oldest DuckDB there")
def test_each_engine_opens_what_the_other_one_wrote(folder: Path) -> None:
    write = (
        "import sys, pathlib, duckdb\nfrom datetime import datetime, UTC\n"
        "from clubmon.storage.store import Store\nstore = Store(pathlib.Path(sys.argv[1]))\n"
        f"store.execute('app', {AUDIT!r}, [duckdb.__version__, datetime.now(UTC)])\nstore.close()\n"
    )
    paths = ["", str(OLD_ENGINE), "", str(OLD_ENGINE)]
    for count, path in enumerate(paths, 1):
        environment = {**os.environ, "PYTHONPATH": path}
        if count <= 2:
            subprocess.run([sys.executable, "-c", write, str(folder)], env=environment, check=True)
        else:
            again = write.replace("duckdb.__version__", "duckdb.__version__ + ' again'")
            subprocess.run([sys.executable, "-c", again, str(folder)], env=environment, check=True)
    store = Store(folder)
    assert len(noted(store)) == 4
    assert any(version.startswith("1.5") for version in noted(store))
    store.close()


def _app_bytes(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "app.duckdb").read_bytes(), (folder / "app.duckdb.wal").read_bytes()


def _damage_as_in_a_checkpoint(folder: Path, whole_file: bytes, whole_log: bytes) -> None:
    (folder / "app.duckdb.prev").write_bytes(whole_file)
    (folder / "app.duckdb").write_bytes(b"\0" * 4096 + whole_file[4096:][::-1])
    (folder / "app.duckdb.wal").write_bytes(whole_log)
