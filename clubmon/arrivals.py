"""Files on their way in: on disk and on record first, read afterwards, each with its receipt.

A file that was taken is a file `arrivals/<id>` and a row of `app.arrival`. Whatever stops the
service, `resume` lets the next start read what was taken and not yet read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from uuid6 import uuid7

from clubmon import durable, ingest
from clubmon.ingest import ImportRefused, Receipt
from clubmon.settings import Settings
from clubmon.store import Connection, Row, Store, rows_of

log = logging.getLogger(__name__)

CHUNK = 1 << 20
SPARE_BYTES = 1 << 30  # what stays free on the disk, for the copy that is kept and the database
MOST_LINES = 200  # of one receipt; how many there were is kept as a number
LONGEST_NAME = 200
MOST_PARTS = 8  # of one multisport recording; more is an export of many sessions
LOST = "was taken but is no longer on the disk; send it again."
FAULT = "could not be read because of a fault in clubmon ({}); tell your club's admin."
NO_ROOM = "The club's disk is too full to take this file; tell your club's admin."


class NotTaken(Exception):
    """A file was not taken, in one sentence."""


class Stream(Protocol):
    """What the bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Landed:
    """A file's bytes on our disk, not on record yet."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Coming:
    """What is said about a file by who hands it over. `rpe_tenths` is a session RPE x 10."""

    athlete_id: str
    by_person_id: str
    way: str  # page, api, folder
    name: str
    batch_id: str
    rpe_tenths: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What reading came to. The lines are cut after the first 200; the numbers are whole."""

    runs: int = 0
    lifts: int = 0
    others: int = 0
    doubtful: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()  # the file is kept and waits for answers
    doubted: int = 0
    refused: int = 0

    @property
    def sessions(self) -> int:
        """How many sessions were found."""
        return self.runs + self.lifts + self.others


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that was taken, and what became of it. Instants are aware UTC."""

    arrival_id: str
    batch_id: str
    athlete_id: str
    way: str
    name: str
    bytes: int
    state: str  # waiting, reading, stored, known, asks, refused
    known_at: datetime
    ended_at: datetime | None
    read: Read


def room_for(folder: Path, size: int) -> None:
    """Raises NotTaken where the disk has no room for this many bytes twice."""
    if shutil.disk_usage(folder).free < 2 * size + SPARE_BYTES:
        raise NotTaken(NO_ROOM)


@contextlib.contextmanager
def landing(folder: Path, stream: Stream) -> Iterator[Landed]:
    """Write what the stream gives to a file of ours, without holding it in memory.

    The file goes away at the end unless `take` has put it on record.
    """
    path = inbox(folder) / f".{uuid7()}.tmp"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            sha256, size = _copy(stream, file.write)
            file.flush()
            os.fsync(file.fileno())
        yield Landed(path, sha256, size)
    finally:
        path.unlink(missing_ok=True)


def take(store: Store, landed: Landed, coming: Coming, now: datetime) -> str:
    """Put a landed file on record to be read; returns its arrival id."""
    arrival_id = str(uuid7())
    landed.path.replace(_path(store.folder, arrival_id))
    durable.sync_folder(inbox(store.folder))
    store.execute(
        "app",
        "INSERT INTO app.arrival VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '{}', ?, NULL)",
        [
            arrival_id,
            coming.batch_id,
            coming.athlete_id,
            coming.by_person_id,
            coming.way,
            own_name(coming.name),
            landed.size,
            landed.sha256,
            coming.rpe_tenths,
            now,
        ],
    )
    return arrival_id


def own_name(name: str) -> str:
    """The last part of a name in one printable line: nothing of it is ever used as a path."""
    last = ingest.shown(name).replace("\\", "/").rsplit("/", 1)[-1]
    line = "".join(letter if letter.isprintable() else " " for letter in last).strip()
    return line[-LONGEST_NAME:] or "file"  # the ending says what kind of file it is


def work(store: Store, settings: Settings, now: Callable[[], datetime]) -> int:
    """Read all files that wait, oldest first; says how many were read."""
    count = 0
    while row := store.row(
        "SELECT arrival_id FROM app.arrival WHERE state = 'waiting' "
        "ORDER BY known_at, arrival_id LIMIT 1"
    ):
        count += read_one(store, settings, row["arrival_id"], now())
    return count


def read_one(store: Store, settings: Settings, arrival_id: str, now: datetime) -> bool:
    """Read one file that waits and write its receipt; False where somebody else does."""
    row = store.write("app", lambda con: _claim(con, arrival_id))
    if row is None:
        return False
    path = _path(store.folder, arrival_id)
    state, read = _outcome(store, settings, row, path, now)
    if state != "refused" and row["rpe_tenths"] is not None and _is_one(store, row):
        keep_rpe(store, row["athlete_id"], row["sha256"], row["rpe_tenths"], now)
    store.execute(
        "app",
        "UPDATE app.arrival SET state = ?, receipt = ?, ended_at = ? WHERE arrival_id = ?",
        [state, json.dumps(asdict(read)), now, arrival_id],
    )
    path.unlink(missing_ok=True)
    return True


def keep_rpe(store: Store, athlete_id: str, sha256: str, rpe_tenths: int, now: datetime) -> None:
    """Record the session RPE that was handed over with a file; the same again changes nothing."""

    def insert(con: Connection) -> None:
        kept = rows_of(
            con,
            "SELECT rpe_tenths FROM app.file_rpe WHERE athlete_id = ? AND sha256 = ? "
            "ORDER BY known_at DESC LIMIT 1",
            [athlete_id, sha256],
        )
        if not kept or kept[0]["rpe_tenths"] != rpe_tenths:
            con.execute(
                "INSERT INTO app.file_rpe VALUES (?, ?, ?, ?)",
                [athlete_id, sha256, rpe_tenths, now],
            )

    store.write("app", insert)


def resume(store: Store) -> int:
    """After a start: what was being read waits again, what is on no record goes away.

    Says how many files wait.
    """
    store.execute("app", "UPDATE app.arrival SET state = 'waiting' WHERE state = 'reading'")
    waiting = {
        row["arrival_id"]
        for row in store.rows("SELECT arrival_id FROM app.arrival WHERE state = 'waiting'")
    }
    for path in inbox(store.folder).iterdir():
        if path.name not in waiting:
            path.unlink(missing_ok=True)
    return len(waiting)


def discard(folder: Path, arrival_id: str) -> None:
    """Delete the bytes of a file that is on no record any more."""
    _path(folder, arrival_id).unlink(missing_ok=True)


def known(store: Store, athlete_id: str, sha256: str) -> bool:
    """Whether this athlete's file with these bytes is stored, or waits to be read."""
    return bool(
        store.row(
            "SELECT sha256 FROM lake.raw.payload WHERE athlete_id = ? AND sha256 = ? "
            "AND audience = 'club' UNION ALL "
            "SELECT sha256 FROM app.arrival WHERE athlete_id = ? AND sha256 = ? "
            "AND state IN ('waiting', 'reading')",
            [athlete_id, sha256] * 2,
        )
    )


def one(store: Store, arrival_id: str) -> Arrival | None:
    """The arrival with this id, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM app.arrival AS a WHERE a.arrival_id = ?", [arrival_id])
    return _arrival(row) if row else None


def of_athlete(store: Store, athlete_id: str, batches: int) -> list[list[Arrival]]:
    """What arrived of one athlete in the newest batches, newest first; files in their order."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM app.arrival AS a WHERE a.athlete_id = ? AND a.batch_id IN ("
        "SELECT b.batch_id FROM app.arrival AS b WHERE b.athlete_id = ? "
        "GROUP BY b.batch_id ORDER BY max(b.known_at) DESC, b.batch_id DESC LIMIT ?) "
        "ORDER BY max(a.known_at) OVER (PARTITION BY a.batch_id) DESC, a.batch_id DESC, "
        "a.known_at, a.arrival_id",
        [athlete_id, athlete_id, batches],
    )
    found: dict[str, list[Arrival]] = {}
    for row in rows:
        found.setdefault(row["batch_id"], []).append(_arrival(row))
    return list(found.values())


def _outcome(
    store: Store, settings: Settings, row: Row, path: Path, now: datetime
) -> tuple[str, Read]:
    """The state that an arrival ends in, and what was read."""
    name = row["name"]
    if not path.exists():
        return "refused", _refused(f"{name}: {LOST}")
    try:
        receipt = ingest.store_file(store, settings, row["athlete_id"], path, name, now)
    except ImportRefused as refusal:
        return "refused", _refused(str(refusal))
    except Exception as error:  # one file must not keep those behind it waiting
        log.exception("An arrival could not be read.")
        return "refused", _refused(f"{name}: {FAULT.format(type(error).__name__)}")
    read = _read(receipt)
    if receipt.known:
        return "known", read
    if read.questions:
        return "asks", read
    return "stored" if read.sessions else "refused", read


def _is_one(store: Store, row: Row) -> bool:
    """Whether the file is one recording, so that one effort can be told of it."""
    found = store.row(
        "SELECT count(*) AS parts FROM lake.raw.session WHERE athlete_id = ? AND sha256 = ?",
        [row["athlete_id"], row["sha256"]],
    )
    return found is not None and found["parts"] <= MOST_PARTS


def _read(receipt: Receipt) -> Read:
    return Read(
        receipt.runs,
        receipt.lifts,
        receipt.others,
        receipt.doubtful[:MOST_LINES],
        receipt.notes[:MOST_LINES],
        tuple(str(refusal) for refusal in receipt.refusals[:MOST_LINES]),
        tuple(question.text for question in receipt.questions),
        len(receipt.doubtful),
        len(receipt.refusals),
    )


def _refused(sentence: str) -> Read:
    return Read(refusals=(sentence,), refused=1)


def _claim(con: Connection, arrival_id: str) -> Row | None:
    counted = con.execute(
        "UPDATE app.arrival SET state = 'reading' WHERE arrival_id = ? AND state = 'waiting'",
        [arrival_id],
    ).fetchone()
    if not counted or counted[0] != 1:
        return None
    wanted = "SELECT athlete_id, sha256, name, rpe_tenths FROM app.arrival WHERE arrival_id = ?"
    return rows_of(con, wanted, [arrival_id])[0]


def _arrival(row: Row) -> Arrival:
    kept = json.loads(row.pop("receipt"))
    lists = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    return Arrival(**row, read=Read(**{**kept, **lists}))


def _copy(stream: Stream, write: Callable[[bytes], object]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        write(chunk)
    return digest.hexdigest(), size


def inbox(folder: Path) -> Path:
    """The folder below the data folder where arriving bytes are."""
    found = folder / "arrivals"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _path(folder: Path, arrival_id: str) -> Path:
    return inbox(folder) / arrival_id


_COLUMNS = (
    "a.arrival_id, a.batch_id, a.athlete_id, a.way, a.name, a.bytes, a.state, a.known_at, "
    "a.ended_at, a.receipt"
)
