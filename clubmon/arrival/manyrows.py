"""The rows of a large archive: they wait on disk, and samples go in as one statement.

The engine writes what one large statement brings to disk as it comes; what many small ones
bring in one transaction it holds in memory until the end. So memory does not grow with the
archive, but for the list of its sessions.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

from clubmon.arrival import rawrows
from clubmon.arrival.rawrows import Frames, Payload
from clubmon.sdk import Session
from clubmon.storage.lean import lean
from clubmon.storage.store import Connection, Store

SAME = ["athlete_id", "sha256"]  # in each row of a payload


@contextmanager
def staged(
    store: Store, payload: Payload, sessions: Sequence[Session], zone: str
) -> Iterator[Callable[[Connection], None]]:
    """Make the rows, of a few sessions at a time; what this gives writes all of them.

    It may be called again where its transaction was taken back.
    """
    files: list[Path] = []
    with tempfile.TemporaryFile() as others:
        try:
            for found in rawrows.batches(payload, sessions, zone):
                samples = found.pop("sample", None)
                if samples is not None and not samples.empty:
                    files.append(store.spill() / f"{payload.sha256}-{uuid4()}.parquet")
                    with store.cursor() as con:
                        con.from_df(samples.drop(columns=SAME)).write_parquet(str(files[-1]))
                if found:
                    pickle.dump(found, others)

            def write(con: Connection) -> None:
                if rawrows.insert(con, payload, len(sessions), _read(others)) and files:
                    _insert_samples(con, payload, files)

            yield write
        finally:
            for file in files:
                file.unlink(missing_ok=True)


def _read(written: IO[bytes]) -> Iterator[Frames]:
    end = written.seek(0, 2)
    written.seek(0)
    while written.tell() < end:
        yield pickle.load(written)


def _insert_samples(con: Connection, payload: Payload, files: Sequence[Path]) -> None:
    with lean(con):
        con.execute(
            "INSERT INTO lake.raw.sample BY NAME "
            "SELECT *, ? AS athlete_id, ? AS sha256 FROM read_parquet(?)",
            [payload.athlete_id, payload.sha256, [str(file) for file in files]],
        )
