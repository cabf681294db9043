"""Opens the two catalogs, applies their migrations, runs each write in one transaction.

`app` must never be lost; `lake` is rebuilt from raw files when it cannot be read. One
process owns both files. Nothing else in the project knows which engine is underneath.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

Catalog = Literal["app", "lake"]
Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]
T = TypeVar("T")

log = logging.getLogger(__name__)

STORAGE_VERSION = "v1.5.0"  # both supported engines open it
_CONFLICTS = (
    duckdb.TransactionException,
    duckdb.ConstraintException,
    duckdb.SerializationException,
)
_UNREADABLE = (
    duckdb.IOException,
    duckdb.InvalidInputException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.CatalogException,
)


class StoreBusy(Exception):
    """Another process has the data folder open."""


class StoreBroken(Exception):
    """`app` cannot be read, and neither can the copy kept before its last checkpoint."""


def sql_folder() -> Path:
    """Where the SQL files are: inside the installed package, or beside it in a checkout."""
    packaged = Path(__file__).parent / "sql"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "sql"


class Store:
    """The data folder, open. Safe to share between threads: each call has its own cursor."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates both catalogs; raises StoreBusy or StoreBroken.

        `lake_was_lost` says afterwards that the lake must be rebuilt from raw files.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._locks = {"app": threading.RLock(), "lake": threading.RLock()}
        self.job_lock = threading.Lock()  # held by whoever runs the nightly job or a rebuild
        self._con = self._open()
        try:
            self.lake_was_lost = not self.rows(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = 'lake'"
            )
            self._migrate("app")
            self._migrate("lake")
        except BaseException:
            self._con.close()
            raise

    def path(self, catalog: Catalog) -> Path:
        """The catalog's file."""
        return self.folder / f"{catalog}.duckdb"

    @contextlib.contextmanager
    def cursor(self) -> Iterator[Connection]:
        """A cursor of its own for reading; it sees the last committed state."""
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
            with attempt, self._locks[catalog], self.cursor() as cursor:
                return _in_transaction(cursor, fn)
        raise AssertionError("unreachable: tenacity returns or reraises")

    def execute(self, catalog: Catalog, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement in a transaction of its own."""
        self.write(catalog, lambda con: con.execute(sql, list(parameters)))

    def checkpoint(self, catalog: Catalog) -> None:
        """Move the log into the file; of `app`, a byte copy is kept from just before."""
        with self._locks[catalog], self.cursor() as cursor:
            if catalog == "app":
                _copy_durably(self.path("app"), self._previous())
            cursor.execute(f"FORCE CHECKPOINT {catalog}")

    def close(self) -> None:
        """Checkpoint both catalogs and let go of the files."""
        for catalog in ("app", "lake"):
            self.checkpoint(catalog)
        self._con.close()

    def _previous(self) -> Path:
        return self.path("app").with_suffix(".duckdb.prev")

    def _open(self) -> Connection:
        """Both catalogs attached; each that cannot be read is mended once and tried again."""
        mend = {"app": self._bring_back_app, "lake": self._set_lake_aside}
        while True:
            # A failed ATTACH leaves the engine unable to checkpoint: start over with a new one.
            con = _engine()
            try:
                for catalog in ("app", "lake"):
                    self._attach(con, catalog)
                return con
            except _UNREADABLE as error:
                con.close()
                if catalog not in mend:
                    raise StoreBroken(f"{self.path(catalog)} cannot be read or made.") from error
                mend.pop(catalog)(error)

    def _attach(self, con: Connection, catalog: Catalog) -> None:
        path = str(self.path(catalog)).replace("'", "''")
        try:
            con.execute(f"ATTACH '{path}' AS {catalog} (STORAGE_VERSION '{STORAGE_VERSION}')")
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                con.close()
                raise StoreBusy(
                    f"{self.folder} is open in another process. Stop that one, or wait for it."
                ) from error
            raise

    def _bring_back_app(self, error: BaseException) -> None:
        if not self._previous().exists():
            raise StoreBroken(
                f"{self.path('app')} cannot be read ({_first_line(error)}) and no copy "
                "is kept; restore it from a backup."
            ) from error
        _set_aside(self.path("app"), keep_log=True)
        shutil.copyfile(self._previous(), self.path("app"))
        log.warning("app.duckdb was unreadable; its copy from before the last checkpoint is used.")

    def _set_lake_aside(self, error: BaseException) -> None:
        aside = _set_aside(self.path("lake"), keep_log=False)
        log.warning(
            "lake.duckdb was unreadable (%s), kept as %s; it is rebuilt from the raw files.",
            _first_line(error),
            aside.name,
        )

    def _migrate(self, catalog: Catalog) -> None:
        def run(con: Connection) -> None:
            con.execute(
                f"CREATE TABLE IF NOT EXISTS {catalog}.schema_migration "
                "(name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
            )
            done = {
                row[0]
                for row in con.execute(f"SELECT name FROM {catalog}.schema_migration").fetchall()
            }
            for path in sorted((sql_folder() / "migrations" / catalog).glob("*.sql")):
                if path.stem not in done:
                    con.execute(path.read_text(encoding="utf-8"))
                    con.execute(
                        f"INSERT INTO {catalog}.schema_migration VALUES (?, ?)",
                        [path.stem, datetime.now(UTC)],
                    )

        self.write(catalog, run)


def rows_of(con: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The result as one dict per row, on a connection that is already in use."""
    result = con.execute(sql, list(parameters))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _engine() -> Connection:
    """An engine that checkpoints only when told to: under the write lock, after a copy."""
    con = duckdb.connect(":memory:")
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("SET GLOBAL checkpoint_threshold = '1TB'")
    con.execute("PRAGMA disable_checkpoint_on_shutdown")
    return con


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


def _copy_durably(source: Path, target: Path) -> None:
    temporary = target.with_name(target.name + ".tmp")
    with source.open("rb") as read, temporary.open("wb") as write:
        shutil.copyfileobj(read, write)
        write.flush()
        os.fsync(write.fileno())
    temporary.replace(target)


def _set_aside(path: Path, *, keep_log: bool) -> Path:
    """Rename an unreadable file so that nothing is lost; its log too unless it is still needed."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.name}.unreadable-{stamp}")
    path.replace(aside)
    log_file = path.with_name(path.name + ".wal")
    if log_file.exists() and not keep_log:
        log_file.replace(aside.with_name(aside.name + ".wal"))
    return aside


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:120]
