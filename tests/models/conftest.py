"""Both catalogs in memory, for laws that are tried on many made-up series."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from clubmon.store import sql_folder


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every durable table, empty but for the shipped rules."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for catalog in ("app", "lake"):
            con.execute(f"ATTACH ':memory:' AS {catalog}")
            for path in sorted((sql_folder() / "migrations" / catalog).glob("*.sql")):
                con.execute(path.read_text(encoding="utf-8"))
        yield con
