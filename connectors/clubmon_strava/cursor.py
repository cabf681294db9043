"""How far one athlete's activities have been fetched, as a short text that survives a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

OVERLAP = timedelta(days=14)  # a watch that is synced late adds to days that were listed before

LIST_AGAIN = timedelta(hours=3)  # while a first fetch goes on, quarter of an hour by quarter


@dataclass(slots=True)
class Cursor:
    """`listed`: the list was read to its end up to then (Unix seconds, 0: never).

    `seen` maps the id of each activity that a next list will name again to its start (Unix
    seconds) and to a digest of what the list said. `todo` maps the id of each activity whose
    details are still to be fetched to its start.
    """

    listed: int = 0
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    todo: dict[str, int] = field(default_factory=dict)

    def after(self, now: datetime, history: timedelta, not_before: datetime | None) -> datetime:
        """From when on the list is to be read."""
        start = datetime.fromtimestamp(self.listed, UTC) - OVERLAP if self.listed else now - history
        return max(start, not_before) if not_before else start

    def goes_on(self, now: datetime) -> bool:
        """Whether details are waiting behind a list that is still new: it is not read again."""
        return bool(self.todo) and now.timestamp() - self.listed < LIST_AGAIN.total_seconds()

    def listed_to_end(self, began: datetime, named: set[str], after: datetime) -> None:
        """Note that a list begun at `began` was read whole, naming these ids.

        What it no longer names may be deleted: its details are asked for to be sure.
        """
        for identity, (start, _) in self.seen.items():
            if identity not in named and start > after.timestamp():
                self.todo[identity] = start
        oldest = (began - OVERLAP).timestamp()
        self.seen = {key: value for key, value in self.seen.items() if value[0] > oldest}
        self.listed = int(began.timestamp())

    def forget_before(self, moment: datetime) -> None:
        """Take out what started before then: it is kept no longer, nor is its id."""
        oldest = moment.timestamp()
        self.seen = {key: value for key, value in self.seen.items() if value[0] > oldest}
        self.todo = {key: start for key, start in self.todo.items() if start > oldest}

    def next(self) -> list[tuple[str, int]]:
        """What is still to be fetched, newest first."""
        return sorted(self.todo.items(), key=lambda item: (-item[1], item[0]))

    def forget(self, identity: str) -> None:
        """Take an activity out that is not there any more."""
        self.todo.pop(identity, None)
        self.seen.pop(identity, None)

    def dump(self) -> str:
        """The cursor as text."""
        body = {"listed": self.listed, "seen": self.seen, "todo": self.todo}
        return json.dumps(body, separators=(",", ":"), sort_keys=True)


def load(text: str | None) -> Cursor:
    """The cursor of a text; of none, or of one that cannot be read, a new beginning."""
    try:
        body = json.loads(text or "{}")
        return Cursor(
            int(body.get("listed", 0)),
            {str(key): (int(start), str(word)) for key, (start, word) in body["seen"].items()},
            {str(key): int(start) for key, start in body["todo"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Cursor()
