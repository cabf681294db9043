"""Which athlete is connected to which source, and how that goes: rows, no network.

Credentials are written in a transaction of their own before they are used, and leave the row
when they were given back. A revoked connection never comes to life again: connecting anew makes
a new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from uuid6 import uuid7

from clubmon.club import consenting
from clubmon.policy import Consent
from clubmon.sdk import ConnectorError, Mode, RateLimited, SourceConnector
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.sentences import sentence

State = Literal["connecting", "active", "retrying", "rate_limited", "needs_attention", "revoked"]
FETCHED: tuple[State, ...] = ("active", "retrying", "rate_limited")
TAKEN = sentence(
    "This source is connected already; disconnect it first to connect another account."
)
TAKEN_BY_OTHER = sentence(
    "This account is connected to another athlete of the club; sign in at the source with your "
    "own account and connect again."
)
OTHER_ACCOUNT = sentence(
    "This is another account than the one that was connected; disconnect that one first."
)
RETRY_IN = timedelta(minutes=15)  # where the source does not say when it may be asked again
COLUMNS = (
    "connection_id, athlete_id, source, owner_id, mode, state, credentials, cursor, caught_up, "
    "next_try, last_success, last_error, known_at"
)


class NotConnected(Exception):
    """No connection was made, in one sentence."""


@dataclass(frozen=True, slots=True)
class Connected:
    """One connection. Instants are aware UTC; see sql/migrations/app/0010_connections.sql."""

    connection_id: str
    athlete_id: str
    source: str
    owner_id: str
    mode: Mode
    state: State
    credentials: Mapping[str, str] | None = field(repr=False)
    cursor: str | None
    caught_up: bool
    next_try: datetime | None
    last_success: datetime | None
    last_error: str | None
    known_at: datetime

    @property
    def living(self) -> bool:
        """Whether it still stands; what it fetched may be kept only then."""
        return self.state not in ("connecting", "revoked")


def get(store: Store, connection_id: str) -> Connected | None:
    """The connection with this id, or None."""
    return next(iter(_read(store, "WHERE connection_id = ?", connection_id)), None)


def every(store: Store) -> list[Connected]:
    """Every connection, revoked ones included, oldest first."""
    return _read(store, "")


def living(store: Store) -> list[Connected]:
    """Every connection that stands, oldest first."""
    return [one for one in every(store) if one.living]


def of_athlete(store: Store, athlete_id: str) -> dict[str, Connected]:
    """The living connections of an athlete, by source."""
    found = _read(store, "WHERE athlete_id = ?", athlete_id)
    return {one.source: one for one in found if one.living}


def of_owner(store: Store, source: str, owner_id: str) -> Connected | None:
    """The living connection of somebody who is known at the source by this id, or None."""
    found = _read(store, "WHERE source = ? AND owner_id = ?", source, owner_id)
    return next((one for one in found if one.living), None)


def may_fetch(store: Store, settings: Settings, one: Connected, now: datetime) -> bool:
    """Whether this athlete's runs and lifts may be fetched and stored at this moment."""
    about = consenting.subject(store, settings, one.athlete_id, now)
    return one.state in FETCHED and about is not None and Consent.LOAD in about.consents


def begin(store: Store, athlete_id: str, source: str, mode: Mode, now: datetime) -> str:
    """A connection that waits for its credentials; its id."""
    connection_id = str(uuid7())
    store.execute(
        "app",
        f"INSERT INTO app.connection ({COLUMNS}) "
        "VALUES (?, ?, ?, '', ?, 'connecting', NULL, NULL, false, NULL, NULL, NULL, ?)",
        [connection_id, athlete_id, source, mode, now],
    )
    return connection_id


def complete(store: Store, connection_id: str, owner_id: str) -> None:
    """Let a connection begin to be fetched.

    Raises NotConnected where the athlete has one already, or somebody else has that account.
    """

    def write(con: Connection) -> None:
        asked = "SELECT athlete_id, source FROM app.connection WHERE connection_id = ?"
        new = rows_of(con, asked, [connection_id])[0]
        others = rows_of(
            con,
            "SELECT athlete_id FROM app.connection WHERE source = ? "
            "AND state NOT IN ('connecting', 'revoked') AND (athlete_id = ? OR owner_id = ?)",
            [new["source"], new["athlete_id"], owner_id],
        )
        if others:
            raise NotConnected(taken(own=others[0]["athlete_id"] == new["athlete_id"]))
        con.execute(
            "UPDATE app.connection SET owner_id = ?, state = 'active' WHERE connection_id = ?",
            [owner_id, connection_id],
        )

    store.write("app", write)


def renew(store: Store, old: Connected, new_id: str, owner_id: str, now: datetime) -> None:
    """Let a stopped connection go on with the credentials of a new one, which ends by this.

    Raises NotConnected where they are those of another account.
    """
    if owner_id != old.owner_id:
        raise NotConnected(OTHER_ACCOUNT)

    def write(con: Connection) -> None:
        con.execute(
            "UPDATE app.connection SET state = 'active', next_try = ?, last_error = NULL, "
            "credentials = (SELECT n.credentials FROM app.connection AS n "
            "WHERE n.connection_id = ?) WHERE connection_id = ?",
            [now, new_id, old.connection_id],
        )
        con.execute("DELETE FROM app.connection WHERE connection_id = ?", [new_id])

    store.write("app", write)


def abandon(store: Store, connection_id: str) -> None:
    """Forget a connection that never came about; one with credentials waits to give them back."""
    store.execute(
        "app",
        "DELETE FROM app.connection WHERE connection_id = ? AND state = 'connecting' "
        "AND credentials IS NULL",
        [connection_id],
    )
    _set(store, connection_id, "state = 'revoked'")


def keep_credentials(store: Store, connection_id: str, credentials: Mapping[str, str]) -> None:
    """Write credentials down; they are on disk when this returns."""
    _set(store, connection_id, "credentials = ?", json.dumps(dict(credentials)))


def given_back(store: Store, connection_id: str) -> None:
    """Erase the credentials of a revoked connection."""
    _set(store, connection_id, "credentials = NULL")


def advance(con: Connection, connection_id: str, cursor: str) -> None:
    """Go on from this cursor next time; part of the transaction that stores the page's rest."""
    con.execute(
        "UPDATE app.connection SET cursor = ? WHERE connection_id = ?", [cursor, connection_id]
    )


def succeeded(store: Store, connection_id: str, now: datetime, *, caught_up: bool) -> None:
    """Everything there was has been fetched."""
    changes = "state = 'active', next_try = NULL, last_error = NULL, last_success = ?"
    changes += ", caught_up = true" if caught_up else ""
    _set(store, connection_id, changes, now, only="state IN ('active', 'retrying', 'rate_limited')")


def failed(store: Store, connection_id: str, error: ConnectorError, now: datetime) -> None:
    """What went wrong, when to try again, and whether somebody has to do something first."""
    _set(
        store,
        connection_id,
        "state = ?, next_try = ?, last_error = ?",
        state_after(error),
        None if error.permanent else (error.retry_at or now + RETRY_IN),
        str(error),
        only="state <> 'revoked'",
    )


def state_after(error: ConnectorError) -> State:
    """The state that a failed fetch leaves."""
    if error.permanent:
        return "needs_attention"
    return "rate_limited" if isinstance(error, RateLimited) else "retrying"


def try_again(store: Store, connection_id: str, now: datetime) -> None:
    """Have it fetched with the next pull, whatever stopped it."""
    _set(
        store,
        connection_id,
        "state = 'active', next_try = ?",
        now,
        only="state NOT IN ('connecting', 'revoked')",
    )


def revoke(store: Store, connection_id: str) -> None:
    """Stop fetching for good; the credentials stay until they were given back."""
    _set(store, connection_id, "state = 'revoked', cursor = NULL, next_try = NULL")


def failed_to_end(store: Store, connection_id: str, message: str) -> None:
    """The source did not take the credentials back yet."""
    _set(store, connection_id, "last_error = ?", message)


def restart(store: Store, connection_id: str, mode: Mode, *, from_beginning: bool) -> None:
    """Fetch under another mode from now on."""
    beginning = ", cursor = NULL, caught_up = false" if from_beginning else ""
    _set(store, connection_id, f"mode = ?, next_try = NULL{beginning}", mode)


def mode_of(store: Store, connector: SourceConnector) -> Mode:
    """The mode in which a source is fetched now: the newest record, or the connector's own."""
    row = store.row(
        "SELECT mode FROM app.source_mode WHERE source = ? ORDER BY known_at DESC, mode_id DESC "
        "LIMIT 1",
        [connector.source],
    )
    return row["mode"] if row else connector.default_mode


def recall(store: Store, source: str) -> str:
    """What the source's connector remembered last, '' at first."""
    row = store.row("SELECT note FROM app.source_note WHERE source = ?", [source])
    return row["note"] if row else ""


def remember(store: Store, source: str, note: str, now: datetime) -> None:
    """Keep a connector's note."""
    store.execute(
        "app",
        "INSERT INTO app.source_note VALUES (?, ?, ?) "
        "ON CONFLICT (source) DO UPDATE SET note = excluded.note, known_at = excluded.known_at",
        [source, note, now],
    )


def taken(*, own: bool) -> str:
    """Why no second connection is made: the athlete's own one, or that of somebody else."""
    if own:
        return TAKEN
    return TAKEN_BY_OTHER


def _set(store: Store, connection_id: str, changes: str, *values: Any, only: str = "true") -> None:
    store.execute(
        "app",
        f"UPDATE app.connection SET {changes} WHERE connection_id = ? AND {only}",
        [*values, connection_id],
    )


def _read(store: Store, where: str, *values: str) -> list[Connected]:
    rows = store.rows(
        f"SELECT {COLUMNS} FROM app.connection {where} ORDER BY known_at, connection_id", values
    )
    return [_connected(row) for row in rows]


def _connected(row: Row) -> Connected:
    held = row.pop("credentials")
    return Connected(**row, credentials=json.loads(held) if held else None)
