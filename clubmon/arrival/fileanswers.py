"""What athletes said that their files do not say, and whose name a team's files use.

Append only: the newest answer to a key is in force. When each was given is kept, as a file
that needed it was not understood before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in force, and since when (aware, UTC)."""

    value: str
    known_at: datetime


def record(
    store: Store, athlete_id: str, key: str, value: str, by_person_id: str, now: datetime
) -> None:
    """Remember an answer; the one in force given again is no news."""
    held = told(store, athlete_id).get(key)
    if held is None or held.value != value:
        store.execute(
            "app",
            "INSERT INTO app.file_answer VALUES (?, ?, ?, ?, ?)",
            [athlete_id, key, value, by_person_id, now],
        )


def told(store: Store, athlete_id: str) -> dict[str, Told]:
    """The athlete's answers in force, by key."""
    return everyone(store, athlete_id).get(athlete_id, {})


def everyone(store: Store, athlete_id: str | None = None) -> dict[str, dict[str, Told]]:
    """The answers in force by athlete and key, of one athlete or of all."""
    found: dict[str, dict[str, Told]] = {}
    for row in store.rows(
        "SELECT a.athlete_id, a.key, arg_max(a.value, a.known_at) AS value, "
        "max(a.known_at) AS known_at FROM app.file_answer AS a "
        "WHERE ? IS NULL OR a.athlete_id = ? GROUP BY a.athlete_id, a.key",
        [athlete_id, athlete_id],
    ):
        told_ = Told(row["value"], row["known_at"])
        found.setdefault(row["athlete_id"], {})[row["key"]] = told_
    return found


def values(answers: dict[str, Told]) -> dict[str, str]:
    """The answers alone, as a connector takes them."""
    return {key: one.value for key, one in answers.items()}
