"""What the engine may hold in memory while much is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

LEAN_MB, LEAN_THREAD_MB = 64, 32  # what a large import takes, measured, and some more


@contextmanager
def lean(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """While much is written under a catalog's lock, let the engine keep little of it in memory.

    It would keep every block that it has written, to read it faster, up to four fifths of the
    machine's memory. Nothing changes where others need more than that just now.
    """
    threads, before = con.execute(
        "SELECT current_setting('threads'), current_setting('memory_limit')"
    ).fetchall()[0]
    try:
        con.execute("SET GLOBAL memory_limit = ?", [f"{LEAN_MB + LEAN_THREAD_MB * threads}MiB"])
    except duckdb.OutOfMemoryException:  # an older engine keeps what it could not do
        con.execute("SET GLOBAL memory_limit = ?", [_said(before)])
    try:
        yield
    finally:
        con.execute("SET GLOBAL memory_limit = ?", [_said(before)])


def _said(limit: str) -> str:
    """What to set, so that the engine says this limit again: it cuts off after one decimal."""
    number, unit = limit.split()
    return f"{float(number) + 0.05:.2f}{unit}"
