"""Opens the two catalogs, applies their migrations, runs each write in one transaction.

`app` must never be lost; `lake` is rebuilt from raw files when it cannot be read. One
process owns both files. Nothing but this, `catalogs` and `lean` knows which engine is underneath.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from clubmon.storage import catalogs, durable
from clubmon.storage.catalogs import Catalog, Connection, StoreBroken, StoreBusy
from clubmon.storage.lean import lean
from clubmon.storage.turnstile import Turnstile

__all__ = [
    "Catalog",
    "Connection",
    "Row",
    "Store",
    "StoreBroken",
    "StoreBusy",
    "StoreError",
    "rows_of",
    "sql_folder",
]

Row = dict[str, Any]
StoreError = duckdb.Error  # what a statement raises that the store cannot take
T = TypeVar("T")
OUTDATED = "read by an older version"
PATIENCE_S = 60  # for readers to leave, before a file is exchanged

_CONFLICTS = (
    duckdb.TransactionException,
    duckdb.ConstraintException,
    duckdb.SerializationException,
)


def sql_folder() -> Path:
    """Where the SQL files are: inside the installed package, or beside it in a checkout."""
    packaged = Path(__file__).parents[1] / "sql"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "sql"


class Store:
    """The data folder, open. Safe to share between threads: each call has its own cursor."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates both catalogs; raises StoreBusy or StoreBroken.

        `lake_was_lost` says afterwards that the lake must be rebuilt from raw files;
        `lake_is_older` that it has rows which lack what newer columns hold, until their files
        have been read again (the version of such a payload is OUTDATED).
        """
        self.folder = folder
        _own(folder)
        self._locks = {"app": threading.RLock(), "lake": threading.RLock()}
        self.job_lock = threading.Lock()  # held by whoever runs the nightly job or a rebuild
        self.pull_lock = threading.Lock()  # held by whoever asks sources
        # held while one page is stored, and by whoever ends a connection: what has ended stays so
        self.arrivals = threading.RLock()
        self._turnstile = Turnstile()
        self._writes, self._counting = dict.fromkeys(self._locks, 0), threading.Lock()
        self._con = catalogs.open_both(folder)
        durable.sweep(folder)  # it is ours alone now
        try:
            self.lake_was_lost = not self.rows(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = 'lake'"
            )
            self._migrate("app")
            self._outdate()
            self._migrate("lake")
            self.lake_is_older = bool(
                self.rows(
                    "SELECT 1 FROM lake.raw.payload WHERE connector_version = ? LIMIT 1", [OUTDATED]
                )
            )
        except BaseException:
            self._con.close()
            raise

    def path(self, catalog: Catalog) -> Path:
        """The catalog's file."""
        return catalogs.file_of(self.folder, catalog)

    @property
    def writes(self) -> int:
        """How many writes have ended, of both catalogs: what was read stays so until it grows.

        It has grown before `write` returns. Read it before what is to be kept is read.
        """
        return sum(self._writes.values())

    def writes_of(self, catalog: Catalog) -> int:
        """The same of one catalog, for what was read of it alone."""
        return self._writes[catalog]

    def spill(self) -> Path:
        """Where to put what does not fit into memory; what is left of it goes at the next start."""
        folder = self.folder / catalogs.SPILL
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    @contextlib.contextmanager
    def cursor(self) -> Iterator[Connection]:
        """A cursor of its own for reading; it sees the last committed state."""
        with self._turnstile.inside():
            cursor = self._con.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The result as one dict per row."""
        with self.cursor() as cursor:
            return rows_of(cursor, sql, parameters)

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def write(self, catalog: Catalog, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one transaction that writes this catalog, again if it conflicts.

        `fn` may read both catalogs and must have no other effects.
        """
        for attempt in Retrying(
            retry=retry_if_exception_type(_CONFLICTS),
            stop=stop_after_attempt(6),
            wait=wait_random_exponential(multiplier=0.01, max=0.5),
            reraise=True,
        ):
            with attempt, self._locks[catalog], self._counted(catalog), self.cursor() as cursor:
                return _in_transaction(cursor, fn)
        raise AssertionError("unreachable: tenacity returns or reraises")

    @contextlib.contextmanager
    def _counted(self, catalog: Catalog) -> Iterator[None]:
        """Counts what happens inside as a write, also one that came to nothing."""
        try:
            yield
        finally:
            with self._counting:
                self._writes[catalog] += 1

    def execute(self, catalog: Catalog, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement in a transaction of its own."""
        self.write(catalog, lambda con: con.execute(sql, list(parameters)))

    def checkpoint(self, catalog: Catalog) -> None:
        """Move the log into the file; of `app`, a byte copy is kept from just before."""
        with self._locks[catalog], self.cursor() as cursor:
            if catalog == "app":
                durable.copy_in_use(self.path("app"), catalogs.previous(self.folder))
            cursor.execute(f"FORCE CHECKPOINT {catalog}")

    def relieve(self) -> None:
        """Move the lake's log into its file where nothing is in the way of that.

        What was written since the last time is in memory until then: a few hundred recordings
        take as many megabytes.
        """
        with self._locks["lake"], self.cursor() as con, contextlib.suppress(*_CONFLICTS), lean(con):
            con.execute("CHECKPOINT lake")

    def compact(self, catalog: Catalog) -> None:
        """Write the catalog into a new file, so that nothing is left of what was deleted.

        Readers go on but for the moment in which the files are exchanged; whenever the machine
        stops, the old file or the new one is whole. Not from inside a cursor. Raises
        turnstile.StillInside, and changes nothing, where a reader does not end.
        """
        with self._locks[catalog]:
            with self.cursor() as cursor:
                copy = catalogs.copied(cursor, self.folder, catalog)
            with self._turnstile.alone(PATIENCE_S):
                try:
                    catalogs.put_in_place(self._con, self.folder, catalog, copy)
                finally:
                    self._con.close()
                    self._con = catalogs.open_both(self.folder)

    def close(self) -> None:
        """Checkpoint both catalogs and let go of the files."""
        for catalog in ("app", "lake"):
            self.checkpoint(catalog)
        self._con.close()

    def _outdate(self) -> None:
        """Before a lake changes its shape, mark all that was read: cut short, the next start goes
        on with it."""
        names = {path.stem for path in _migrations("lake")}
        done = "SELECT name FROM lake.schema_migration"
        if not self.lake_was_lost and names - {row["name"] for row in self.rows(done)}:
            self.execute("lake", "UPDATE lake.raw.payload SET connector_version = ?", [OUTDATED])

    def _migrate(self, catalog: Catalog) -> None:
        """Apply what is new."""

        def run(con: Connection) -> None:
            con.execute(
                f"CREATE TABLE IF NOT EXISTS {catalog}.schema_migration "
                "(name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
            )
            done = {
                row[0]
                for row in con.execute(f"SELECT name FROM {catalog}.schema_migration").fetchall()
            }
            for path in _migrations(catalog):
                if path.stem not in done:
                    con.execute(path.read_text(encoding="utf-8"))
                    con.execute(
                        f"INSERT INTO {catalog}.schema_migration VALUES (?, ?)",
                        [path.stem, datetime.now(UTC)],
                    )

        self.write(catalog, run)


def _migrations(catalog: Catalog) -> list[Path]:
    return sorted((sql_folder() / "migrations" / catalog).glob("*.sql"))


def rows_of(con: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The result as one dict per row, on a connection that is already in use."""
    result = con.execute(sql, list(parameters))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _own(folder: Path) -> None:
    """Make the folder, for its owner only; raises StoreBroken where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise StoreBroken(
            f"{folder} cannot be used as a data folder ({error.strerror}); name another one "
            "with --data."
        ) from error


def _in_transaction(cursor: Connection, fn: Callable[[Connection], T]) -> T:
    cursor.execute("BEGIN TRANSACTION")
    try:
        result = fn(cursor)
        cursor.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        raise
    return result
