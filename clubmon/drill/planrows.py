"""Plans as rows of `app`: written once, their events appended, read back as courses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from uuid6 import uuid7

from clubmon.drill.plans import Course, Event, New, Plan, ending, stop_reason, worst
from clubmon.storage.store import Connection, Row, Store, rows_of

_PLANS = (
    "SELECT p.* FROM app.plan AS p WHERE list_contains(?::VARCHAR[], p.athlete_id) "
    "ORDER BY p.known_at DESC, p.plan_id DESC"
)
_EVENTS = (
    "SELECT e.* FROM app.plan_event AS e WHERE list_contains(?::VARCHAR[], e.athlete_id) "
    "ORDER BY e.known_at, e.event_id"
)
SERVICE = ""  # by nobody who is signed in


def courses(store: Store, athlete_ids: Iterable[str]) -> dict[str, list[Course]]:
    """Every plan of each athlete, the newest first; an athlete without one is left out."""
    with store.cursor() as cursor:
        return _courses(cursor, athlete_ids)


def of_athlete(con: Connection, athlete_id: str) -> list[Course]:
    """The athlete's plans, the newest first, in a transaction."""
    return _courses(con, [athlete_id]).get(athlete_id, [])


def running(con: Connection, athlete_id: str) -> list[Course]:
    """The athlete's plans that have not ended, in a transaction."""
    return [one for one in of_athlete(con, athlete_id) if not one.ended]


def athletes_on_plans(store: Store) -> list[str]:
    """Ids of athletes with a plan that has not ended."""
    rows = store.rows(
        "SELECT DISTINCT p.athlete_id FROM app.plan AS p WHERE NOT EXISTS (SELECT 1 "
        "FROM app.plan_event AS e WHERE e.plan_id = p.plan_id AND e.kind = 'ended') "
        "ORDER BY p.athlete_id"
    )
    return [row["athlete_id"] for row in rows]


def for_physio(store: Store) -> list[Course]:
    """Plans of everybody that ended in a way that a physio should look at, and nobody has yet."""
    rows = store.rows(
        "SELECT DISTINCT e.athlete_id FROM app.plan_event AS e WHERE e.kind = 'ended' "
        "AND NOT EXISTS (SELECT 1 FROM app.plan_event AS n WHERE n.plan_id = e.plan_id "
        "AND n.kind = 'noted') ORDER BY e.athlete_id"
    )
    found = courses(store, [row["athlete_id"] for row in rows])
    return [one for mine in found.values() for one in mine if one.for_physio]


def begun_since(store: Store, moment: datetime) -> list[str]:
    """Ids of athletes with a plan that began after a moment and has not ended."""
    rows = store.rows(
        "SELECT DISTINCT p.athlete_id FROM app.plan AS p WHERE p.known_at > ? "
        "AND NOT EXISTS (SELECT 1 FROM app.plan_event AS e WHERE e.plan_id = p.plan_id "
        "AND e.kind = 'ended') ORDER BY p.athlete_id",
        [moment],
    )
    return [row["athlete_id"] for row in rows]


def told_worse(store: Store, athlete_ids: Iterable[str]) -> dict[str, datetime]:
    """When (UTC) each last said of a plan that it got worse; who never did is left out."""
    rows = store.rows(
        "SELECT e.athlete_id, max(e.known_at) AS told FROM app.plan_event AS e "
        "WHERE list_contains(?::VARCHAR[], e.athlete_id) AND e.kind = 'worse' "
        "GROUP BY e.athlete_id",
        [list(athlete_ids)],
    )
    return {row["athlete_id"]: row["told"] for row in rows}


def every(store: Store) -> dict[str, list[Course]]:
    """Every plan of everybody, by athlete."""
    rows = store.rows("SELECT DISTINCT athlete_id FROM app.plan ORDER BY athlete_id")
    return courses(store, [row["athlete_id"] for row in rows])


def owner(store: Store, plan_id: str) -> str | None:
    """The id of the athlete whose plan this is."""
    row = store.row("SELECT athlete_id FROM app.plan WHERE plan_id = ?", [plan_id])
    return str(row["athlete_id"]) if row else None


def add(con: Connection, plan: Plan) -> None:
    """Write a new plan."""
    con.execute(
        "INSERT INTO app.plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            plan.plan_id,
            plan.athlete_id,
            json.dumps(plan.drills),
            plan.pattern,
            plan.checkin_id,
            plan.start,
            plan.end,
            plan.per_day,
            plan.days_per_week,
            plan.left,
            plan.right,
            plan.by_person_id,
            plan.known_at,
        ],
    )


def append(con: Connection, plan: Plan, new: New, by_person_id: str, now: datetime) -> None:
    """Write what happened to a plan."""
    con.execute(
        "INSERT INTO app.plan_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            str(uuid7()),
            plan.plan_id,
            plan.athlete_id,
            new.kind,
            new.day,
            json.dumps(dict(new.detail), sort_keys=True),
            by_person_id,
            now,
        ],
    )


def after_answers(con: Connection, checkin: Row, *, sign: bool) -> int:
    """Stop the plans that a check-in's row stops, in its transaction; returns how many.

    `sign`: it was decided that the athlete should be seen.
    """
    left, right = checkin["left_score"], checkin["right_score"]
    other = checkin["something_else"]
    found = running(con, checkin["athlete_id"])
    stopped = 0
    for plan in (course.plan for course in found):
        reason = stop_reason(plan, left, right, sign=sign, something_else=other)
        if reason:
            end = ending(plan, reason, checkin["local_date"], worst(left, right))
            append(con, plan, end, SERVICE, checkin["known_at"])
            stopped += 1
    return stopped


def week_m(store: Store, athlete_id: str, before: date) -> int | None:
    """Metres run in the seven days before a day; None where one of them is unknown."""
    row = store.row(
        "SELECT count(*) FILTER (WHERE d.state <> 'unknown') AS known, "
        "CAST(sum(d.load) AS BIGINT) AS load FROM lake.marts.daily_load AS d "
        "WHERE d.athlete_id = ? AND d.channel = 'run_m' "
        "AND d.local_date BETWEEN CAST(? AS DATE) - 7 AND CAST(? AS DATE) - 1",
        [athlete_id, before, before],
    )
    return int(row["load"] or 0) if row and row["known"] == 7 else None


def _courses(con: Connection, athlete_ids: Iterable[str]) -> dict[str, list[Course]]:
    ids = sorted(set(athlete_ids))
    events: dict[str, list[Event]] = {}
    for row in rows_of(con, _EVENTS, [ids]):
        events.setdefault(row["plan_id"], []).append(_event(row))
    found: dict[str, list[Course]] = {}
    for row in rows_of(con, _PLANS, [ids]):
        course = Course(_plan(row), tuple(events.get(row["plan_id"], ())))
        found.setdefault(row["athlete_id"], []).append(course)
    return found


def _plan(row: Mapping[str, Any]) -> Plan:
    return Plan(
        row["plan_id"],
        row["athlete_id"],
        tuple(json.loads(row["drill_ids"])),
        row["pattern"],
        row["checkin_id"],
        row["start_date"],
        row["end_date"],
        row["per_day"],
        row["days_per_week"],
        row["left_score"],
        row["right_score"],
        row["by_person_id"],
        row["known_at"],
    )


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        row["plan_id"],
        row["kind"],
        row["local_date"],
        json.loads(row["detail"]),
        row["by_person_id"],
        row["known_at"],
    )
