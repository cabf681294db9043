"""Fixtures that every test may use: a data folder of its own, opened."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
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
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from mailbox_server import Box
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from clubmon.settings import Settings, load
from clubmon.storage.store import Connection, Store, sql_folder

# No test asserts times: a busy machine would fail it.
hypothesis.settings.register_profile(
    "clubmon", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("clubmon")

MEMORY = Path("/dev/shm")
ENOUGH = 6 * 2**30  # bytes; the whole suite keeps far less
TEMPORARY = "PYTEST_DEBUG_TEMPROOT"  # where pytest makes the folders of tests
made: list[Path] = []


def pytest_configure() -> None:
    """Put data folders into memory, where there is enough: every write waits for its disk."""
    if TEMPORARY not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        there = os.statvfs(MEMORY)
        if there.f_bavail * there.f_frsize > ENOUGH and not there.f_flag & os.ST_NOEXEC:
            for left in MEMORY.glob("clubmon-run-*"):  # of runs that were killed
                if not Path("/proc", left.name.split("-")[2]).exists():
                    shutil.rmtree(left, ignore_errors=True)
            prefix = f"clubmon-run-{os.getpid()}-"
            made.append(Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY)))
            os.environ[TEMPORARY] = str(made[0])


def pytest_unconfigure() -> None:
    """Give the memory back: only whoever began the run has made the folder."""
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


class Compiled(BytecodeCache):
    """Templates, compiled once for all the applications that a process makes."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill it with what is kept of this template; of an older text nothing is used."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Record = Callable[..., None]
NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
SESSION = (
    "?, ?, ?, 'club', 'fit', ?, ?, ?, NULL, ?, ?, ?, 'Europe/Berlin', ?, 3000, 3000, ?, 0, NULL, "
    "NULL, 50, ?, ?, true, 0, NULL, NULL, NULL, NULL, true"
)


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning, 05:00 UTC."""
    return NOW


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of an empty data folder, whatever the machine's environment says."""
    for name in [key for key in os.environ if key.startswith("CLUBMON_")]:
        if name not in {"CLUBMON_REAL_EXPORTS", "CLUBMON_ORACLE", "CLUBMON_CHROMIUM"}:
            monkeypatch.delenv(name)
    # The nights of tests are at four, and nobody is to wait in them but where that is tested.
    yield load(tmp_path / "data", timezone="Europe/Berlin", quiet_hours="")
    shutil.rmtree(tmp_path / "data", ignore_errors=True)


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
    sha256, sessions, sets = uuid4().hex, [], []
    for kind, amounts in (("run", km), ("lift", tonnes)):
        for back, amount in enumerate(reversed(amounts)):
            if not amount:
                continue
            day, session_id, run = last_day - timedelta(days=back), uuid4().hex, kind == "run"
            start = datetime.combine(day, time(18))  # the wall clock
            sessions.append(
                [session_id, athlete_id, sha256, session_id, kind,
                 "running" if run else "strength", start, start, day,
                 round(amount * 1000) if run else None, ascent_m if run else None,
                 doubt, known_at],
            )  # fmt: skip
            if not run:
                sets.append([session_id, athlete_id, sha256, round(amount * 100_000), known_at])

    def write(con: Connection) -> None:
        insert(con, "lake.raw.session", SESSION, sessions)
        insert(con, "lake.raw.lift_set", "?, ?, ?, 1, 'Squat', 'normal', 10, ?, NULL, ?", sets)

    store.write("lake", write)


def insert(con: Connection, table: str, row: str, rows: Sequence[Sequence[object]]) -> None:
    """Write rows, many a statement; `row` has a question mark for each value of one of them."""
    for begin in range(0, len(rows), 100):
        some = rows[begin : begin + 100]
        values = ", ".join([f"({row})"] * len(some))
        con.execute(f"INSERT INTO {table} VALUES {values}", [each for one in some for each in one])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Once for all tests of a process, which takes no second one beside it."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; where it is missing the test is skipped, and fails with CI=true."""
    path = os.environ.get("CLUBMON_CHROMIUM", CHROMIUM)
    if not Path(path).exists() and os.environ.get("CI") != "true":
        pytest.skip(f"No browser at {path}; install chromium or name one with CLUBMON_CHROMIUM.")
    try:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    except Error as error:
        pytest.fail(f"The browser at {path} does not start: {str(error).splitlines()[0]}")
    yield opened
    opened.close()


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
