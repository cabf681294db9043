"""Tokens that let a program hand over files for one athlete, and do nothing else.

A token is shown once and kept as a hash. It ends when it is revoked.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from uuid6 import uuid7

from clubmon.club import people
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.words.language import _

PREFIX = "clubmon_up_"  # so that a leaked one can be recognised
MOST = 10  # in force per athlete
LONGEST_LABEL = 60
NOTED_EVERY = timedelta(minutes=1)  # a backfill of thousands of files writes 'last used' rarely


class TokenRefused(Exception):
    """No token was made, in one sentence."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token in force, without what it is made of. Instants are aware UTC."""

    token_id: str
    label: str
    known_at: datetime
    last_used_at: datetime | None


def make(store: Store, athlete_id: str, label: str, by_person_id: str, now: datetime) -> str:
    """A new token for this athlete's files; raises TokenRefused. The audit gets a line."""
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise TokenRefused(
            _("Name where the token is used, in 1 to {most} letters.", most=LONGEST_LABEL)
        )
    token, token_id = PREFIX + secrets.token_urlsafe(32), str(uuid7())

    def insert(con: Connection) -> None:
        if len(rows_of(con, _IN_FORCE, [athlete_id])) >= MOST:
            raise TokenRefused(
                _("There are {most} tokens already; revoke one that is not used.", most=MOST)
            )
        con.execute(
            "INSERT INTO app.upload_token VALUES (?, ?, ?, ?, ?, NULL, NULL, ?)",
            [token_id, digest(token), athlete_id, label, by_person_id, now],
        )

    store.write("app", insert)
    people.audit(store, by_person_id, "upload_token_made", athlete_id, token_id, now)
    return token


def revoke(store: Store, athlete_id: str, token_id: str, by_person_id: str, now: datetime) -> bool:
    """End one of this athlete's tokens; False where there is no such token in force."""

    def end(con: Connection) -> bool:
        counted = con.execute(
            "UPDATE app.upload_token SET revoked_at = ? "
            "WHERE token_id = ? AND athlete_id = ? AND revoked_at IS NULL",
            [now, token_id, athlete_id],
        ).fetchone()
        return bool(counted and counted[0])

    ended = store.write("app", end)
    if ended:
        people.audit(store, by_person_id, "upload_token_revoked", athlete_id, token_id, now)
    return ended


def in_force(store: Store, athlete_id: str) -> list[Token]:
    """This athlete's tokens, oldest first."""
    return [Token(**row) for row in store.rows(_IN_FORCE, [athlete_id])]


def owner(store: Store, token: str, now: datetime) -> str | None:
    """Whose files a token may hand over, None for a token that is none or was revoked.

    That it was used is noted, once a minute at most.
    """
    row = store.row(
        "SELECT token_id, athlete_id, last_used_at FROM app.upload_token "
        "WHERE token_hash = ? AND revoked_at IS NULL",
        [digest(token)],
    )
    if row is None:
        return None
    if row["last_used_at"] is None or now - row["last_used_at"] >= NOTED_EVERY:
        store.execute(
            "app",
            "UPDATE app.upload_token SET last_used_at = ? WHERE token_id = ?",
            [now, row["token_id"]],
        )
    return str(row["athlete_id"])


def digest(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_IN_FORCE = (
    "SELECT token_id, label, known_at, last_used_at FROM app.upload_token "
    "WHERE athlete_id = ? AND revoked_at IS NULL ORDER BY known_at, token_id"
)
