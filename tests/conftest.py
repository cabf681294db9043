"""Fixtures that every test may use: a data folder of its own, opened."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import duckdb
import hypothesis
import pytest
from aiosmtpd.controller import Controller
from mailbox_server import Box

from clubmon.settings import Settings, load
from clubmon.store import Connection, Store, sql_folder

# No test asserts times: a busy machine would fail it.
hypothesis.settings.register_profile(
    "clubmon", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("clubmon")

Record = Callable[..., None]
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
    # The nights of tests are at four, and nobody is to wait in them but where that is tested.
    return load(tmp_path / "data", timezone="Europe/Berlin", quiet_hours="")


@pytest.fixture(scope="session")
def in_memory() -> Callable[[], Connection]:
    """Opens both catalogs in memory, every durable table empty but for what is shipped."""
    return open_in_memory


def open_in_memory() -> Connection:
    """What the `in_memory` fixture calls."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for catalog in ("app", "lake"):
        con.execute(f"ATTACH ':memory:' AS {catalog}")
        for path in sorted((sql_folder() / "migrations" / catalog).glob("*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
    return con


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with both catalogs, to be copied: that is faster than to make one."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    Store(folder).close()
    return folder


@pytest.fixture
def empty_store(empty_folder: Path, settings: Settings) -> Iterator[Store]:
    """A store in which nothing is on record yet, closed afterwards."""
    with copied(empty_folder, settings) as opened:
        yield opened


@contextmanager
def copied(folder: Path, settings: Settings) -> Iterator[Store]:
    """A store that begins as a closed one was left, closed afterwards."""
    shutil.copytree(folder, settings.data, dirs_exist_ok=True)
    opened = Store(settings.data)
    with opened.cursor() as con:
        con.execute("SET GLOBAL threads = 1")  # the other cores are at other tests
    yield opened
    opened.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """The store of a test: empty, unless its folder of tests begins with more."""
    return empty_store


@pytest.fixture
def record(store: Store) -> Record:
    """Write sessions into the lake as if one file had been imported, one entry per day.

    `record(athlete_id, last_day, km=[...])`: kilometres per day up to `last_day`; 0 is a rest
    day inside the file, None ends up unknown only outside of it. `tonnes=` does lifts.
    """
    return partial(record_sessions, store)


def record_sessions(
    store: Store,
    athlete_id: str,
    last_day: date,
    km: Sequence[float] = (),
    tonnes: Sequence[float] = (),
    ascent_m: int = 50,
    doubt: str | None = None,
    known_at: datetime = NOW - timedelta(hours=2),
) -> None:
    """What the `record` fixture does; distances in km, weights in t."""
    sha256 = uuid4().hex

    def write(con: Connection) -> None:
        for kind, amounts in (("run", km), ("lift", tonnes)):
            for back, amount in enumerate(reversed(amounts)):
                if not amount:
                    continue
                day, session_id = last_day - timedelta(days=back), uuid4().hex
                start = datetime.combine(day, time(18))  # the wall clock
                run = kind == "run"
                con.execute(
                    "INSERT INTO lake.raw.session VALUES (?, ?, ?, 'club', 'fit', ?, ?, ?, NULL, "
                    "?, ?, ?, 'Europe/Berlin', ?, 3000, 3000, ?, 0, NULL, NULL, 50, ?, ?, true, 0, "
                    "NULL, NULL, NULL, NULL, true)",
                    [session_id, athlete_id, sha256, session_id, kind,
                     "running" if run else "strength", start, start, day,
                     round(amount * 1000) if run else None, ascent_m if run else None,
                     doubt, known_at],
                )  # fmt: skip
                if not run:
                    con.execute(
                        "INSERT INTO lake.raw.lift_set VALUES "
                        "(?, ?, ?, 1, 'Squat', 'normal', 10, ?, NULL, ?)",
                        [session_id, athlete_id, sha256, round(amount * 100_000), known_at],
                    )

    store.write("lake", write)


@pytest.fixture
def box() -> Box:
    """What the mail server of a test got, and how it answers."""
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    """A mail server on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = Controller(box, hostname="127.0.0.1", port=port)
    running.start()
    yield running
    running.stop()
