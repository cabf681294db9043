"""Who waits for the morning's note until their quiet hours are over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from clubmon.hamstring import checkins, gate
from clubmon.message import outbox
from clubmon.message.noteworld import KIND
from clubmon.storage.store import Connection, Row, Store

PLAN = "plan"  # kind of the message on a plan that was assigned by day


def put_down(store: Store, person_ids: Collection[str], morning: date, now: datetime) -> None:
    """Let these wait for the note of a morning; one of an earlier morning is waited for no more.

    Who waits for the note of a later one goes on waiting for that.
    """

    def write(con: Connection) -> None:
        con.execute("DELETE FROM app.note_waiting WHERE morning <= ?", [morning])
        con.execute(
            "INSERT OR IGNORE INTO app.note_waiting SELECT unnest(?::VARCHAR[]), ?, ?",
            [sorted(person_ids), morning, now],
        )

    store.write("app", write)


def waiting(store: Store) -> dict[str, date]:
    """Who waits, for the note of which morning."""
    rows = store.rows("SELECT person_id, morning FROM app.note_waiting")
    return {row["person_id"]: row["morning"] for row in rows}


def cross_off(store: Store, person_ids: Collection[str]) -> None:
    """These wait no more."""
    if person_ids:
        store.execute(
            "app",
            "DELETE FROM app.note_waiting WHERE list_contains(?::VARCHAR[], person_id)",
            [sorted(person_ids)],
        )


def take_back(store: Store, now: datetime) -> int:
    """Put those down to wait again whose unsent note shows a drill that no longer stands."""
    rows = store.rows(
        "SELECT message_id, person_id, known_at, kind FROM app.message WHERE kind IN (?, ?) "
        "AND sent_at IS NULL AND failed_at IS NULL AND claim IS NULL "
        "AND contains(coalesce(parts, ''), ?)",
        [KIND, PLAN, f'"{outbox.DRILL}"'],
    )
    over = [row for row in rows if not _stands(store, row, now)]
    return sum(_back(store, row, now) for row in over)


def _stands(store: Store, row: Row, now: datetime) -> bool:
    newest = checkins.latest(store, row["person_id"])
    allowed = gate.drills_now(store, row["person_id"], now)
    return bool(allowed) and newest is not None and newest.known_at <= row["known_at"]


def _back(store: Store, row: Row, now: datetime) -> bool:
    """Take one unsent note back; False where it is being sent now."""

    def write(con: Connection) -> bool:
        gone = con.execute(
            "DELETE FROM app.message WHERE message_id = ? AND claim IS NULL AND sent_at IS NULL",
            [row["message_id"]],
        ).fetchone()
        if not gone or not gone[0]:
            return False
        if row["kind"] == KIND:  # one on a plan is written anew by itself
            con.execute(
                "INSERT OR IGNORE INTO app.note_waiting VALUES (?, ?, ?)",
                [row["person_id"], _morning(row), now],
            )
        return True

    return store.write("app", write)


def _morning(row: Row) -> date:
    """The morning that a note is about: it was written on that day or within three after it."""
    written: date = row["known_at"].date()
    around = (written + timedelta(days=back) for back in (1, 0, -1, -2, -3, -4))
    return next(
        day
        for day in around
        if outbox.identity(KIND, row["person_id"], day.isoformat()) == row["message_id"]
    )
