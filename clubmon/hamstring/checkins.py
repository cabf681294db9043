"""Check-ins in `app`: who may be asked, saving an answer with its decision, reading them back.

Append only: answering again adds a row, and the newest row of a day is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from clubmon.club import consenting, people
from clubmon.club.people import Athlete, Person
from clubmon.drill import planrows
from clubmon.hamstring import askedmore, checkinrows, clearances, recent, referrals
from clubmon.hamstring.askedmore import More
from clubmon.hamstring.checkinrows import CheckIn, Training
from clubmon.policy import Consent
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.triage.triage import (
    Answers,
    Context,
    Decision,
    RecentSession,
    Score,
    decide,
)
from clubmon.triage.weekly import Wellness
from clubmon.words.language import _

__all__ = [
    "Asked",
    "CheckIn",
    "CheckinRefused",
    "More",
    "Saved",
    "Training",
    "age_on",
    "answered_days",
    "asked",
    "done_today",
    "inputs",
    "last_answer",
    "latest",
    "save",
    "trail",
]

TRAIL = recent.TRAIL  # how far back a rise, and what came before it, is looked for


class CheckinRefused(Exception):
    """Nothing can be asked or stored, in one sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An athlete who may be asked now, in their own zone; `stored`: whether answers are kept."""

    athlete: Athlete
    today: date
    zone: tzinfo
    stored: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an answer. Without consent to health data both ids are None."""

    checkin_id: str | None
    decision: Decision
    referral_id: str | None = None


def asked(store: Store, settings: Settings, athlete_id: str, now: datetime) -> Asked:
    """The athlete, if the club may ask; raises CheckinRefused with the reason."""
    found = people.athlete(store, athlete_id)
    if found is None or _erased(store, athlete_id):
        raise CheckinRefused(_("This link belongs to nobody the club still knows; ask your coach."))
    if not any(team.checkins for team in found.teams):
        raise CheckinRefused(
            _("Your team's check-ins are switched off; there is nothing to answer.")
        )
    stored = Consent.HEALTH in consenting.subject_of(store, settings, found, now).consents
    if not stored and consenting.minor(settings, found.person, now):
        raise CheckinRefused(
            _(
                "Nothing is asked before a guardian has agreed to check-ins; ask yours to do so on "
                "the page that the club mailed."
            )
        )
    zone = ZoneInfo(found.person.timezone) if found.person.timezone else settings.zone
    return Asked(found, now.astimezone(zone).date(), zone, stored)


def inputs(
    store: Store, settings: Settings, who: Asked, now: datetime
) -> tuple[list[RecentSession], Context]:
    """What triage needs besides the answers."""
    athlete = who.athlete.person
    context = Context(
        now=now,
        today=who.today,
        age=age_on(athlete, who.today),
        before=_scores(store, athlete.person_id, who.today - TRAIL) if who.stored else (),
        cleared_until=clearances.until(store, athlete.person_id) if who.stored else None,
        open_referral=referrals.has_open(store, athlete.person_id),
        on_plan=athlete.person_id in planrows.athletes_on_plans(store),
    )
    return recent.recent_sessions(store, athlete.person_id, now, who.zone), context


def age_on(person: Person, day: date) -> int | None:
    """Whole years on a day; None where the birth date is unknown."""
    if person.born is None:
        return None
    before = (day.month, day.day) < (person.born.month, person.born.day)
    return day.year - person.born.year - before


def save(
    store: Store,
    settings: Settings,
    athlete_id: str,
    answers: Answers,
    now: datetime,
    *,
    training: Training | None = None,
    more: More | None = None,
    key: str | None = None,
) -> Saved:
    """Decide, and store answers, session RPEs and a referral in one transaction.

    `key` names the form that was sent: the same answers from the same form are one row, until
    a physio has closed the referral they opened. A rated session that is not the athlete's is
    left out. Answers that stop a running plan do so here. Raises CheckinRefused. Without consent
    to health data nothing is stored.
    """
    who = asked(store, settings, athlete_id, now)
    decision = decide(answers, *inputs(store, settings, who, now))
    if not who.stored:
        return Saved(None, decision)
    training = _own(store, athlete_id, training or Training())
    asked_for = _asked_for(store, settings, who, more or More())

    def write(con: Connection) -> Saved:
        form = checkinrows.Form(athlete_id, who.today, training, key)
        checkin_id = checkinrows.unclosed(con, form, answers)
        askedmore.insert(con, athlete_id, who.today, asked_for, key, now)
        if rows_of(con, "SELECT 1 FROM app.checkin WHERE checkin_id = ?", [checkin_id]):
            return Saved(checkin_id, decision, checkinrows.standing(con, checkin_id))
        row = checkinrows.row_of(checkin_id, form, answers, decision, now)
        completes = checkinrows.completes(con, form, answers, decision)
        checkinrows.insert(con, "checkin", row)
        planrows.after_answers(con, row, sign=decision.tier3)
        _rate(con, athlete_id, training, now)
        referral_id = _refer(con, row, decision, completes) if decision.tier3 else None
        return Saved(checkin_id, decision, referral_id)

    return store.write("app", write)


def _own(store: Store, athlete_id: str, training: Training) -> Training:
    """Without ratings of sessions that are not the athlete's: they must not cost the answers."""
    own = recent.owned(store, athlete_id, frozenset(training.session_rpe))
    rated = {id_: tenths for id_, tenths in training.session_rpe.items() if id_ in own}
    return replace(training, session_rpe=rated)


def _asked_for(store: Store, settings: Settings, who: Asked, more: More) -> More:
    """Without what the team does not ask: it is not kept either."""
    wanted = askedmore.asks(store, settings, who.athlete, who.today)
    return more if wanted.wellness else replace(more, wellness=Wellness())


def _refer(con: Connection, row: Row, decision: Decision, completes: str | None) -> str:
    """Open a referral, or put the completed answers behind the one that is open."""
    if completes:
        con.execute(
            "UPDATE app.referral SET checkin_id = ? WHERE referral_id = ?",
            [row["checkin_id"], completes],
        )
        return completes
    opened = checkinrows.referral_row(row, decision)
    checkinrows.insert(con, "referral", opened)
    return str(opened["referral_id"])


def _rate(con: Connection, athlete_id: str, training: Training, now: datetime) -> None:
    for session_id, tenths in training.session_rpe.items():
        con.execute(
            "INSERT OR IGNORE INTO app.session_rpe VALUES (?, ?, ?, ?)",
            [session_id, athlete_id, tenths, now],
        )


def latest(store: Store, athlete_id: str) -> CheckIn | None:
    """The athlete's newest check-in that says anything of the body."""
    return newest(store, [athlete_id]).get(athlete_id)


def newest(store: Store, athlete_ids: Sequence[str]) -> dict[str, CheckIn]:
    """The same for many, by id; who never said anything of the body is left out."""
    rows = store.rows(
        f"SELECT {checkinrows.COLUMNS} FROM app.checkin AS c "
        f"WHERE list_contains(?::VARCHAR[], c.athlete_id) AND {checkinrows.ABOUT_BODY} "
        "QUALIFY row_number() OVER (PARTITION BY c.athlete_id "
        "ORDER BY c.known_at DESC, c.checkin_id DESC) = 1",
        [list(athlete_ids)],
    )
    return {row["athlete_id"]: checkinrows.read(row) for row in rows}


def last_answer(store: Store, athlete_id: str) -> tuple[datetime, date] | None:
    """When (UTC) and on which local day the athlete last answered anything; None: never."""
    row = store.row(
        "SELECT c.known_at, c.local_date FROM app.checkin AS c WHERE c.athlete_id = ? "
        "ORDER BY c.known_at DESC LIMIT 1",
        [athlete_id],
    )
    return (row["known_at"], row["local_date"]) if row else None


def answered_days(store: Store, since: date) -> frozenset[tuple[str, date]]:
    """Athlete and local day of everything that was answered from `since` on."""
    rows = store.rows(
        "SELECT DISTINCT athlete_id, local_date FROM app.checkin WHERE local_date >= ?", [since]
    )
    return frozenset((row["athlete_id"], row["local_date"]) for row in rows)


def done_today(store: Store, settings: Settings, who: Person, now: datetime) -> bool:
    """Whether the athlete has answered on the day it is for them: then nobody reminds them."""
    last = last_answer(store, who.person_id)
    return last is not None and last[1] == people.local_today(settings, who.timezone, now)


def trail(
    store: Store, athlete_ids: Iterable[str], since: date, known_by: datetime | None = None
) -> dict[str, list[CheckIn]]:
    """Per athlete, the check-in in force on each local day from `since` on, oldest first.

    That is the day's newest with a score, or else its newest: rating a session later, in another
    tab, takes no score back. With `known_by`, of those that were known by then.
    """
    rows = store.rows(
        f"SELECT {checkinrows.COLUMNS} FROM app.checkin AS c "
        "WHERE list_contains(?::VARCHAR[], c.athlete_id) AND c.local_date >= ? "
        "AND c.known_at <= coalesce(CAST(? AS TIMESTAMPTZ), c.known_at) "
        "QUALIFY row_number() OVER (PARTITION BY c.athlete_id, c.local_date "
        f"ORDER BY {checkinrows.SCORED} DESC, c.known_at DESC, c.checkin_id DESC) = 1 "
        "ORDER BY c.local_date",
        [sorted(athlete_ids), since, known_by],
    )
    found: dict[str, list[CheckIn]] = {}
    for row in rows:
        found.setdefault(row["athlete_id"], []).append(checkinrows.read(row))
    return found


def _scores(store: Store, athlete_id: str, since: date) -> tuple[Score, ...]:
    rows = store.rows(
        "SELECT known_at, local_date, left_score, right_score, pattern FROM app.checkin "
        "WHERE athlete_id = ? AND local_date >= ? ORDER BY known_at",
        [athlete_id, since],
    )
    columns = ("known_at", "local_date", "left_score", "right_score", "pattern")
    return tuple(Score(*(row[name] for name in columns)) for row in rows)


def _erased(store: Store, athlete_id: str) -> bool:
    return bool(
        store.row(
            "SELECT 1 AS found FROM app.tombstone WHERE kind = 'person' AND key = ?", [athlete_id]
        )
    )
