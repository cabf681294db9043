"""Until when a physio has cleared an athlete's known condition, which would refer otherwise.

Append only: setting another day or withdrawing adds a row, and an athlete's newest is in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from uuid6 import uuid7

from clubmon.club import people
from clubmon.storage.store import Store
from clubmon.words.language import _

LONGEST = timedelta(days=365)


class ClearanceRefused(Exception):
    """Nothing was recorded, in one sentence."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """One entry: cleared up to and including a day of the athlete's, or withdrawn with None."""

    until: date | None
    by: str  # a name
    known_at: datetime


def until(store: Store, athlete_id: str) -> date | None:
    """The last day that is cleared, by the entry in force; None: nothing is."""
    row = store.row(
        "SELECT until FROM app.clearance WHERE athlete_id = ? "
        "ORDER BY known_at DESC, clearance_id DESC LIMIT 1",
        [athlete_id],
    )
    return row["until"] if row else None


def history(store: Store, athlete_id: str) -> list[Clearance]:
    """Every entry, the newest first."""
    rows = store.rows(
        "SELECT c.until, p.name AS by, c.known_at "
        "FROM app.clearance AS c LEFT JOIN app.person AS p ON p.person_id = c.by_person_id "
        "WHERE c.athlete_id = ? ORDER BY c.known_at DESC, c.clearance_id DESC",
        [athlete_id],
    )
    return [Clearance(**{**row, "by": row["by"] or str(people.GONE)}) for row in rows]


def record(
    store: Store, athlete_id: str, day: date | None, today: date, by: str, now: datetime
) -> bool:
    """Clear up to a day, or withdraw with None; False where that is in force already.

    `today` is the athlete's day. The caller has checked that this person may. Raises
    ClearanceRefused for a day that is over or more than a year away.
    """
    if day is not None and not today <= day <= today + LONGEST:
        raise ClearanceRefused(
            _("Nothing was recorded: choose a last day from today on, at most a year away.")
        )
    if until(store, athlete_id) == day:
        return False
    store.execute(
        "app",
        "INSERT INTO app.clearance VALUES (?, ?, ?, ?, ?)",
        [str(uuid7()), athlete_id, day, by, now],
    )
    people.audit(
        store, by, "clearance_recorded" if day else "clearance_withdrawn", athlete_id, "", now
    )
    return True
