"""Strava keeps the contract of every connector that fetches."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from clubmon_strava import Strava, mapping
from strava_simulator import Answer, serving
from strava_simulator import Simulator as Server

from clubmon.sdk import SourceConnector
from clubmon.testing import RETRY_AFTER_S, SourceContract, Trouble

ANNA = 134815


def clock() -> datetime:
    return datetime.now(UTC)


class Troubled:
    """The simulator with one athlete of four runs, in any trouble that the contract names."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.limits = {"X-RateLimit": (2_000, 9_000), "X-ReadRateLimit": (2_000, 9_000)}
        server.date = None  # the contract moves the core's clock by hours
        for back in range(4):
            server.add(ANNA, start=clock() - timedelta(days=back, hours=3))
        self.settings: Mapping[str, str] = {**server.settings, "timeout_s": "2"}
        self.credentials: Mapping[str, str] = server.connect(ANNA)
        self.release = threading.Event()

    def trouble(self, kind: Trouble | None, after: int = 0) -> None:
        left = after
        self.server.date = None

        def instead() -> Answer | None:
            nonlocal left
            left -= 1
            return self._answer(kind) if kind and left < 0 else None

        self.server.trouble = instead

    def _answer(self, kind: Trouble) -> Answer | None:
        if kind == "clock_off":
            self.server.date = lambda: clock() + timedelta(hours=6)
            return None
        answers: Mapping[str, Answer] = {
            "refused": Answer(401),
            "limited": Answer(429, headers={"Retry-After": str(RETRY_AFTER_S)}),
            "limited_silently": Answer(429),
            "failing": Answer(500),
            "hanging": Answer(pause=self.release),
            "malformed": Answer(200, b"<html>"),
        }
        return answers[kind]


class TestStrava(SourceContract):
    """Everything that the contract asks."""

    @pytest.fixture
    def connector(self) -> SourceConnector:
        """As the core makes it."""
        return Strava()

    @pytest.fixture
    def files(self) -> Mapping[str, bytes]:
        """One document, as the connector hands it over."""
        with serving(clock) as server:
            found = mapping.document(server.add(ANNA, start=clock() - timedelta(days=1)))
        return {found.name: found.content}

    @pytest.fixture
    def simulator(self) -> Iterator[Troubled]:
        """Strava, running."""
        with serving(clock) as server:
            troubled = Troubled(server)
            yield troubled
            troubled.release.set()
