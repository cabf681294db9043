"""How staff kept their squad grid, as rows: what they mean is known to the grid alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """What one person kept, as an address would ask for it, and the keys of the columns."""

    fields: dict[str, str]
    columns: tuple[str, ...]


def of_many(store: Store, person_ids: Sequence[str]) -> dict[str, Kept]:
    """What these people kept, by id; who kept nothing is left out."""
    rows = store.rows(
        "SELECT person_id, sort, turned, team, position, availability, columns FROM app.grid_view "
        "WHERE list_contains(?::VARCHAR[], person_id)",
        [list(person_ids)],
    )
    return {
        row["person_id"]: Kept(
            {**row, "turned": str(int(row["turned"]))}, tuple(json.loads(row["columns"]))
        )
        for row in rows
    }
