"""People, teams, roles, guardians and consent: what `app` says about who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any
from zoneinfo import ZoneInfo

from uuid6 import uuid7

from clubmon.policy import Consent, ConsentRecord, Role, Subject, Viewer, in_force, is_minor
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store, rows_of
from clubmon.words.language import N_, _
from clubmon.words.sentences import sentence

PERSON_COLUMNS = "p.person_id, p.name, p.email, p.born, p.timezone, p.shirt, p.position"


LONGEST_NAME = 100
LONGEST_SHIRT = 4
GONE = N_("somebody who has left")  # in the place of a name that is not known any more
NO_SHIRT = sentence("A shirt number has 1 to {most} digits or letters.")


class PeopleError(Exception):
    """Something about a person or team was refused, in one sentence."""


@dataclass(frozen=True, slots=True)
class Person:
    """Anyone the club knows. `born` and `timezone` (IANA) may be unknown."""

    person_id: str
    name: str
    email: str
    born: date | None = None
    timezone: str | None = None
    shirt: str | None = None
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team; check-ins are on only with a medical contact."""

    team_id: str
    name: str
    medical_contact_id: str | None
    second_contact_id: str | None
    checkins: bool


@dataclass(frozen=True, slots=True)
class Athlete:
    """A person with the athlete role, and the teams they are in."""

    person: Person
    teams: tuple[Team, ...]


def person(store: Store, person_id: str) -> Person | None:
    """The person with this id, or None."""
    return _one(store, "p.person_id = ?", person_id)


def by_email(store: Store, email: str) -> Person | None:
    """The person with this address (case does not matter), or None."""
    return _one(store, "p.email = ?", email.strip().lower())


def teams(store: Store) -> list[Team]:
    """Every team, by name."""
    return [
        Team(**row)
        for row in store.rows(
            "SELECT team_id, name, medical_contact_id, second_contact_id, checkins "
            "FROM app.team ORDER BY name"
        )
    ]


def team_by_name(store: Store, name: str) -> Team | None:
    """The team with this name (case does not matter), or None."""
    return next((team for team in teams(store) if team.name.lower() == name.strip().lower()), None)


def athletes(store: Store) -> list[Athlete]:
    """Every athlete, by name."""
    return _athletes(store, "")


def athlete(store: Store, athlete_id: str) -> Athlete | None:
    """The athlete with this id, or None (also for a person who is no athlete)."""
    return next(iter(_athletes(store, "WHERE p.person_id = ?", athlete_id)), None)


def guardians(store: Store, athlete_id: str) -> list[Person]:
    """The guardians on record for an athlete."""
    rows = store.rows(
        f"SELECT {PERSON_COLUMNS} FROM app.person AS p "
        "JOIN app.guardian AS g ON g.guardian_id = p.person_id "
        "WHERE g.athlete_id = ? ORDER BY p.name",
        [athlete_id],
    )
    return [Person(**row) for row in rows]


def coaches(store: Store, team_ids: Iterable[str]) -> list[Person]:
    """Coaches of any of these teams, club-wide ones included."""
    return _staff(store, Role.COACH, team_ids)


def physios(store: Store, team_ids: Iterable[str]) -> list[Person]:
    """Physios of any of these teams, club-wide ones included."""
    return _staff(store, Role.PHYSIO, team_ids)


def with_role(store: Store, role: Role) -> list[Person]:
    """Everyone who has the role for any team or the club."""
    rows = store.rows(
        f"SELECT DISTINCT {PERSON_COLUMNS} FROM app.person AS p "
        "JOIN app.role AS r ON r.person_id = p.person_id WHERE r.role = ? ORDER BY p.name",
        [role.value],
    )
    return [Person(**row) for row in rows]


def viewer(store: Store, person_id: str) -> Viewer:
    """What this person is, at this moment, for the policy."""
    return viewers(store, [person_id])[person_id]


def viewers(store: Store, person_ids: Sequence[str]) -> dict[str, Viewer]:
    """The same of several people, by id."""
    roles: dict[str, dict[Role, set[str]]] = {id_: {} for id_ in person_ids}
    wards: dict[str, set[str]] = {id_: set() for id_ in person_ids}
    for row in store.rows(
        "SELECT person_id, role, team_id FROM app.role "
        "WHERE list_contains(?::VARCHAR[], person_id)",
        [list(person_ids)],
    ):
        roles[row["person_id"]].setdefault(Role(row["role"]), set()).add(row["team_id"])
    for row in store.rows(
        "SELECT guardian_id, athlete_id FROM app.guardian "
        "WHERE list_contains(?::VARCHAR[], guardian_id)",
        [list(person_ids)],
    ):
        wards[row["guardian_id"]].add(row["athlete_id"])
    return {
        id_: Viewer(
            id_,
            {role: frozenset(team_ids) for role, team_ids in roles[id_].items()},
            frozenset(wards[id_]),
        )
        for id_ in person_ids
    }


def subject(store: Store, settings: Settings, athlete_id: str, now: datetime) -> Subject | None:
    """The athlete as the policy sees them now, or None if there is no such athlete."""
    who = athlete(store, athlete_id)
    return subject_of(store, settings, who, now) if who else None


def subject_of(store: Store, settings: Settings, who: Athlete, now: datetime) -> Subject:
    """An athlete at hand as the policy sees them now."""
    athlete_id = who.person.person_id
    given = _consents(store, "WHERE athlete_id = ?", athlete_id).get(athlete_id, {})
    return _subject(settings, who, given, now)


def subjects(
    store: Store, settings: Settings, now: datetime, known_by: datetime | None = None
) -> dict[str, Subject]:
    """Every athlete with teams and the consents in force now, by id.

    With `known_by` only answers that were given by then count; what staff are shown always
    follows from the answers of this moment too, so ask without it as well.
    """
    given = _consents(store, "WHERE known_at <= ?", known_by) if known_by else _consents(store, "")
    return {
        a.person.person_id: _subject(settings, a, given.get(a.person.person_id, {}), now)
        for a in athletes(store)
    }


def minor(settings: Settings, who: Person, now: datetime) -> bool:
    """Whether a guardian must consent for this person today."""
    return is_minor(who.born, local_today(settings, who.timezone, now), settings.consent_age)


def local_today(settings: Settings, timezone: str | None, now: datetime) -> date:
    """The calendar day of `now` in this zone, or in the club's."""
    return now.astimezone(ZoneInfo(timezone) if timezone else settings.zone).date()


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


def record_consent(
    store: Store,
    athlete_id: str,
    kind: Consent,
    granted: bool,
    by_person_id: str,
    by_role: str,
    evidence: str | None,
    now: datetime,
) -> None:
    """Append one answer. `by_role`: athlete, guardian, or paper (with where the form is kept)."""
    values = [str(uuid7()), athlete_id, kind.value, granted, by_person_id, by_role, evidence, now]
    store.execute("app", "INSERT INTO app.consent VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)


def audit(
    store: Store, actor: str, action: str, subject_id: str, detail: str, now: datetime
) -> None:
    """Write one audit line; `detail` holds no health data."""
    store.execute(
        "app",
        "INSERT INTO app.audit VALUES (?, ?, ?, ?, ?, ?)",
        [str(uuid7()), actor, action, subject_id, detail, now],
    )


def _athletes(store: Store, where: str, *values: str) -> list[Athlete]:
    known = {team.team_id: team for team in teams(store)}
    rows = store.rows(
        f"SELECT {PERSON_COLUMNS}, list(r.team_id ORDER BY r.team_id) AS team_ids "
        "FROM app.person AS p "
        "JOIN app.role AS r ON r.person_id = p.person_id AND r.role = 'athlete' "
        f"{where} GROUP BY {PERSON_COLUMNS} ORDER BY p.name, p.person_id",
        values,
    )
    return [
        Athlete(Person(**row), tuple(known[team] for team in team_ids if team in known))
        for row, team_ids in ((row, row.pop("team_ids")) for row in rows)
    ]


def _consents(
    store: Store, where: str, *values: str | datetime
) -> dict[str, dict[Consent, ConsentRecord]]:
    """The newest answer per athlete and kind."""
    found: dict[str, dict[Consent, ConsentRecord]] = {}
    for row in store.rows(
        "SELECT athlete_id, kind, arg_max(granted, (known_at, consent_id)) AS granted, "
        "arg_max(by_role, (known_at, consent_id)) AS by_role "
        f"FROM app.consent {where} GROUP BY athlete_id, kind",
        values,
    ):
        record = ConsentRecord(row["granted"], row["by_role"])
        found.setdefault(row["athlete_id"], {})[Consent(row["kind"])] = record
    return found


def _subject(
    settings: Settings, who: Athlete, given: Mapping[Consent, ConsentRecord], now: datetime
) -> Subject:
    under_age = minor(settings, who.person, now)
    return Subject(
        who.person.person_id,
        frozenset(team.team_id for team in who.teams),
        in_force(given, minor=under_age),
        under_age,
    )


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


def _one(store: Store, where: str, value: str) -> Person | None:
    row = store.row(f"SELECT {PERSON_COLUMNS} FROM app.person AS p WHERE {where}", [value])
    return Person(**row) if row else None


def _staff(store: Store, role: Role, team_ids: Iterable[str]) -> list[Person]:
    rows: list[Row] = store.rows(
        f"SELECT DISTINCT {PERSON_COLUMNS} FROM app.person AS p "
        "JOIN app.role AS r ON r.person_id = p.person_id "
        "WHERE r.role = ? AND (r.team_id = '' OR list_contains(?::VARCHAR[], r.team_id)) "
        "ORDER BY p.name",
        [role.value, list(team_ids)],
    )
    return [Person(**row) for row in rows]
