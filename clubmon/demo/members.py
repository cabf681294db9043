"""Enters the made-up people as an admin would: teams, roles, guardians, consent, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clubmon.club import consenting, enrolling
from clubmon.demo.club import TRACK, Athlete, Club
from clubmon.hamstring import askedmore
from clubmon.load import physiology
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Members:
    """The ids that the store knows the people by; athletes by their index."""

    athletes: dict[int, str]
    coaches: dict[str, str]  # by team name
    physio: str
    admin: str


def enter(store: Store, settings: Settings, club: Club, joined: datetime) -> Members:
    """Everybody with roles and consents, known since `joined`; check-ins switched on."""
    admin = enrolling.add_person(store, club.admin.name, club.admin.email, joined)
    physio = enrolling.add_person(store, club.physio.name, club.physio.email, joined)
    doctor = enrolling.add_person(store, club.doctor.name, club.doctor.email, joined)
    enrolling.add_role(store, admin, Role.ADMIN, "", joined)
    enrolling.add_role(store, physio, Role.PHYSIO, "", joined)
    teams: dict[str, str] = {}
    coaches: dict[str, str] = {}
    for team, coach in club.coaches.items():
        teams[team] = enrolling.add_team(store, team, joined)
        coaches[team] = enrolling.add_person(store, coach.name, coach.email, joined)
        enrolling.add_role(store, coaches[team], Role.COACH, teams[team], joined)
        enrolling.set_medical_contact(store, teams[team], physio, joined)
        enrolling.set_medical_contact(store, teams[team], doctor, joined, second=True)
        enrolling.switch_checkins(store, teams[team], True, joined)
    askedmore.set_wellness(store, teams[TRACK], True, coaches[TRACK], joined)
    ids = {a.index: _athlete(store, a, teams[a.team], joined) for a in club.athletes}
    return Members(ids, coaches, physio, admin)


def _athlete(store: Store, athlete: Athlete, team_id: str, joined: datetime) -> str:
    person_id = enrolling.add_person(
        store,
        athlete.name,
        athlete.email,
        joined,
        born=athlete.born,
        shirt=athlete.shirt,
        position=athlete.position,
    )
    enrolling.add_role(store, person_id, Role.ATHLETE, team_id, joined)
    by, role = person_id, "athlete"
    if athlete.guardian:
        by = enrolling.add_person(store, athlete.guardian.name, athlete.guardian.email, joined)
        enrolling.add_guardian(store, by, person_id, joined)
        role = "guardian"
    for kind in (Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS, Consent.SCREEN):
        granted = athlete.shares_tightness or kind is not Consent.TIGHTNESS
        consenting.record(store, person_id, kind, granted, by, role, None, joined)
    if athlete.index % 4:  # some never open that page
        rates = {"resting_hr": 47 + athlete.index % 12, "max_hr": 187 + athlete.index % 14}
        physiology.save(store, person_id, rates, rates, by, joined)
    return person_id
