"""The rows of a large archive: the same as of a small file, all or none, and nothing left over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clubmon.arrival import manyrows, rawrows
from clubmon.sdk import LiftSet, Samples, Session
from clubmon.storage.store import Connection, Store

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
PAYLOAD = rawrows.Payload("a", "f" * 64, "export.zip", "files", "1", 9, "club", 0, NOW)
ZONE = "Europe/Berlin"
SAMPLES = Samples([0, 1], [0.0, 2.5], [None, 2.5], [1.0, None], [140, None])
SETS = (LiftSet("Squat", "normal", 5, 100),)
MANY = 25


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rawrows, "BATCH", 4)
    monkeypatch.setattr(rawrows, "ROWS", 10)


def sessions() -> list[Session]:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    return [
        Session("fit", str(number), "run", "running", start, samples=SAMPLES, sets=SETS)
        for number in range(MANY)
    ]


def rows(store: Store) -> list[object]:
    return [
        store.rows(f"SELECT * FROM lake.raw.{table} AS t ORDER BY ALL") for table in rawrows.TABLES
    ]


def small(store: Store) -> list[object]:
    """What one frame per table comes to, taken back."""
    found = rawrows.frames(PAYLOAD, sessions(), ZONE)
    store.write("lake", lambda con: rawrows.insert(con, PAYLOAD, MANY, [found]))
    expected = rows(store)
    store.write("lake", lambda con: rawrows.remove(con, "a", PAYLOAD.sha256))
    return expected


def test_they_are_the_same_rows_and_a_second_time_changes_nothing(store: Store) -> None:
    expected = small(store)
    for _ in range(2):
        with manyrows.staged(store, PAYLOAD, sessions(), ZONE) as write:
            store.write("lake", write)
        assert rows(store) == expected
    assert list(store.spill().iterdir()) == []


def test_a_write_that_is_taken_back_leaves_nothing_and_can_be_done_again(store: Store) -> None:
    expected, nothing = small(store), rows(store)

    def fails(con: Connection) -> None:
        write(con)
        raise RuntimeError("the machine is in a bad mood")

    with manyrows.staged(store, PAYLOAD, sessions(), ZONE) as write:
        with pytest.raises(RuntimeError):
            store.write("lake", fails)
        assert rows(store) == nothing
        store.write("lake", write)
    assert rows(store) == expected


def test_files_of_a_process_that_was_killed_go_at_the_next_start(empty_folder: Path) -> None:
    spill = empty_folder / "spill"
    spill.mkdir(exist_ok=True)
    (spill / "x.parquet").write_bytes(b"health data")
    Store(empty_folder).close()
    assert list(spill.iterdir()) == []
