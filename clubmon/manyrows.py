"""The rows of a large archive: samples wait in files beside the lake, and go in as one statement.

The engine writes what one large statement brings to disk as it comes; what many small ones
bring in one transaction it holds in memory until the end. So memory does not grow with the
archive, but for the list of its sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from clubmon import rawrows
from clubmon.lean import lean
from clubmon.rawrows import Frames, Payload
from clubmon.sdk import Session
from clubmon.store import Connection, Store

SAME = ["athlete_id", "sha256"]  # in each row of a payload


@contextmanager
def staged(
    store: Store, payload: Payload, sessions: Sequence[Session], zone: str
) -> Iterator[Callable[[Connection], None]]:
    """Make the rows, of a few sessions at a time; what this gives writes all of them.

    It may be called again where its transaction was taken back.
    """
    files: list[Path] = []
    others: list[Frames] = []
    try:
        for found in rawrows.batches(payload, sessions, zone):
            samples = found.pop("sample")
            if not samples.empty:
                files.append(store.spill() / f"{payload.sha256}-{uuid4()}.parquet")
                with store.cursor() as con:
                    con.from_df(samples.drop(columns=SAME)).write_parquet(str(files[-1]))
            others.append(found)

        def write(con: Connection) -> None:
            if rawrows.insert(con, payload, len(sessions), others) and files:
                with lean(con):
                    con.execute(
                        "INSERT INTO lake.raw.sample BY NAME "
                        "SELECT *, ? AS athlete_id, ? AS sha256 FROM read_parquet(?)",
                        [payload.athlete_id, payload.sha256, [str(file) for file in files]],
                    )

        yield write
    finally:
        for file in files:
            file.unlink(missing_ok=True)
