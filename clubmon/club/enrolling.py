"""People and teams are put on record: who plays, who coaches, who guards whom, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any

from uuid6 import uuid7

from clubmon.club.people import PeopleError, by_email, team_by_name
from clubmon.policy import Role
from clubmon.storage.store import Store, rows_of
from clubmon.words.language import _
from clubmon.words.sentences import sentence

LONGEST_NAME = 100
LONGEST_SHIRT = 4
NO_SHIRT = sentence("A shirt number has 1 to {most} digits or letters.")


def add_person(
    store: Store,
    name: str,
    email: str,
    now: datetime,
    *,
    born: date | None = None,
    timezone: str | None = None,
    shirt: str | None = None,
    position: str | None = None,
) -> str:
    """A new person's id; raises PeopleError for an address that is taken or none at all."""
    address = email.strip().lower()
    if not _is_address(address):
        raise PeopleError(f"'{email}' is no e-mail address; write it like name@example.org.")
    _check_name(name)
    taken = by_email(store, address)
    if taken:
        raise PeopleError(f"{address} already belongs to {taken.name}; use another address.")
    person_id = str(uuid7())
    values = [person_id, name.strip(), address, born, timezone, shirt, position, now]
    store.execute("app", "INSERT INTO app.person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return person_id


def set_shirts(store: Store, shirts: Mapping[str, str]) -> int:
    """Shirt numbers by person's id, '' for none; how many changed. Raises PeopleError for letters
    that are none, or too many, and keeps nothing then.
    """
    given = {id_: shirt.strip() or None for id_, shirt in shirts.items()}
    for shirt in given.values():
        if shirt and (len(shirt) > LONGEST_SHIRT or not (shirt.isascii() and shirt.isalnum())):
            raise PeopleError(NO_SHIRT.format(most=LONGEST_SHIRT))

    def write(con: Any) -> int:
        held = {row["person_id"]: row["shirt"] for row in rows_of(
            con, "SELECT person_id, shirt FROM app.person WHERE list_contains(?::VARCHAR[], "
            "person_id)", [sorted(given)])}  # fmt: skip
        changed = [id_ for id_, shirt in given.items() if id_ in held and held[id_] != shirt]
        for id_ in changed:
            con.execute("UPDATE app.person SET shirt = ? WHERE person_id = ?", [given[id_], id_])
        return len(changed)

    return store.write("app", write)


def add_team(store: Store, name: str, now: datetime) -> str:
    """A new team's id; raises PeopleError if the name is taken or none."""
    _check_name(name)
    if team_by_name(store, name):
        raise PeopleError(f"There already is a team '{name}'; use that one or another name.")
    team_id = str(uuid7())
    store.execute(
        "app",
        "INSERT INTO app.team VALUES (?, ?, NULL, NULL, false, ?)",
        [team_id, name.strip(), now],
    )
    return team_id


def add_role(store: Store, person_id: str, role: Role, team_id: str, now: datetime) -> None:
    """Give a role for a team, or for the whole club with ''. Twice changes nothing."""
    store.execute(
        "app",
        "INSERT OR IGNORE INTO app.role VALUES (?, ?, ?, ?)",
        [person_id, role.value, team_id, now],
    )


def add_guardian(store: Store, guardian_id: str, athlete_id: str, now: datetime) -> None:
    """Put a guardian on record for an athlete. Twice changes nothing."""
    store.execute(
        "app", "INSERT OR IGNORE INTO app.guardian VALUES (?, ?, ?)", [guardian_id, athlete_id, now]
    )


def set_medical_contact(
    store: Store, team_id: str, person_id: str, now: datetime, *, second: bool = False
) -> None:
    """Name who is told of tier 3 answers, or the second contact."""
    column = "second_contact_id" if second else "medical_contact_id"
    store.execute(
        "app",
        f"UPDATE app.team SET {column} = ? WHERE team_id = ?",
        [person_id, team_id],
    )


def switch_checkins(store: Store, team_id: str, on: bool, now: datetime) -> None:
    """Turn a team's check-ins on or off; raises PeopleError without a medical contact."""

    def switch(con: Any) -> None:
        team = rows_of(
            con, "SELECT name, medical_contact_id FROM app.team WHERE team_id = ?", [team_id]
        )
        if on and not (team and team[0]["medical_contact_id"]):
            name = team[0]["name"] if team else team_id
            raise PeopleError(
                _(
                    "Check-ins of {team} stay off: name a medical contact for the team first.",
                    team=name,
                )
            )
        con.execute("UPDATE app.team SET checkins = ? WHERE team_id = ?", [on, team_id])

    store.write("app", switch)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise PeopleError(f"A name must have 1 to {LONGEST_NAME} letters, in one line.")


def _is_address(address: str) -> bool:
    """One mailbox, as the mail module reads it; ASCII only, as not every server takes more."""
    try:
        read = Address(addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return False
    return bool(read.username and read.domain and address.isascii() and " " not in address)
