"""Consent: every answer that was given, and how the policy sees athletes by it at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from uuid6 import uuid7

from clubmon.club.people import Athlete, Person, athlete, athletes, local_today
from clubmon.policy import Consent, ConsentRecord, Subject, in_force, is_minor
from clubmon.settings import Settings
from clubmon.storage.store import Store


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


def record(
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
