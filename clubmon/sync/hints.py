"""What webhooks said: written down once per event, answered at once, followed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clubmon.club import connections
from clubmon.sdk import Hint
from clubmon.storage.store import Connection, Store

MOST_WAITING = 500  # per account: whoever sends more is not the source


@dataclass(frozen=True, slots=True)
class Told:
    """The hints that wait for one account. `revoked`: the permission is said to be taken back."""

    source: str
    owner_id: str
    keys: tuple[str, ...]
    wanted: tuple[str, ...]
    revoked: bool


def take(store: Store, source: str, hint: Hint, now: datetime) -> bool:
    """Write a hint down; False for one that is known, or about nobody who is connected here."""
    if connections.of_owner(store, source, hint.owner_id) is None:
        return False

    def write(con: Connection) -> bool:
        known = "SELECT 1 FROM app.hint WHERE source = ? AND hint_key = ?"
        count = (
            "SELECT count(*) FROM app.hint WHERE source = ? AND owner_id = ? AND done_at IS NULL"
        )
        waits = con.execute(count, [source, hint.owner_id]).fetchall()[0][0]
        if con.execute(known, [source, hint.key]).fetchone() or waits >= MOST_WAITING:
            return False
        con.execute(
            "INSERT INTO app.hint VALUES (?, ?, ?, ?, ?, NULL, ?)",
            [source, hint.key, hint.owner_id, hint.change, hint.source_id, now],
        )
        return True

    return store.write("app", write)


def waiting(store: Store) -> list[Told]:
    """What is still to be followed, one entry per account, oldest first."""
    rows = store.rows(
        "SELECT source, owner_id, list(hint_key ORDER BY known_at, hint_key) AS keys, "
        "list(DISTINCT source_id) FILTER (source_id <> '') AS wanted, "
        "bool_or(change = 'revoked') AS revoked FROM app.hint WHERE done_at IS NULL "
        "GROUP BY source, owner_id ORDER BY min(known_at), source, owner_id"
    )
    return [
        Told(
            row["source"],
            row["owner_id"],
            tuple(row["keys"]),
            tuple(sorted(row["wanted"] or ())),
            row["revoked"],
        )
        for row in rows
    ]


def settle(store: Store, told: Told, now: datetime) -> None:
    """These hints were followed; later ones are not touched."""
    store.execute(
        "app",
        "UPDATE app.hint SET done_at = ? WHERE source = ? "
        "AND list_contains(?::VARCHAR[], hint_key)",
        [now, told.source, list(told.keys)],
    )
