"""Medical contacts: who may be named, who is told of a refer answer, and whom staff turn to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clubmon.club import people
from clubmon.club.people import Athlete, Person
from clubmon.storage.store import Store
from clubmon.words.language import N_

NO_PHYSIO = N_(
    "No physio is on record for the team, and only one can close a referral: ask your admin to "
    "add one."
)
NOBODY = N_(
    "Neither a physio nor a medical contact is on record for the team: see to it yourself that a "
    "clinician sees them, and ask your admin to name one."
)
NOBODY_OF_OWN = N_(
    "Neither a physio nor a medical contact is on record for the team: turn to a clinician "
    "elsewhere, and tell the coach."
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom to turn to about an athlete: physios, or medical contacts where there is none."""

    people: tuple[Person, ...] = ()
    physio: bool = False

    @property
    def missing(self) -> str:
        """What to do where no physio is on record; '' where one is."""
        return "" if self.physio else NO_PHYSIO if self.people else NOBODY

    @property
    def missing_of_own(self) -> str:
        """The same for the athlete and a guardian, who can add nobody."""
        return "" if self.people else NOBODY_OF_OWN


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


def reach(store: Store, athletes: Sequence[Athlete]) -> dict[str, Reach]:
    """Whom staff turn to, by athlete: physios of the teams, or medical contacts where none is.

    By name; nobody is their own. Whether a reader may know is for policy.reaches_physio to say.
    """
    if not athletes:
        return {}
    team_ids = {team.team_id for one in athletes for team in one.teams}
    named = {id_ for one in athletes for team in one.teams if (id_ := team.medical_contact_id)}
    rows = store.rows(
        f"SELECT {people.PERSON_COLUMNS}, r.team_id AS physio_of FROM app.person AS p "
        "LEFT JOIN app.role AS r ON r.person_id = p.person_id AND r.role = 'physio' "
        "AND (r.team_id = '' OR list_contains(?::VARCHAR[], r.team_id)) "
        "WHERE r.team_id IS NOT NULL OR list_contains(?::VARCHAR[], p.person_id) "
        "ORDER BY p.name, p.person_id",
        [sorted(team_ids), sorted(named)],
    )
    known = [(row.pop("physio_of"), Person(**row)) for row in rows]
    return {one.person.person_id: _reach(one, known) for one in athletes}


def _reach(athlete: Athlete, known: Iterable[tuple[str | None, Person]]) -> Reach:
    """`known`: who is a physio of which team ('' of the club), None who is none."""
    others = [(of, who) for of, who in known if who.person_id != athlete.person.person_id]
    teams = {"", *(team.team_id for team in athlete.teams)}
    named = {team.medical_contact_id for team in athlete.teams}
    physios = {who.person_id: who for of, who in others if of in teams}
    alone = {who.person_id: who for _of, who in others if who.person_id in named}
    return Reach(tuple((physios or alone).values()), physio=bool(physios))


def _named(store: Store, athlete: Athlete, ids: Iterable[str | None]) -> list[Person]:
    """These people, once each; never the athlete."""
    found = [people.person(store, id_) for id_ in dict.fromkeys(ids) if id_]
    return [one for one in found if one and one.person_id != athlete.person.person_id]
