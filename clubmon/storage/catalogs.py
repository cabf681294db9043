"""Opens the two catalog files, and mends what a crash or a bad disk left behind.

`app` comes back from the copy kept before its last checkpoint, together with its log; an
unreadable `lake` is set aside and made anew. Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from clubmon.storage import durable

Catalog = Literal["app", "lake"]
Connection = duckdb.DuckDBPyConnection

log = logging.getLogger(__name__)

SPILL = "spill"  # what does not fit into memory, gone when the service stops
STORAGE_VERSION = "v1.5.0"  # both supported engines open it
NOT_DAMAGE = (
    "permission denied",
    "read-only file system",
    "no space left",
    "operation not permitted",
)


class StoreBusy(Exception):
    """Another process has the data folder open."""


class StoreBroken(Exception):
    """The data folder cannot be used, in one sentence that says what to do."""


def file_of(folder: Path, catalog: Catalog) -> Path:
    """The catalog's file."""
    return folder / f"{catalog}.duckdb"


def previous(folder: Path) -> Path:
    """The byte copy of `app` from before its last checkpoint."""
    return folder / "app.duckdb.prev"


def open_both(folder: Path) -> Connection:
    """An engine with both catalogs attached and read once; raises StoreBusy or StoreBroken."""
    _expect_app(folder)
    mend = {"app": _bring_back_app, "lake": set_lake_aside}
    while True:
        # A failed ATTACH leaves the engine unable to checkpoint: start over with a new one.
        con = engine(folder)
        catalog: Catalog = "app"
        try:
            for catalog in ("app", "lake"):
                _attach(con, file_of(folder, catalog), catalog)
                _read_once(con, catalog)
            return con
        except duckdb.Error as error:
            con.close()
            _raise_if_not_damage(folder, error)
            if catalog not in mend:
                raise StoreBroken(
                    f"{file_of(folder, catalog)} cannot be read or made; restore the data folder "
                    "from a backup."
                ) from error
            mend.pop(catalog)(folder, error)


def engine(folder: Path) -> Connection:
    """An engine that checkpoints only when told to: under the write lock, after a copy.

    What does not fit into memory goes to the data folder, not to wherever the command was run.
    """
    con = duckdb.connect(":memory:")
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("SET GLOBAL temp_directory = ?", [str(folder / SPILL)])
    con.execute("SET GLOBAL checkpoint_threshold = '1TB'")
    con.execute("PRAGMA disable_checkpoint_on_shutdown")
    return con


def copied(con: Connection, folder: Path, catalog: Catalog) -> Path:
    """A new file with what the catalog holds now, and nothing of what was deleted from it.

    The caller keeps everybody else from writing to the catalog until `put_in_place`.
    """
    path = folder / f".{catalog}.tmp"  # the sweep of the next start removes a leftover
    for leftover in (path, _log_of(path)):
        leftover.unlink(missing_ok=True)
    _attach(con, path, f"{catalog}_new")
    try:
        con.execute(f"COPY FROM DATABASE {catalog} TO {catalog}_new")
        con.execute(f"FORCE CHECKPOINT {catalog}_new")
    finally:
        con.execute(f"DETACH {catalog}_new")
    _log_of(path).unlink(missing_ok=True)  # it is all in the file
    durable.sync_file(path)
    return path


def put_in_place(con: Connection, folder: Path, catalog: Catalog, copy: Path) -> None:
    """Let a copy stand for the catalog's file, and close the engine: nobody may be using it.

    Whenever the machine stops, what is there is the old file or the new one, and whole; the
    old one's log is empty by then, so that the new one never meets it.
    """
    path = file_of(folder, catalog)
    if catalog == "app":
        # with the log: all there is, if this stops half-way
        durable.copy_in_use(path, previous(folder))
    con.execute(f"FORCE CHECKPOINT {catalog}")
    con.close()
    _log_of(path).unlink(missing_ok=True)
    if catalog == "app":
        durable.copy(copy, previous(folder))
    copy.replace(path)
    durable.sync_folder(folder)


def forget_unreadable(folder: Path) -> int:
    """Delete files that were set aside because they could not be read; how many."""
    found = list(folder.glob("*.duckdb.unreadable-*"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def set_lake_aside(folder: Path, error: BaseException) -> None:
    """Rename the lake and its log, so that a new one is made; nothing is deleted."""
    path = file_of(folder, "lake")
    aside = _set_aside(path)
    log_file = _log_of(path)
    if log_file.exists():
        log_file.replace(_log_of(aside))
    log.warning(
        "lake.duckdb was unreadable (%s), kept as %s; it is rebuilt from the raw files.",
        _first_line(error),
        aside.name,
    )


def _expect_app(folder: Path) -> None:
    """A folder that holds data must have its `app`: an empty one would hide what is lost."""
    if file_of(folder, "app").exists():
        return
    if previous(folder).exists():
        durable.copy(previous(folder), file_of(folder, "app"))
        log.warning("app.duckdb was missing; its copy from before the last checkpoint is used.")
    elif file_of(folder, "lake").exists() or (folder / "raw").exists():
        raise StoreBroken(
            f"{file_of(folder, 'app')} is missing although the folder holds data; restore it "
            "from a backup."
        )


def _attach(con: Connection, path: Path, catalog: str, mode: str = "") -> None:
    quoted = str(path).replace("'", "''")
    option = mode or f"STORAGE_VERSION '{STORAGE_VERSION}'"
    con.execute(f"ATTACH '{quoted}' AS {catalog} ({option})")


def _read_once(con: Connection, catalog: Catalog) -> None:
    """Read every row that cannot be computed again, so that damage shows now and not later.

    Samples are left out: they are most of the lake, and it would cost every command. So are
    tables without rows, of which a small club has many; the count includes rows in the log.
    """
    tables = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? "
        "AND schema_name IN ('main', 'raw') AND table_name <> 'sample' AND estimated_size > 0",
        [catalog],
    ).fetchall()
    for schema, table in tables:
        con.execute(f"SELECT bit_xor(hash(t)) FROM {catalog}.{schema}.{table} AS t").fetchall()


def _raise_if_not_damage(folder: Path, error: duckdb.Error) -> None:
    said = str(error).lower()
    if "lock" in said and "block" not in said:
        raise StoreBusy(
            f"{folder} is open in another process. Stop that one, or wait for it."
        ) from error
    if any(words in said for words in NOT_DAMAGE):
        raise StoreBroken(
            f"{folder} cannot be written ({_first_line(error)}); mend its permissions or its disk."
        ) from error


def _bring_back_app(folder: Path, error: BaseException) -> None:
    path, copy = file_of(folder, "app"), previous(folder)
    if not copy.exists():
        raise StoreBroken(
            f"{path} cannot be read ({_first_line(error)}) and no copy is kept; restore it from "
            "a backup."
        ) from error
    if not _readable(copy):
        raise StoreBroken(
            f"Neither {path} nor its copy {copy.name} can be read; restore them from a backup."
        ) from error
    whole = path.with_name(path.name + ".whole")
    durable.copy(copy, whole)
    _set_aside(path)  # its log stays: with the copy it holds everything
    whole.replace(path)
    log.warning("app.duckdb was unreadable; its copy from before the last checkpoint is used.")


def _readable(path: Path) -> bool:
    con = engine(path.parent)
    try:
        _attach(con, path, "app", "READ_ONLY")
        _read_once(con, "app")
    except duckdb.Error:
        return False
    finally:
        con.close()
    return True


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}.unreadable-{stamp}")
    path.replace(aside)
    return aside


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:120]
