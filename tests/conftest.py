"""Fixtures that every test may use: a data folder of its own, opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clubmon.settings import Settings, load
from clubmon.store import Store

NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning, 05:00 UTC."""
    return NOW


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty data folder, whatever the machine's environment says."""
    import os

    for name in [key for key in os.environ if key.startswith("CLUBMON_")]:
        if name not in {"CLUBMON_REAL_EXPORTS", "CLUBMON_ORACLE", "CLUBMON_CHROMIUM"}:
            monkeypatch.delenv(name)
    return load(tmp_path / "data", timezone="Europe/Berlin")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store, closed afterwards."""
    opened = Store(settings.data)
    yield opened
    opened.close()
