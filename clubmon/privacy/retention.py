"""What is older than the club keeps it is deleted, every week, by the clock.

The limit is a Monday: never later than the months that were promised, at most six days sooner,
so that the averages that rest on what is left are made anew once a week and not every night.
An archive stays as a file while one of its sessions is younger than the limit, and nothing older
is read from it. Consents, the audit log and what people are called are kept until somebody is
erased; a referral that nobody closed, with its answers, until somebody has.
"""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from clubmon.arrival import rawfiles
from clubmon.club import people
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.storage.turnstile import StillInside

log = logging.getLogger("clubmon")

# what goes, by table of `app`; $1 is the first day that is kept. Those that others go by come last
OLD: Mapping[str, str] = {
    "flag_action": "flag_id IN (SELECT f.flag_id FROM app.flag AS f WHERE f.morning < $1)",
    "flag": "morning < $1",
    "plan_event": "plan_id IN (SELECT p.plan_id FROM app.plan AS p WHERE p.end_date < $1)",
    "plan": "end_date < $1",
    "checkin": "local_date < $1 AND checkin_id NOT IN "
    "(SELECT r.checkin_id FROM app.referral AS r WHERE r.closed_at IS NULL)",
    "referral": "closed_at < $1",
    "planned_session": "local_date < $1",
    "wellness": "local_date < $1",
    "weekly": "local_date < $1",
    "availability": "known_at < $1",
    "session_rpe": "known_at < $1",
    "file_rpe": "known_at < $1",
    "quarantine_decision": "known_at < $1",
    "session_mend": "known_at < $1",
    "clearance": "coalesce(until, CAST(known_at AS DATE)) < $1",
    "physiology": "known_at < $1 AND known_at < (SELECT max(n.known_at) FROM app.physiology AS n "
    "WHERE n.athlete_id = physiology.athlete_id)",
    "sync": "last_date < $1",
    "arrival": "ended_at < $1",
    "message": "known_at < $1",
    "screen": "expires_at < $1",
}


def first_kept(today: date, months: int) -> date:
    """The first day of which data is kept: a Monday, not before today so many months ago."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    month += 1
    limit = date(year, month, min(today.day, monthrange(year, month)[1]))
    return limit + timedelta(days=-limit.weekday() % 7)


def apply(store: Store, settings: Settings, now: datetime) -> int:
    """Delete what is older; the number of rows and files. For who holds the job lock."""
    day = first_kept(people.local_today(settings, None, now), settings.keep_months)
    gone = store.write("lake", lambda con: _sessions(con, day))
    gone += _raw_files(store)
    gone += store.write("app", lambda con: _rows(con, day))
    if gone:
        people.audit(store, "service", "old_data_deleted", "club", f"before {day}", now)
        _written_anew(store)
    return gone


def _sessions(con: Connection, day: date) -> int:
    """Delete every version of a session that began before a day, with its sets and samples."""
    old = "SELECT s.session_id, s.sha256 FROM lake.raw.session AS s WHERE s.local_date < $1"
    for table in ("lift_set", "sample"):
        con.execute(f"DELETE FROM lake.raw.{table} WHERE (session_id, sha256) IN ({old})", [day])
    return _deleted(con, "DELETE FROM lake.raw.session WHERE local_date < $1", day)


def _raw_files(store: Store) -> int:
    """Delete files that held sessions of which none is left."""
    rows = store.rows(
        "SELECT p.athlete_id, list(p.sha256) AS hashes FROM lake.raw.payload AS p "
        "WHERE p.sessions > 0 AND NOT EXISTS (SELECT 1 FROM lake.raw.session AS s "
        "WHERE s.athlete_id = p.athlete_id AND s.sha256 = p.sha256) GROUP BY p.athlete_id"
    )
    for row in rows:
        rawfiles.forget(store, row["athlete_id"], row["hashes"])
    return sum(len(row["hashes"]) for row in rows)


def _rows(con: Connection, day: date) -> int:
    return sum(
        _deleted(con, f"DELETE FROM app.{table} WHERE {condition}", day)
        for table, condition in OLD.items()
    )


def _deleted(con: Connection, sql: str, day: date) -> int:
    return int(next(iter(rows_of(con, sql, [day])))["Count"])


def _written_anew(store: Store) -> None:
    """Leave nothing of it in the files either."""
    try:
        store.compact("lake")
        store.compact("app")
    except StillInside:
        log.warning("Old rows are deleted; their bytes stay in the files until the next week.")
