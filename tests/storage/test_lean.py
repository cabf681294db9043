"""While much is written, little of it stays in memory; others keep what they need."""

from __future__ import annotations

from pathlib import Path

import pytest

from clubmon.storage import lean
from clubmon.storage.store import Connection, Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def most(con: Connection) -> str:
    """What the engine may hold in memory."""
    return str(con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0])


def test_while_much_is_written_little_of_it_stays_in_memory(folder: Path) -> None:
    store = Store(folder)
    with store.cursor() as con:
        usual = most(con)
        threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
        with lean.lean(con):
            assert most(con) == f"{lean.LEAN_MB + lean.LEAN_THREAD_MB * threads}.0 MiB"
        assert most(con) == usual
        with pytest.raises(RuntimeError), lean.lean(con):
            raise RuntimeError
        assert most(con) == usual  # however often
    store.close()


def test_nothing_is_taken_from_those_who_need_more_memory_just_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "LEAN_MB", 1)
    monkeypatch.setattr(lean, "LEAN_THREAD_MB", 0)
    store = Store(folder)
    with store.cursor() as con:
        usual = most(con)
        con.execute("CREATE TEMP TABLE held AS SELECT random() AS n FROM range(300_000)")
        con.execute("SET GLOBAL temp_directory = ''")  # nowhere else to put it
        with lean.lean(con):
            assert most(con) == usual
            assert con.execute("SELECT count(*) FROM held").fetchall() == [(300_000,)]
    store.close()


def test_what_was_written_can_be_forgotten_from_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "LEAN_MB", 16)
    monkeypatch.setattr(lean, "LEAN_THREAD_MB", 0)
    store = Store(folder)
    store.execute(
        "lake", "CREATE TABLE lake.main.big AS SELECT random() AS n FROM range(5_000_000)"
    )
    assert held(store) > 16_000_000
    store.relieve()
    assert held(store) <= 16_000_000 * 1.05
    store.close()


def held(store: Store) -> int:
    """Bytes of tables that the engine has in memory."""
    found = store.rows(
        "SELECT memory_usage_bytes AS n FROM duckdb_memory() WHERE tag = 'BASE_TABLE'"
    )
    return int(found[0]["n"])
