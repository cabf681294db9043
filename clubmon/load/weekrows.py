"""Planned sessions as rows of `app`: added, moved, copied and taken away.

A row is of one athlete of a team or, with the athlete id '', of everybody in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from uuid6 import uuid7

from clubmon.storage.store import Row, Store

AMOUNTS = ("run_m", "ascent_m", "tonnage_g", "eccentric_sets")  # channels, in base units
_OF = ("team_id", "athlete_id", "local_date", *AMOUNTS, "by_person_id")
_SAME = " AND ".join(f"p.{name} IS NOT DISTINCT FROM ?" for name in _OF)
TWICE = timedelta(seconds=3)  # a button that is pressed twice
_COLUMNS = f"planned_id, team_id, athlete_id, local_date, {', '.join(AMOUNTS)}"


@dataclass(frozen=True, slots=True)
class Session:
    """One planned session. `amounts`: base units by channel, each more than 0."""

    planned_id: str
    team_id: str
    athlete_id: str  # '': everybody in the team
    day: date
    amounts: Mapping[str, int]

    def of(self, athlete_id: str, team_ids: Collection[str]) -> bool:
        """Whether it is planned for this athlete, who is in these teams."""
        return self.team_id in team_ids and self.athlete_id in ("", athlete_id)


def between(store: Store, team_ids: Collection[str], first: date, last: date) -> list[Session]:
    """Sessions of these teams and their athletes on these days, by day, as they were added."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM app.planned_session AS p WHERE p.local_date BETWEEN ? AND ? "
        "AND list_contains(?::VARCHAR[], p.team_id) ORDER BY p.local_date, p.planned_id",
        [first, last, list(team_ids)],
    )
    return [_session(row) for row in rows]


def one(store: Store, team_id: str, planned_id: str) -> Session | None:
    """A session of this team or of one of its athletes."""
    row = store.row(
        f"SELECT {_COLUMNS} FROM app.planned_session AS p WHERE p.planned_id = ? AND p.team_id = ?",
        [planned_id, team_id],
    )
    return _session(row) if row else None


def add(
    store: Store, team_id: str, athlete_id: str, day: date, amounts: Mapping[str, int],
    by_person_id: str, now: datetime,
) -> None:  # fmt: skip
    """Plan a session; the same of the same person within TWICE is one.

    The caller has checked that this person may.
    """
    values = [team_id, athlete_id, day, *(amounts.get(name) for name in AMOUNTS), by_person_id]
    store.execute(
        "app",
        "INSERT INTO app.planned_session SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
        f"WHERE NOT EXISTS (SELECT 1 FROM app.planned_session AS p WHERE {_SAME} "
        "AND p.known_at > ?)",
        [str(uuid7()), *values, now, *values, now - TWICE],
    )


def move(store: Store, planned_id: str, day: date, by_person_id: str, now: datetime) -> None:
    """Put a session on another day."""
    store.execute(
        "app",
        "UPDATE app.planned_session SET local_date = ?, by_person_id = ?, known_at = ? "
        "WHERE planned_id = ?",
        [day, by_person_id, now, planned_id],
    )


def remove(store: Store, planned_id: str) -> None:
    """Take a session out of the plan."""
    store.execute("app", "DELETE FROM app.planned_session WHERE planned_id = ?", [planned_id])


def _session(row: Row) -> Session:
    amounts = {name: row[name] for name in AMOUNTS if row[name]}
    return Session(row["planned_id"], row["team_id"], row["athlete_id"], row["local_date"], amounts)
