"""One durable row per message, claimed by one atomic update, sent once, its body then erased.

A message's id is made from what it is about, so it is written once however often a job runs.
A process that dies while sending leaves a claim that runs out: then the same message, with
the same Message-ID, may be sent again, but it is never lost.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from clubmon.message import mail, mailchoices, mailkinds
from clubmon.message.mail import Letter
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.sentences import sentence

log = logging.getLogger(__name__)

ALWAYS = frozenset({"tier3", "login_link", "login_link_printed", "invitation"})
NEVER_GIVEN_UP = frozenset({"tier3"})
DRILL = "drill"
STALE = timedelta(minutes=10)
BATCH = 10  # well within STALE, at 30 s for a server that does not answer
TRIES = 14  # with the waits below, about seven hours
LONGEST_WAIT = timedelta(hours=1)
LONGEST_WAIT_TIER3 = timedelta(minutes=5)

SWITCHED_OFF = sentence("Not sent: its recipient has switched this kind of mail off.")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to put into the outbox. `not_before` None: at once. Times aware UTC.

    `parts` are the kinds of its sections that can be switched off, and DRILL where it shows one.
    """

    message_id: str
    kind: str
    person_id: str
    recipient: str
    subject: str
    text: str
    html: str
    known_at: datetime
    unsubscribe_url: str | None = None
    not_before: datetime | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one delivery did. `waiting` counts messages put off, `given_up` those ended."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0


@dataclass(slots=True)
class _Clock:
    """The moment that the caller gave, moving on with real time."""

    given: datetime
    started: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.given + timedelta(seconds=time.monotonic() - self.started)


def identity(kind: str, *about: str) -> str:
    """The id of the one message of this kind about these things."""
    return str(uuid5(NAMESPACE_URL, "/".join(("clubmon:message", kind, *about))))


def put(con: Connection, message: Message) -> bool:
    """Write a message once, in a transaction on `app`; False where it is there already."""
    counted = con.execute(
        "INSERT OR IGNORE INTO app.message (message_id, kind, person_id, recipient, subject, "
        "body_text, body_html, unsubscribe_url, not_before, attempts, known_at, parts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        [
            message.message_id,
            message.kind,
            message.person_id,
            message.recipient,
            message.subject,
            message.text,
            message.html,
            message.unsubscribe_url,
            message.not_before or message.known_at,
            message.known_at,
            json.dumps(message.parts) if message.parts else None,
        ],
    ).fetchone()
    return bool(counted and counted[0])


def written(store: Store, message_ids: Iterable[str]) -> frozenset[str]:
    """Which of these messages there are."""
    rows = store.rows(
        "SELECT message_id FROM app.message WHERE list_contains(?::VARCHAR[], message_id)",
        [sorted(message_ids)],
    )
    return frozenset(row["message_id"] for row in rows)


def release(store: Store) -> None:
    """Let go of what a process that is gone was sending; call it where no other can run."""
    store.execute("app", "UPDATE app.message SET claim = NULL WHERE claim IS NOT NULL")


def put_all(store: Store, messages: Sequence[Message]) -> int:
    """Write messages in one transaction; returns how many were not there yet."""
    if not messages:
        return 0
    return store.write("app", lambda con: sum(put(con, message) for message in messages))


def deliver(store: Store, settings: Settings, now: datetime) -> Delivered:
    """Send what is due. Safe to run from several threads at once: each row has one claimer."""
    clock, total = _Clock(now), Delivered()
    _drop_switched_off(store, now)
    with mail.sender(settings) as sender:
        while batch := _claim(store, clock()):
            done, unreachable = _send(store, sender, batch, clock)
            total = Delivered(
                total.sent + done.sent,
                total.waiting + done.waiting,
                total.given_up + done.given_up,
            )
            if unreachable:
                break
    return total


def _send(
    store: Store, sender: mail.Sender, batch: list[Row], clock: _Clock
) -> tuple[Delivered, bool]:
    """Send a claimed batch; True where nothing more can be sent now."""
    sent = waiting = given_up = 0
    down: mail.Unreachable | None = None
    for row in batch:
        try:
            if down:
                raise down
            sender.send(_letter(row))
        except mail.NotSent as error:
            down = error if isinstance(error, mail.Unreachable) else None
            ended = _put_off(store, row, error, clock())
            given_up, waiting = given_up + ended, waiting + (not ended)
        else:
            _mark_sent(store, row, clock())
            sent += 1
    return Delivered(sent, waiting, given_up), down is not None


def _claim(store: Store, now: datetime) -> list[Row]:
    """Up to a batch of due messages, tier 3 first, claimed in one update."""
    claim = str(uuid4())

    def run(con: Connection) -> list[Row]:
        con.execute(
            "UPDATE app.message SET claim = ?, claimed_at = ?, attempts = attempts + 1 "
            "WHERE message_id IN (SELECT m.message_id FROM app.message AS m "
            "WHERE m.sent_at IS NULL AND m.failed_at IS NULL AND m.not_before <= ? "
            "AND (m.claim IS NULL OR m.claimed_at <= ?) "
            "ORDER BY m.kind = 'tier3' DESC, m.known_at, m.message_id LIMIT ?)",
            [claim, now, now, now - STALE, BATCH],
        )
        return rows_of(
            con,
            "SELECT m.* FROM app.message AS m WHERE m.claim = ? "
            "ORDER BY m.kind = 'tier3' DESC, m.known_at, m.message_id",
            [claim],
        )

    return store.write("app", run)


def _drop_switched_off(store: Store, now: datetime) -> None:
    """End what waits and has no section left that its recipient wants."""
    rows = _waiting(store)
    off = mailchoices.off(store) if rows else {}
    ended = [
        row["message_id"]
        for row in rows
        if _unwanted(row, off.get(row["person_id"], mailkinds.ON_REQUEST))
    ]
    if ended:
        store.execute(
            "app",
            "UPDATE app.message SET failed_at = ?, last_error = ?, body_text = '', body_html = '' "
            "WHERE list_contains(?::VARCHAR[], message_id) AND claim IS NULL",
            [now, SWITCHED_OFF, ended],
        )


def _waiting(store: Store) -> list[Row]:
    return store.rows(
        "SELECT message_id, person_id, kind, parts FROM app.message "
        "WHERE sent_at IS NULL AND failed_at IS NULL AND claim IS NULL"
    )


def _unwanted(row: Row, off: Collection[str]) -> bool:
    parts = [part for part in json.loads(row["parts"] or "[]") if part != DRILL]
    return row["kind"] not in ALWAYS and mailkinds.all_off(parts or [row["kind"]], off)


def _letter(row: Row) -> Letter:
    return Letter(
        row["message_id"],
        row["kind"],
        row["recipient"],
        row["subject"],
        row["body_text"],
        row["body_html"],
        row["unsubscribe_url"],
        row["known_at"],
    )


def _mark_sent(store: Store, row: Row, now: datetime) -> None:
    store.execute(
        "app",
        "UPDATE app.message SET sent_at = ?, claim = NULL, body_text = '', body_html = '', "
        "last_error = NULL WHERE message_id = ?",
        [now, row["message_id"]],
    )


def _put_off(store: Store, row: Row, error: mail.NotSent, now: datetime) -> bool:
    """Try again later, or give up; True where it is given up."""
    ended = row["kind"] not in NEVER_GIVEN_UP and (error.permanent or row["attempts"] >= TRIES)
    if ended:
        store.execute(
            "app",
            "UPDATE app.message SET failed_at = ?, claim = NULL, body_text = '', body_html = '', "
            "last_error = ? WHERE message_id = ? AND claim = ?",
            [now, str(error), row["message_id"], row["claim"]],
        )
    else:
        store.execute(
            "app",
            "UPDATE app.message SET not_before = ?, claim = NULL, last_error = ? "
            "WHERE message_id = ? AND claim = ?",
            [now + _wait(row), str(error), row["message_id"], row["claim"]],
        )
    log.warning("A message of kind %s was not sent: %s", row["kind"], error)
    return ended


def _wait(row: Row) -> timedelta:
    """One minute, then twice as long each time, up to an hour; five minutes for tier 3."""
    longest = LONGEST_WAIT_TIER3 if row["kind"] in NEVER_GIVEN_UP else LONGEST_WAIT
    return min(timedelta(minutes=2 ** min(row["attempts"] - 1, 10)), longest)
