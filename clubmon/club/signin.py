"""Sign-in links: a random token that is mailed, kept only as a hash, and works once.

There are no passwords. A link names one person, runs out, and is claimed by one update.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from clubmon.club import people
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store, rows_of

LIFETIME = timedelta(minutes=30)
PRINTED_LIFETIME = timedelta(minutes=60)  # by hand, on the club's machine
LIMIT_PER_HOUR = 5
SESSION_LIFETIME = timedelta(days=14)
KEEP = timedelta(days=7)  # so that an old link can still be told apart from a wrong one


class TooManyLinks(Exception):
    """This person asked for too many links within the hour."""


class LinkState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def issue(
    store: Store,
    settings: Settings,
    person_id: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    *,
    actor: str = "service",
    limit: int | None = None,
) -> str:
    """The address of a new sign-in link; one audit line says that it was made.

    `limit` is the number of links this person may be given per hour (None: any number);
    raises TooManyLinks beyond it. `actor` is a person id, 'service' or 'cli'.
    """
    token = secrets.token_urlsafe(32)  # 256 bits

    def insert(con: Connection) -> None:
        con.execute("DELETE FROM app.login_link WHERE expires_at < ?", [now - KEEP])
        if limit is not None and _recent(con, person_id, now) >= limit:
            raise TooManyLinks
        con.execute(
            "INSERT INTO app.login_link VALUES (?, ?, ?, NULL, ?)",
            [digest(token), person_id, now + lifetime, now],
        )

    store.write("app", insert)
    people.audit(store, actor, "login_link_made", person_id, "", now)
    return f"{settings.base_url.rstrip('/')}/signin/{token}"


def state(store: Store, token: str, now: datetime) -> LinkState:
    """Whether a link can still be used; reading it changes nothing."""
    row = store.row(
        "SELECT used_at, expires_at FROM app.login_link WHERE token_hash = ?", [digest(token)]
    )
    if row is None:
        return LinkState.UNKNOWN
    if row["used_at"] is not None:
        return LinkState.USED
    return LinkState.OPEN if now < row["expires_at"] else LinkState.EXPIRED


def redeem(store: Store, token: str, now: datetime) -> str | None:
    """Whom the link signs in, the first time and in time; otherwise None (see `state`)."""
    hashed = digest(token)

    def claim(con: Connection) -> str | None:
        counted = con.execute(
            "UPDATE app.login_link SET used_at = ? "
            "WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
            [now, hashed, now],
        ).fetchone()
        if not counted or counted[0] != 1:
            return None
        found = rows_of(con, "SELECT person_id FROM app.login_link WHERE token_hash = ?", [hashed])
        return str(found[0]["person_id"])

    person_id = store.write("app", claim)
    if person_id:
        people.audit(store, person_id, "signed_in", person_id, "", now)
    return person_id


def begin(store: Store, person_id: str, now: datetime) -> str:
    """A new signed-in session; its id belongs into the cookie and is kept here as a hash."""
    session_id = secrets.token_urlsafe(32)

    def insert(con: Connection) -> None:
        con.execute("DELETE FROM app.web_session WHERE expires_at < ?", [now])
        con.execute(
            "INSERT INTO app.web_session VALUES (?, ?, ?, ?)",
            [digest(session_id), person_id, now + SESSION_LIFETIME, now],
        )

    store.write("app", insert)
    return session_id


def alive(store: Store, session_id: str, now: datetime) -> str | None:
    """Whose session this is, while it has neither ended nor run out; otherwise None."""
    found = session(store, session_id, now)
    return found[0] if found else None


def session(store: Store, session_id: str, now: datetime) -> tuple[str, datetime] | None:
    """The same, with when it runs out (aware)."""
    row = store.row(
        "SELECT person_id, expires_at FROM app.web_session "
        "WHERE session_hash = ? AND expires_at > ?",
        [digest(session_id), now],
    )
    return (str(row["person_id"]), row["expires_at"]) if row else None


def sessions(store: Store, now: datetime) -> dict[str, tuple[str, datetime]]:
    """Every session of somebody on record that has not run out, by its digest."""
    rows = store.rows(
        "SELECT s.session_hash, s.person_id, s.expires_at FROM app.web_session AS s "
        "JOIN app.person AS p ON p.person_id = s.person_id WHERE s.expires_at > ?",
        [now],
    )
    return {row["session_hash"]: (row["person_id"], row["expires_at"]) for row in rows}


def end(store: Store, session_id: str) -> None:
    """Sign out: every copy of the cookie is worthless from now on."""
    store.execute("app", "DELETE FROM app.web_session WHERE session_hash = ?", [digest(session_id)])


def _recent(con: Connection, person_id: str, now: datetime) -> int:
    rows = rows_of(
        con,
        "SELECT count(*) AS made FROM app.login_link WHERE person_id = ? AND known_at > ?",
        [person_id, now - timedelta(hours=1)],
    )
    return int(rows[0]["made"])


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
