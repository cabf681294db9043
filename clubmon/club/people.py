"""People, teams, roles and guardians: what `app` says about who is who."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from uuid6 import uuid7

from clubmon.policy import Role, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.words.language import N_

PERSON_COLUMNS = "p.person_id, p.name, p.email, p.born, p.timezone, p.shirt, p.position"


GONE = N_("somebody who has left")  # in the place of a name that is not known any more


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


def local_today(settings: Settings, timezone: str | None, now: datetime) -> date:
    """The calendar day of `now` in this zone, or in the club's."""
    return now.astimezone(ZoneInfo(timezone) if timezone else settings.zone).date()


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
