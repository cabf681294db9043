"""A person is erased: at once for everybody who looks, then from every file there is.

`begin` is one transaction on `app`: a tombstone, so that nothing of them comes back; consent,
roles, sign-ins and tokens end; what they answered and did goes. `sweep` does the rest: sources
get their credentials back, files and lake rows go, and both catalogs are written anew, because
deleted rows stay in a file until then. A stop half-way is finished by the next start or night.

Kept are the tombstone, the consents with their dates but without where a form is, and who did
what when in the audit log, without details: ids that nothing leads to any more.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from uuid6 import uuid7

from clubmon.club import consenting, people
from clubmon.club.people import Person
from clubmon.load import marts, models
from clubmon.message import mail
from clubmon.policy import Consent
from clubmon.privacy import personal
from clubmon.settings import Settings
from clubmon.storage import catalogs, landing
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.storage.turnstile import StillInside
from clubmon.sync import keeping, leaving
from clubmon.words.sentences import sentence

log = logging.getLogger("clubmon")

KEPT = frozenset({"tombstone", "erasure", "consent", "audit"})
UNTIL_SWEPT = frozenset({"person", "guardian", "connection", "message", "unsubscribed"})
KEEPS = (
    "Kept: a mark that keeps the data from coming back, the days of each consent, and what was "
    "done in the audit log without details; all under a number that leads to nobody."
)
GOES_ON = (
    "A connected source or the store could not be asked to let go just now; this is tried again "
    "every night until it is done."
)
DROPPED = sentence("Not sent: it told of somebody whose data was deleted.")


@dataclass(frozen=True, slots=True)
class _Named:
    """What somebody is called in files and mails."""

    person: Person
    pattern: re.Pattern[str]


def confirmed(who: Person, typed: str) -> bool:
    """Whether the name was typed; case and spaces around and between do not matter."""
    return " ".join(typed.split()).casefold() == " ".join(who.name.split()).casefold()


def begin(
    store: Store, settings: Settings, athlete_id: str, by: str, by_role: str, now: datetime
) -> None:
    """End everything that this athlete has here; nobody sees anything of them from now on.

    `by` is a person's id or 'cli', `by_role` athlete, guardian or cli. Call `finish` next.
    """
    subject = consenting.subject(store, settings, athlete_id, now)
    given = sorted(subject.consents) if subject else []
    with store.arrivals:  # no page of a source is being stored
        leaving.consent_withdrawn(store, athlete_id, by, now)
        waiting = store.write("app", lambda con: _end(con, athlete_id, given, by, by_role, now))
    for arrival_id in waiting:
        landing.discard(store.folder, arrival_id)


def pending(store: Store) -> list[str]:
    """Ids of people who are erased, and of whom files may still hold something."""
    rows = store.rows("SELECT person_key FROM app.erasure WHERE swept_at IS NULL ORDER BY known_at")
    return [row["person_key"] for row in rows]


def finish(store: Store, settings: Settings, now: datetime) -> bool:
    """Do what is left of every erasure, once no night or rebuild runs; whether all is done."""
    with store.job_lock:
        return sweep(store, settings, now)


def sweep(store: Store, settings: Settings, now: datetime) -> bool:
    """The same for who holds the job lock already."""
    _notice(store)
    waiting = pending(store)
    if not waiting:
        return True
    for person_id in waiting:
        _files(store, settings, person_id, now)
        store.write("lake", partial(_lake, person_id=person_id))
    if models.built(store):
        marts.rebuild(store, people.local_today(settings, None, now), now)
    done = [who for who in waiting if store.write("app", partial(_rest, person_id=who))]
    return _written_anew(store, done, now) and done == waiting


def swept(store: Store, settings: Settings, now: datetime) -> int:
    """The same; how many people are gone with it."""
    sweep(store, settings, now)
    rows = store.rows("SELECT person_key FROM app.erasure WHERE swept_at = ?", [now])
    return len(rows)


def _written_anew(store: Store, done: Sequence[str], now: datetime) -> bool:
    """Leave nothing of what was deleted in any file of the store; False: try again later."""
    try:
        store.compact("lake")
        store.compact("app")
    except StillInside:
        log.warning("The store could not be written anew after a deletion; it is tried again.")
        return False
    if catalogs.forget_unreadable(store.folder):
        log.warning("Unreadable files that were set aside are deleted: somebody was erased.")
    store.execute(
        "app",
        "UPDATE app.erasure SET swept_at = ? WHERE list_contains(?::VARCHAR[], person_key)",
        [now, list(done)],
    )
    return True


def _end(
    con: Connection,
    athlete_id: str,
    given: Sequence[Consent],
    by: str,
    by_role: str,
    now: datetime,
) -> list[str]:
    """The transaction of `begin`; ids of files that wait to be read."""
    con.execute("INSERT OR IGNORE INTO app.tombstone VALUES ('person', ?, ?)", [athlete_id, now])
    con.execute(
        "INSERT OR IGNORE INTO app.erasure VALUES (?, ?, ?, NULL)", [athlete_id, by_role, now]
    )
    con.execute(
        "INSERT INTO app.audit VALUES (?, ?, 'person_erased', ?, '', ?)",
        [str(uuid7()), by, athlete_id, now],
    )
    for kind in given:
        con.execute(
            "INSERT INTO app.consent VALUES (?, ?, ?, false, ?, ?, NULL, ?)",
            [str(uuid7()), athlete_id, kind.value, by, by_role, now],
        )
    con.execute("UPDATE app.consent SET evidence = NULL WHERE athlete_id = ?", [athlete_id])
    con.execute("UPDATE app.audit SET detail = '' WHERE subject = ?", [athlete_id])
    waiting = rows_of(con, "SELECT arrival_id FROM app.arrival WHERE athlete_id = ?", [athlete_id])
    _empty(con, athlete_id)
    return [row["arrival_id"] for row in waiting]


def _empty(con: Connection, athlete_id: str) -> None:
    """Delete every row about them but for what is kept, now or until the sweep."""
    found = personal.tables(con)
    del found["role"]
    con.execute("DELETE FROM app.role WHERE person_id = ? AND role = 'athlete'", [athlete_id])
    for table in ("flag_action", "hint", *sorted(found)):  # those that go by others' rows first
        if table not in KEPT | UNTIL_SWEPT:
            con.execute(f"DELETE FROM app.{table} AS t WHERE {found[table]}", [athlete_id])


def _notice(store: Store) -> None:
    """What arrived of somebody just while they were erased is found, and deleted again."""
    for row in store.rows("SELECT person_key FROM app.erasure WHERE swept_at IS NOT NULL"):
        person_id = row["person_key"]
        rows = "SELECT 1 AS found FROM lake.raw.payload WHERE athlete_id = ?"
        if (store.folder / "raw" / person_id).exists() or store.row(rows, [person_id]):
            store.execute(
                "app", "UPDATE app.erasure SET swept_at = NULL WHERE person_key = ?", [person_id]
            )


def _files(store: Store, settings: Settings, person_id: str, now: datetime) -> None:
    """Credentials back to their source; raw files, dropped files, mails and messages away."""
    for row in store.rows(
        "SELECT connection_id FROM app.connection WHERE athlete_id = ?", [person_id]
    ):
        leaving.give_back(store, settings, row["connection_id"], now)
    named = [_named(who) for who in _leaving(store, person_id)]
    folders = [store.folder / "raw" / person_id, store.folder / "drop" / person_id]
    folders += [store.folder / "drop" / one.person.email for one in named]
    for folder in folders:
        _remove(folder)
    for one in named:
        mail.forget(settings, one.person.email, one.pattern)
        store.write("app", partial(_messages, one=one, now=now))


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)


def _leaving(store: Store, person_id: str) -> list[Person]:
    """The person, and guardians whom nothing but this child brought here."""
    who = people.person(store, person_id)
    others = [one for one in people.guardians(store, person_id) if _only(store, one, person_id)]
    return [*([who] if who else []), *others]


def _only(store: Store, guardian: Person, person_id: str) -> bool:
    found = people.viewer(store, guardian.person_id)
    return not found.roles and found.guardian_of == {person_id} and not _contact(store, guardian)


def _contact(store: Store, who: Person) -> bool:
    return any(
        who.person_id in (team.medical_contact_id, team.second_contact_id)
        for team in people.teams(store)
    )


def _named(who: Person) -> _Named:
    either = f"{re.escape(who.name)}|{re.escape(who.person_id)}"
    return _Named(who, re.compile(rf"(?<!\w)(?:{either})(?!\w)"))


def _messages(con: Connection, one: _Named, now: datetime) -> None:
    """Their own messages go; of others' what names them is emptied, and not sent if it waits."""
    con.execute("DELETE FROM app.message WHERE person_id = ?", [one.person.person_id])
    rows = rows_of(con, "SELECT message_id, subject, body_text, body_html FROM app.message")
    for row in rows:
        if one.pattern.search(f"{row['subject']}\n{row['body_text']}\n{row['body_html']}"):
            con.execute(
                "UPDATE app.message SET subject = '', body_text = '', body_html = '', "
                "failed_at = if(sent_at IS NULL, coalesce(failed_at, ?), failed_at), "
                "last_error = if(sent_at IS NULL, ?, last_error) WHERE message_id = ?",
                [now, DROPPED, row["message_id"]],
            )


def _lake(con: Connection, person_id: str) -> None:
    for table in personal.lake_tables(con, "raw"):
        con.execute(f"DELETE FROM lake.raw.{table} WHERE athlete_id = ?", [person_id])
    keeping.empty_tables(con, person_id)


def _rest(con: Connection, person_id: str) -> bool:
    """Name and address, and connections whose credentials are back; False: some are not yet."""
    _empty(con, person_id)
    con.execute(
        "DELETE FROM app.connection WHERE athlete_id = ? AND credentials IS NULL", [person_id]
    )
    wards = "SELECT guardian_id FROM app.guardian WHERE athlete_id = ?"
    guardians = [row["guardian_id"] for row in rows_of(con, wards, [person_id])]
    con.execute("DELETE FROM app.guardian WHERE athlete_id = ?", [person_id])
    for who in (person_id, *guardians):
        _unless_needed(con, who)
    left = "SELECT 1 AS found FROM app.connection WHERE athlete_id = ?"
    return not rows_of(con, left, [person_id])


def _unless_needed(con: Connection, person_id: str) -> None:
    """Forget who somebody is whom no role, child or team needs; who stays keeps the address."""
    needed = rows_of(
        con,
        "SELECT 1 AS found FROM app.role WHERE person_id = $1 "
        "UNION ALL SELECT 1 FROM app.guardian WHERE guardian_id = $1 "
        "UNION ALL SELECT 1 FROM app.team "
        "WHERE medical_contact_id = $1 OR second_contact_id = $1",
        [person_id],
    )
    if needed:
        con.execute(
            "UPDATE app.person SET born = NULL, shirt = NULL, position = NULL "
            "WHERE person_id = $1 AND EXISTS (SELECT 1 FROM app.tombstone AS t "
            "WHERE t.kind = 'person' AND t.key = $1)",
            [person_id],
        )
        return
    for table, condition in personal.tables(con).items():
        if condition == personal.BY_PERSON:
            con.execute(f"DELETE FROM app.{table} AS t WHERE {condition}", [person_id])
