"""Both catalogs in memory, for laws that are tried on many made-up series."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from clubmon.storage.store import Connection, Store


@pytest.fixture
def con(in_memory: Callable[[], Connection]) -> Iterator[Connection]:
    """Every durable table, empty but for the shipped rules."""
    with in_memory() as con:
        yield con


@pytest.fixture
def store(empty_store: Store) -> Store:
    """An empty store that works with all its threads: no order of rows may be relied on."""
    with empty_store.cursor() as con:
        con.execute("RESET GLOBAL threads")
    return empty_store
