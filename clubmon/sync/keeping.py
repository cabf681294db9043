"""What was fetched goes again: after its days, with its connection, or when its mode changes.

At once means at once: raw files and lake rows are deleted, what was made of them leaves every
table that pages read, and load flags that rested on it are marked superseded. The figures of
what remains come back with the next rebuild. Audit lines hold counts, no health data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from clubmon.arrival import rawfiles, rawrows
from clubmon.arrival.rawfiles import Note
from clubmon.club import connections, people
from clubmon.club.connections import Connected
from clubmon.load import past
from clubmon.sdk import Deleted
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.sync import sources

KEEP_DAYS = 7  # of what is for the athlete alone, where the plugin that knows better is gone
HINTS_KEPT = timedelta(days=30)


def take_away(store: Store, one: Connected, now: datetime, why: str) -> int:
    """Delete all that a connection fetched, and say so in the audit; how many files it was."""
    with store.arrivals:
        gone = _forget(store, one.athlete_id, lambda note: note.connection == one.connection_id)
        store.execute(
            "app",
            "DELETE FROM app.sync WHERE athlete_id = ? AND source = ?",
            [one.athlete_id, one.source],
        )
        if any(note.audience == "club" for note in gone):
            leave_views(store, one.athlete_id, now)
    _audit(store, one.athlete_id, why, one.source, len(gone), now)
    return len(gone)


def leave_views(store: Store, athlete_id: str, now: datetime) -> None:
    """Take an athlete's figures out of every table until the next rebuild makes them anew."""
    store.write("lake", lambda con: empty_tables(con, athlete_id))
    store.execute(
        "app",
        "UPDATE app.flag SET superseded_at = ? WHERE athlete_id = ? AND superseded_at IS NULL "
        "AND tier < 3 AND NOT uses_tightness",
        [now, athlete_id],
    )


def purge(store: Store, now: datetime) -> int:
    """Delete what is for the athlete alone and was kept as long as the source's terms allow."""
    days = {one.name: one.keep_days for one in sources.known().values()}
    rows = store.rows(
        "SELECT athlete_id, sha256, connector, known_at FROM lake.raw.payload "
        "WHERE audience = 'athlete_only'"
    )
    due: dict[str, list[str]] = {}
    for row in rows:
        keep = days.get(row["connector"], KEEP_DAYS)
        if keep is not None and row["known_at"] <= now - timedelta(days=keep):
            due.setdefault(row["athlete_id"], []).append(row["sha256"])
    for athlete_id, hashes in due.items():
        rawfiles.forget(store, athlete_id, hashes)
        _audit(store, athlete_id, "fetched_data_purged", "", len(hashes), now)
    _forget_names(store, now)
    return sum(map(len, due.values()))


def _forget_names(store: Store, now: datetime) -> None:
    """Cursors and events name activities by their ids: of what is for the athlete alone they
    go as well, also where nothing could be fetched since. Such a connection begins anew."""
    oldest = "SELECT source, owner_id, min(known_at) AS first FROM app.hint GROUP BY ALL"
    hinted = {(row["source"], row["owner_id"]): row["first"] for row in store.rows(oldest)}
    for one in connections.every(store):
        known = sources.get(one.source)
        keep = KEEP_DAYS if known is None else known.keep_days
        if one.mode != "athlete_only" or keep is None:
            continue
        before = now - timedelta(days=keep)
        if hinted.get((one.source, one.owner_id), now) <= before:
            old = "DELETE FROM app.hint WHERE source = ? AND owner_id = ? AND known_at <= ?"
            store.execute("app", old, [one.source, one.owner_id, before])
        halted = one.state in ("retrying", "needs_attention")
        if one.cursor and halted and (one.last_success or one.known_at) <= before:
            connections.restart(store, one.connection_id, one.mode, from_beginning=True)


def sweep(store: Store, now: datetime) -> int:
    """Check once more that nothing is left of ended connections, or kept for too long."""
    stale, days = rawfiles.outlived(store), {s.name: s.keep_days for s in sources.known().values()}

    def leftover(note: Note) -> bool:
        keep = days.get(note.connector, KEEP_DAYS)
        old = keep is not None and datetime.fromisoformat(note.known_at) <= now - timedelta(keep)
        return stale(note) or (note.audience == "athlete_only" and old)

    gone = 0
    for athlete_id in {one.athlete_id for one in connections.every(store)}:
        found = _forget(store, athlete_id, leftover)
        gone += len(found)
        if found:
            _audit(store, athlete_id, "fetched_data_purged", "", len(found), now)
    store.execute("app", "DELETE FROM app.hint WHERE known_at < ?", [now - HINTS_KEPT])
    return gone + purge(store, now)


def delete_session(store: Store, one: Connected, gone: Deleted, now: datetime) -> None:
    """Let a session that its source does not show any more count nowhere from now on.

    Where the terms limit how long data is kept, or it is for the athlete alone, its files go too.
    """
    session_id = rawrows.session_id(one.athlete_id, gone.source, gone.source_id)
    known = store.rows(
        "SELECT sha256, audience FROM lake.raw.session WHERE session_id = ?", [session_id]
    )
    if not known:
        return
    store.execute(
        "app", "INSERT OR IGNORE INTO app.tombstone VALUES ('session', ?, ?)", [session_id, now]
    )
    limited = getattr(sources.get(one.source), "keep_days", None) is not None
    if limited or one.mode == "athlete_only":
        mine = {row["sha256"] for row in known}
        _forget(store, one.athlete_id, lambda note: note.sha256 in mine and note.connection != "")
    _audit(store, one.athlete_id, "session_deleted_at_source", one.source, 1, now)


def _forget(store: Store, athlete_id: str, which: Callable[[Note], bool]) -> list[Note]:
    found = [note for note in rawfiles.notes(store.folder, athlete_id)[0] if which(note)]
    rawfiles.forget(store, athlete_id, [note.sha256 for note in found])
    return found


def empty_tables(con: Connection, athlete_id: str) -> None:
    """Delete an athlete's rows from what a night makes; part of a transaction on the lake."""
    rows = rows_of(
        con,
        "SELECT schema_name, table_name FROM duckdb_columns() WHERE database_name = 'lake' "
        "AND schema_name IN ('staging', 'marts') AND column_name = 'athlete_id'",
    )
    for row in rows:
        table = f"lake.{row['schema_name']}.{row['table_name']}"
        con.execute(f"DELETE FROM {table} WHERE athlete_id = ?", [athlete_id])
    past.forget(con)


def _audit(
    store: Store, athlete_id: str, action: str, source: str, files: int, now: datetime
) -> None:
    detail = " ".join(part for part in (source, f"{files} files") if part)
    people.audit(store, "service", action, athlete_id, detail, now)
