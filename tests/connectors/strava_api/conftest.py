"""A running Strava of our own, and what the core lends a connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clubmon_strava import Strava
from strava_simulator import Simulator, serving

from clubmon.sdk import Access, Page, Refusal, Session

NOW = datetime(2026, 11, 17, 5, 2, tzinfo=UTC)
ANNA, BEA = 134815, 167560


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**by)


@dataclass
class Club:
    """The core's side: notes, credentials and cursors per athlete, kept in memory."""

    strava: Simulator
    clock: Clock
    note: str = ""
    credentials: dict[int, dict[str, str]] = field(default_factory=dict)
    cursors: dict[int, str] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def access(self, athlete: int, **more: Any) -> Access:
        """What is lent for one athlete, who is connected first where needed."""
        if athlete not in self.credentials:
            self.credentials[athlete] = self.strava.connect(athlete)

        def keep(credentials: Mapping[str, str]) -> None:
            self.credentials[athlete] = dict(credentials)
            self.kept.append(dict(credentials))

        return Access(
            settings={**self.strava.settings, **self.settings},
            credentials=self.credentials[athlete],
            keep=keep,
            recall=lambda: self.note,
            remember=self._remember,
            now=self.clock,
            **more,
        )

    def steps(self, athlete: int, **more: Any) -> Iterator[Page]:
        """Fetch, going on from the last page that was taken; its cursor is kept."""
        for page in Strava().pages(self.access(athlete, **more), self.cursors.get(athlete)):
            if not more.get("wanted"):
                self.cursors[athlete] = page.cursor
            yield page

    def fetch(self, athlete: int, **more: Any) -> list[Page]:
        """All pages of one fetch."""
        return list(self.steps(athlete, **more))

    def _remember(self, note: str) -> None:
        self.note = note


@pytest.fixture
def clock() -> Clock:
    """A Tuesday morning, 05:02 UTC."""
    return Clock()


@pytest.fixture
def strava(clock: Clock) -> Iterator[Simulator]:
    """The simulator, listening."""
    with serving(clock) as simulator:
        yield simulator


@pytest.fixture
def club(strava: Simulator, clock: Clock) -> Club:
    """A club whose athletes use it."""
    return Club(strava, clock)


@pytest.fixture
def sessions(tmp_path: Any) -> Callable[[list[Page]], dict[str, Session]]:
    """The newest session of each id that pages hold, as the core would read it."""

    def run(pages: list[Page]) -> dict[str, Session]:
        found: dict[str, Session] = {}
        for document in (each for page in pages for each in page.documents):
            path = tmp_path / "stored"
            path.write_bytes(document.content)
            assert Strava().claims("", document.content[:4096])
            (item,) = Strava().read(path, document.name)
            assert not isinstance(item, Refusal), item
            found[item.source_id] = item
        return found

    return run
