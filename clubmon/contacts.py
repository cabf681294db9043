"""Medical contacts: who may be named, and who is told of a refer answer, first and second."""

from __future__ import annotations

from collections.abc import Iterable

from clubmon import people
from clubmon.people import Athlete, Person
from clubmon.store import Store


def offered(store: Store, team_id: str) -> list[Person]:
    """Who may be named for a team: physios first, then people without any role or ward.

    Admins, coaches, athletes and guardians would learn by it what they may not see. Nobody
    is the contact of a team they are an athlete of.
    """
    rows = store.rows(
        f"SELECT {people.PERSON_COLUMNS} FROM app.person AS p "
        "LEFT JOIN (SELECT r.person_id, bool_or(r.role = 'physio') AS physio, "
        " bool_or(r.role = 'athlete' AND r.team_id = ?) AS plays "
        " FROM app.role AS r GROUP BY r.person_id) AS h ON h.person_id = p.person_id "
        "WHERE CASE WHEN h.person_id IS NULL "
        " THEN NOT EXISTS (SELECT 1 FROM app.guardian AS g WHERE g.guardian_id = p.person_id) "
        " ELSE h.physio AND NOT h.plays END "
        "ORDER BY coalesce(h.physio, false) DESC, p.name, p.person_id",
        [team_id],
    )
    return [Person(**row) for row in rows]


def first(store: Store, athlete: Athlete) -> list[Person]:
    """Who is told at once: the teams' named medical contacts and every physio of the teams."""
    named = _named(store, athlete, (team.medical_contact_id for team in athlete.teams))
    physios = people.physios(store, [team.team_id for team in athlete.teams])
    known = {person.person_id for person in named} | {athlete.person.person_id}
    return [*named, *(person for person in physios if person.person_id not in known)]


def second(store: Store, athlete: Athlete) -> list[Person]:
    """Who is told when nobody acknowledges; a physio told at once is reminded so."""
    named = {team.medical_contact_id for team in athlete.teams}
    ids = (team.second_contact_id for team in athlete.teams)
    return _named(store, athlete, (id_ for id_ in ids if id_ not in named))


def _named(store: Store, athlete: Athlete, ids: Iterable[str | None]) -> list[Person]:
    """These people, once each; never the athlete."""
    found = [people.person(store, id_) for id_ in dict.fromkeys(ids) if id_]
    return [one for one in found if one and one.person_id != athlete.person.person_id]
