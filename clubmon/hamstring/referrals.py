"""Referrals on record: which is open, read by a physio, closed with a decision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clubmon.club import people
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.triage.questions import URGENCIES, Urgency

_FLAG_WAS_OPEN = """EXISTS (SELECT 1 FROM app.referral AS r WHERE r.athlete_id = f.athlete_id
AND r.known_at <= coalesce({then}, r.known_at) AND (r.closed_at IS NULL OR r.closed_at > {then})
AND (r.referral_id = json_extract_string(f.inputs, '$.referral_id')
OR (r.pattern = f.rule
AND CAST(r.known_at AT TIME ZONE 'UTC' AS DATE) BETWEEN f.morning - 1 AND f.morning + 1
AND NOT EXISTS (SELECT 1 FROM app.flag AS own WHERE own.athlete_id = r.athlete_id
AND own.known_at <= coalesce({then}, own.known_at)
AND json_extract_string(own.inputs, '$.referral_id') = r.referral_id))))"""


def flag_was_open(parameter: str) -> str:
    """Of a flag `f`: its referral is open, or another one of that day and kind that shares it.

    `parameter` is the place of a moment in the statement, such as '$3': as it was known then;
    the moment NULL stands for now.
    """
    return _FLAG_WAS_OPEN.format(then=f"CAST({parameter} AS TIMESTAMPTZ)")


FLAG_IS_OPEN = flag_was_open("NULL")


@dataclass(frozen=True, slots=True)
class Open:
    """A referral that waits for a physio's decision. `strain`: the strain list was ticked."""

    referral_id: str
    urgency: Urgency
    strain: bool
    known_at: datetime


def open_one(store: Store, athlete_id: str) -> Open | None:
    """The athlete's most urgent open referral, of those the newest."""
    rows = store.rows(
        "SELECT r.referral_id, r.urgency, r.known_at, c.strain_signs FROM app.referral AS r "
        "LEFT JOIN app.checkin AS c ON c.checkin_id = r.checkin_id "
        "WHERE r.athlete_id = ? AND r.closed_at IS NULL ORDER BY r.known_at DESC, r.referral_id",
        [athlete_id],
    )
    found = [
        Open(
            row["referral_id"],
            row["urgency"],
            bool(json.loads(row["strain_signs"] or "[]")),
            row["known_at"],
        )
        for row in rows
    ]
    return min(found, key=lambda one: URGENCIES.index(one.urgency), default=None)


@dataclass(frozen=True, slots=True)
class Read:
    """Which physio has read a referral, people.GONE where nobody is known any more; and when."""

    name: str
    when: datetime


def read(store: Store, referral_ids: Iterable[str]) -> dict[str, Read]:
    """By whom referrals were acknowledged; those that nobody has read are left out."""
    rows = store.rows(
        "SELECT r.referral_id, p.name, r.acknowledged_at "
        "FROM app.referral AS r LEFT JOIN app.person AS p ON p.person_id = r.acknowledged_by "
        "WHERE list_contains(?::VARCHAR[], r.referral_id) AND r.acknowledged_at IS NOT NULL",
        [sorted(referral_ids)],
    )
    return {
        row["referral_id"]: Read(row["name"] or people.GONE, row["acknowledged_at"]) for row in rows
    }


def is_open(store: Store, referral_id: str) -> bool:
    """Whether this referral is on record and waits for a decision."""
    return bool(
        store.row(
            "SELECT 1 AS found FROM app.referral WHERE referral_id = ? AND closed_at IS NULL",
            [referral_id],
        )
    )


def open_then(store: Store, known_by: datetime) -> set[str]:
    """Ids of the referrals that waited for a decision at a past moment."""
    rows = store.rows(
        "SELECT referral_id FROM app.referral WHERE known_at <= ? "
        "AND (closed_at IS NULL OR closed_at > ?)",
        [known_by, known_by],
    )
    return {row["referral_id"] for row in rows}


def acknowledge(store: Store, referral_id: str, person_id: str, now: datetime) -> bool:
    """Say that a professional has read it; False where somebody had, or it is not there.

    The caller has checked that this person may.
    """
    return _mark(
        store,
        "acknowledged",
        "UPDATE app.referral SET acknowledged_at = ?, acknowledged_by = ? WHERE referral_id = ?",
        [now, person_id],
        (referral_id, person_id, now),
    )


def close(store: Store, referral_id: str, person_id: str, decision: str, now: datetime) -> bool:
    """Record the decision, which closes it; False where it was closed, or is not there.

    The decision stays out of the audit log. The caller has checked that this person may.
    """
    return _mark(
        store,
        "closed",
        "UPDATE app.referral SET closed_at = ?, closed_by = ?, decision = ?, "
        "acknowledged_at = coalesce(acknowledged_at, ?), "
        "acknowledged_by = coalesce(acknowledged_by, ?) WHERE referral_id = ?",
        [now, person_id, decision, now, person_id],
        (referral_id, person_id, now),
    )


def _mark(
    store: Store, what: str, sql: str, values: list[object], about: tuple[str, str, datetime]
) -> bool:
    """Make the change once, and write its audit line; `about`: which, by whom, when."""
    referral_id, person_id, now = about

    def write(con: Connection) -> str | None:
        there = rows_of(
            con,
            "SELECT athlete_id, acknowledged_at AS acknowledged, closed_at AS closed "
            "FROM app.referral WHERE referral_id = ?",
            [referral_id],
        )
        if not there or there[0][what] is not None:
            return None
        con.execute(sql, [*values, referral_id])
        return str(there[0]["athlete_id"])

    athlete_id = store.write("app", write)
    if athlete_id is None:
        return False
    people.audit(store, person_id, f"referral_{what}", athlete_id, referral_id, now)
    return True


def has_open(store: Store, athlete_id: str) -> bool:
    """Whether a tier 3 answer still waits for a physio's decision."""
    return bool(open_among(store, [athlete_id]))


def open_among(store: Store, athlete_ids: Sequence[str]) -> frozenset[str]:
    """Those of these athletes of whom one does."""
    rows = store.rows(
        "SELECT DISTINCT athlete_id FROM app.referral "
        "WHERE list_contains(?::VARCHAR[], athlete_id) AND closed_at IS NULL",
        [list(athlete_ids)],
    )
    return frozenset(row["athlete_id"] for row in rows)
