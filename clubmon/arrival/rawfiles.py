"""Original files as they arrived: `raw/<athlete>/<sha256>` with a note beside each.

The lake is made from these; what is forgotten here never comes back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from clubmon.club import connections
from clubmon.storage import durable
from clubmon.storage.store import Connection, Store

RAW_TABLES = ("payload", "session", "lift_set", "sample", "question")


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside a raw file: enough to rebuild its lake rows exactly."""

    athlete_id: str
    sha256: str
    name: str
    audience: str
    known_at: str  # ISO, UTC
    connector: str = ""  # who reads it; '': whoever claims it
    connection: str = ""  # what it was fetched by; '': a file that was handed in


def keep_raw(folder: Path, note: Note, source: Path) -> None:
    """Copy the original into the data folder, durably, its note first."""
    target = raw_path(folder, note.athlete_id, note.sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.exists():
        durable.write(target.with_suffix(".json"), json.dumps(asdict(note)).encode())
        durable.copy(source, target)


def raw_path(folder: Path, athlete_id: str, sha256: str) -> Path:
    """Where an original file is kept."""
    return folder / "raw" / athlete_id / sha256


def notes(folder: Path, athlete_id: str = "*") -> tuple[list[Note], list[str]]:
    """The note of every raw file that is complete, oldest first; a sentence per broken note.

    With an athlete only of that athlete's files.
    """
    found: list[Note] = []
    problems: list[str] = []
    for beside in sorted((folder / "raw").glob(f"{athlete_id}/*.json")):
        if not beside.with_suffix("").exists():
            continue  # the copying was cut short: the file was never acknowledged
        try:
            found.append(Note(**json.loads(beside.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            problems.append(f"{beside} cannot be read; restore it from a backup.")
    return sorted(found, key=lambda note: (note.known_at, note.sha256)), problems


def file_sha256(path: Path) -> str:
    """The file's SHA-256 as hex, without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_known(store: Store, note: Note) -> bool:
    """Whether the lake holds these bytes of this athlete."""
    known = "SELECT 1 AS found FROM lake.raw.payload WHERE athlete_id = ? AND sha256 = ?"
    return store.row(known, [note.athlete_id, note.sha256]) is not None


def forget(store: Store, athlete_id: str, hashes: Sequence[str]) -> None:
    """Delete raw files of an athlete with all that was read from them; the file goes first.

    So a crash in between leaves rows that the next purge finds, never a file that is read again.
    """
    for sha256 in hashes:
        path = raw_path(store.folder, athlete_id, sha256)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)

    def delete(con: Connection) -> None:
        for table in RAW_TABLES:
            con.execute(
                f"DELETE FROM lake.raw.{table} WHERE athlete_id = ? "
                "AND list_contains(?::VARCHAR[], sha256)",
                [athlete_id, list(hashes)],
            )

    if hashes:
        store.write("lake", delete)


def outlived(store: Store) -> Callable[[Note], bool]:
    """Tells notes of what a connection fetched that does not stand any more in that mode."""
    modes = {one.connection_id: one.mode for one in connections.living(store)}
    return lambda note: note.connection != "" and modes.get(note.connection) != note.audience
