"""What was handed over, in one small file on the athlete's machine: no health data but the RPE.

A line is written after the club has answered. Where a run is killed in between, the next one
asks the club, which knows files by their content.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clubmon_garmin.errors import AgentError

IN_USE = "Another clubmon-agent is running with {}; wait until it has ended."
UNREADABLE = (
    "{} cannot be used ({}); remove it, and the next run asks the club what it knows already."
)
_TABLES = """
CREATE TABLE IF NOT EXISTS activity (
    activity_id TEXT PRIMARY KEY,
    outcome TEXT NOT NULL, -- sent, refused, nothing
    rpe REAL,
    message TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one activity, and the RPE that went with it."""

    outcome: str
    rpe: float | None
    message: str = ""


@dataclass(slots=True)
class State:
    """The file, held by this process alone."""

    base: sqlite3.Connection

    def done(self, activity_id: str) -> Done | None:
        """What became of an activity, None where nothing did."""
        row = self.base.execute(
            "SELECT outcome, rpe, message FROM activity WHERE activity_id = ?", [activity_id]
        ).fetchone()
        return Done(*row) if row else None

    def record(self, activity_id: str, done: Done) -> None:
        """Put on record what became of an activity; safe when this returns."""
        self.base.execute(
            "INSERT OR REPLACE INTO activity VALUES (?, ?, ?, ?)",
            [activity_id, done.outcome, done.rpe, done.message],
        )

    def note(self, name: str) -> str:
        """A note by its name, '' where there is none."""
        row = self.base.execute("SELECT value FROM note WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def keep(self, name: str, value: str) -> None:
        """Keep a note; safe when this returns."""
        self.base.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", [name, value])


@contextmanager
def opened(path: Path) -> Iterator[State]:
    """The state in this file, made where there is none. Raises AgentError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        base = sqlite3.connect(path, timeout=1, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise AgentError(UNREADABLE.format(path, error)) from error
    try:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT;")
    except sqlite3.OperationalError as error:
        base.close()
        raise AgentError(IN_USE.format(path), permanent=False) from error
    except sqlite3.Error as error:
        base.close()
        raise AgentError(UNREADABLE.format(path, error)) from error
    try:
        yield State(base)
    finally:
        base.close()
