"""What is kept of a FIT file, whichever parser read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]

KEPT = {"file_id", "session", "activity", "set", "exercise_title", "sport", "lap"}
COLUMNS = ("timestamp", "distance", "enhanced_speed", "enhanced_altitude", "heart_rate")


@dataclass(slots=True)
class Recording:
    """What was read before the end or the first error.

    Times are seconds since the FIT epoch, 1989-12-31 00:00 UTC.
    """

    messages: dict[str, list[Message]] = field(default_factory=dict)
    records: list[list[Any]] = field(default_factory=list)  # time, m, m/s, m above sea, bpm
    damaged: bool = False  # reading stopped before the end
    checksum_fails: bool = False

    def all(self, name: str) -> list[Message]:
        """The messages of this name, in file order."""
        return self.messages.get(name, [])

    def first(self, name: str) -> Message:
        """The first message of this name, empty where there is none."""
        found = self.all(name)
        return found[0] if found else {}
