"""What the admin's page shows, read from the store: people as yes and no, never their data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clubmon import plugins
from clubmon.arrival import doubtful
from clubmon.club import consenting, contacts, people
from clubmon.club.people import Person, Team
from clubmon.drill.outcomes import FEWEST
from clubmon.load import models
from clubmon.policy import Consent
from clubmon.sdk import SourceConnector
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.sync import sources
from clubmon.web.frame import figures
from clubmon.words import language
from clubmon.words.language import N_, _, ngettext

RUNS_SHOWN = 14
STATES = {
    "running": N_("running"),
    "done": N_("done"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
}
JOBS = {"nightly": N_("nightly")}
STEPS = {
    "erase": N_("people deleted"),
    "pull": N_("files fetched"),
    "age": N_("sessions past their time deleted"),
    "rebuild": N_("tables of figures made"),
    "flag": N_("flags raised"),
    "plans": N_("plans that changed"),
    "notify": N_("mails written"),
    "deliver": N_("mails sent"),
    "checkpoint": N_("stores saved"),
}
ROLES = {
    "admin": N_("admin"),
    "coach": N_("coach"),
    "physio": N_("physio"),
    "athlete": N_("athlete"),
    "guardian": N_("guardian"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job. `came_in` and `took` are words; instants are aware UTC."""

    job: str
    morning: date
    started_at: datetime
    state: str
    took: str
    came_in: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """Messages that wait, messages that were given up, and the last error in words."""

    waiting: int
    given_up: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One person: roles in words and, for an athlete, yes or no per kind of consent."""

    person: Person
    roles: tuple[str, ...]
    consents: Mapping[str, bool] | None


@dataclass(frozen=True, slots=True)
class TeamContacts:
    """A team and who may be named for it. `unfit`: who is named now and may no longer be."""

    team: Team
    offered: tuple[Person, ...]
    unfit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Connectors:
    """What can be read here, in words, and a sentence for each plugin that could not be loaded."""

    loaded: tuple[str, ...]
    errors: tuple[str, ...]


def runs(store: Store) -> list[Run]:
    """The newest runs, newest first."""
    rows = store.rows(
        "SELECT job, morning, started_at, ended_at, state, summary, error FROM app.job_run "
        "ORDER BY started_at DESC, run_id DESC LIMIT ?",
        [RUNS_SHOWN],
    )
    return [_run(row) for row in rows]


def mail(store: Store) -> Mail:
    """The state of the outbox, without saying what is in it."""
    counts = store.rows(
        "SELECT count(*) FILTER (failed_at IS NULL) AS waiting, "
        "count(*) FILTER (failed_at IS NOT NULL) AS given_up "
        "FROM app.message WHERE sent_at IS NULL"
    )[0]
    newest = store.row(
        "SELECT last_error FROM app.message WHERE sent_at IS NULL AND last_error IS NOT NULL "
        "ORDER BY coalesce(failed_at, claimed_at, known_at) DESC LIMIT 1"
    )
    return Mail(counts["waiting"], counts["given_up"], newest["last_error"] if newest else None)


def members(store: Store, settings: Settings, now: datetime) -> list[Member]:
    """Everyone, by name."""
    roles = _roles(store)
    subjects = consenting.subjects(store, settings, now)
    found = store.rows(f"SELECT {people.PERSON_COLUMNS} FROM app.person AS p ORDER BY p.name")
    return [
        Member(
            person := Person(**row),
            tuple(roles.get(person.person_id, ())),
            {kind.value: kind in about.consents for kind in Consent}
            if (about := subjects.get(row["person_id"]))
            else None,
        )
        for row in found
    ]


def teams(store: Store) -> list[TeamContacts]:
    """Every team with the people who may be its medical contacts."""
    return [_team(store, team) for team in people.teams(store)]


def doubted(store: Store, now: datetime) -> int:
    """How many sessions wait for a decision, without saying whose."""
    ids = [athlete.person.person_id for athlete in people.athletes(store)]
    return doubtful.waiting(store, ids, now)


def connectors() -> Connectors:
    """The sources that can be read here."""
    found, errors = plugins.load(plugins.CONNECTORS)
    return Connectors(tuple(_reads(*one) for one in found.items()), tuple(errors))


def sessions(store: Store) -> list[str]:
    """How many sessions the figures are made of, by where they came from, the most first, in words.

    Of fewer than FEWEST athletes no number is told: it would tell an admin of one of them.
    """
    if not models.built(store):
        return []
    rows = store.rows(
        "SELECT source, count(*) AS n, count(DISTINCT athlete_id) AS athletes "
        "FROM lake.staging.session GROUP BY source ORDER BY n DESC, source"
    )
    names = sources.called()
    return [_from(str(names.get(row["source"], row["source"])), row) for row in rows]


def _reads(name: str, plugin: object) -> str:
    """A connector in words: the page it fetches from, or that it reads files."""
    version = getattr(plugin, "version", "")
    if isinstance(plugin, SourceConnector):
        title = sources.about(plugin.source).title
        return _("{title}, fetched (version {version})", title=title, version=version)
    return _("files that are handed over ({name}, version {version})", name=name, version=version)


def _from(source: str, row: Row) -> str:
    if row["athletes"] < FEWEST:
        return _("{source}: sessions of fewer than {fewest} athletes", source=source, fewest=FEWEST)
    return ngettext(
        "{source}: {count} session", "{source}: {count} sessions", row["n"],
        source=source, count=figures.grouped(row["n"], 0),
    )  # fmt: skip


def _team(store: Store, team: Team) -> TeamContacts:
    offered = tuple(contacts.offered(store, team.team_id))
    fit = {person.person_id for person in offered}
    named = dict.fromkeys((team.medical_contact_id, team.second_contact_id))
    unfit = [people.person(store, id_) for id_ in named if id_ and id_ not in fit]
    return TeamContacts(team, offered, tuple(person.name for person in unfit if person))


def _run(row: Row) -> Run:
    return Run(
        str(JOBS.get(row["job"], row["job"])),
        row["morning"],
        row["started_at"],
        str(STATES.get(row["state"], row["state"])),
        _took(row["started_at"], row["ended_at"]),
        _counts(row["summary"]),
        row["error"],
    )


def _took(started: datetime, ended: datetime | None) -> str:
    if ended is None:
        return _("not ended")
    return f"{language.number((ended - started).total_seconds(), 1)} s"


def _counts(summary: str) -> str:
    """'files fetched: 3, flags raised: 4' of a run's summary; '' where it recorded nothing."""
    counts = json.loads(summary).get("counts", {})
    return ", ".join(f"{STEPS.get(step, step)}: {count}" for step, count in counts.items())


def _roles(store: Store) -> dict[str, list[str]]:
    rows = store.rows(
        "SELECT r.person_id, r.role, t.name AS team FROM app.role AS r "
        "LEFT JOIN app.team AS t ON t.team_id = r.team_id ORDER BY r.role, t.name"
    )
    guarded = store.rows(
        "SELECT g.guardian_id AS person_id, 'guardian' AS role, p.name AS team "
        "FROM app.guardian AS g JOIN app.person AS p ON p.person_id = g.athlete_id ORDER BY p.name"
    )
    found: dict[str, list[str]] = {}
    for row in rows + guarded:
        role = str(ROLES.get(row["role"], row["role"]))
        words = f"{role}: {row['team']}" if row["team"] else role
        found.setdefault(row["person_id"], []).append(words)
    return found
