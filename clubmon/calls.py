"""What a command gets and what it answers, whoever runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from clubmon.club import people
from clubmon.settings import Settings
from clubmon.storage.store import Store


class Refused(Exception):
    """The command was understood and not done, in one sentence."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command's input: its arguments as text, and files as (path, name to show)."""

    store: Store
    settings: Settings
    now: datetime
    arguments: dict[str, str]
    files: list[tuple[Path, str]] = field(default_factory=list)
    progress: Callable[[str], None] = lambda name: None

    def get(self, name: str) -> str:
        """An argument's text, '' where it was not given."""
        return self.arguments.get(name, "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lines for standard output, lines for standard error, and the exit code."""

    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    code: int = 0


def team(call: Call) -> people.Team:
    """The team that a call names; raises Refused."""
    found = people.team_by_name(call.store, call.get("team"))
    if found is None:
        raise Refused(f"There is no team '{call.get('team')}'; add it with 'clubmon team add'.")
    return found
