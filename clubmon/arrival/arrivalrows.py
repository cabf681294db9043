"""What arrives on record: `app.arrival` holds a row for each file, with its receipt."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from uuid6 import uuid7

from clubmon.arrival.ingest import shown
from clubmon.storage import landing
from clubmon.storage.landing import Landed
from clubmon.storage.store import Connection, Row, Store, rows_of

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Coming:
    """What is said about a file by who hands it over. `rpe_tenths` is a session RPE x 10.

    `again`: it was sent before in this batch, and whether it was taken then is not known.
    """

    athlete_id: str
    by_person_id: str
    way: str  # page, api, folder
    name: str
    batch_id: str
    rpe_tenths: int | None = None
    again: bool = False


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


def take(store: Store, landed: Landed, coming: Coming, now: datetime) -> str:
    """Put a landed file on record to be read; returns its arrival id.

    The same bytes with the same word by a program or the drop folder, while the first still
    wait, are the first. A page shows each file that was sent, once.
    """
    arrival_id = str(uuid7())
    landing.keep(store.folder, landed, arrival_id)

    def insert(con: Connection) -> str:
        if first := _first(con, landed, coming):
            return str(first[0]["arrival_id"])
        con.execute(_INSERT, _row(arrival_id, landed, coming, now))
        return arrival_id

    taken = store.write("app", insert)
    if taken != arrival_id:
        landing.discard(store.folder, arrival_id)
    return taken


def _first(con: Connection, landed: Landed, coming: Coming) -> list[Row]:
    """The arrival that this file is once more, or none."""
    if coming.way != "page":
        told = [coming.athlete_id, coming.way, landed.sha256, coming.rpe_tenths]
        return rows_of(con, _TWIN, told)
    sent = [coming.athlete_id, coming.batch_id, landed.sha256, own_name(coming.name)]
    return rows_of(con, _SENT, sent) if coming.again else []


def _row(arrival_id: str, landed: Landed, coming: Coming, now: datetime) -> list[object]:
    return [
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
    ]


def own_name(name: str) -> str:
    """The last part of a name in one printable line: nothing of it is ever used as a path."""
    last = shown(name).replace("\\", "/").rsplit("/", 1)[-1]
    line = "".join(letter if letter.isprintable() else " " for letter in last).strip()
    return line[-LONGEST_NAME:] or "file"  # the ending says what kind of file it is


def claim(store: Store, arrival_id: str) -> Row | None:
    """Athlete, hash, name and RPE of a file that waits, for who reads it; None if it does not."""
    return store.write("app", lambda con: _claim(con, arrival_id))


def end(store: Store, arrival_id: str, state: str, read: Read, now: datetime) -> None:
    """Write what became of a file that was claimed."""
    store.execute(
        "app",
        "UPDATE app.arrival SET state = ?, receipt = ?, ended_at = ? WHERE arrival_id = ?",
        [state, json.dumps(asdict(read)), now, arrival_id],
    )


def read_again(
    store: Store, athlete_id: str, sha256: str, state: str, read: Read, now: datetime
) -> None:
    """Write what became of a file that was read before, but where it arrived as a copy."""
    store.execute(
        "app",
        "UPDATE app.arrival SET state = ?, receipt = ?, ended_at = ? WHERE athlete_id = ? "
        "AND sha256 = ? AND state IN ('asks', 'stored', 'refused')",
        [state, json.dumps(asdict(read)), now, athlete_id, sha256],
    )


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


def of_athlete(
    store: Store, athlete_id: str, batches: int, refused_since: datetime
) -> list[list[Arrival]]:
    """What arrived of one athlete in the newest batches, newest first; files in their order.

    As many batches more with a file that was refused since a moment (aware): what a program
    sends, each file a batch of its own, must not hide what did not work.
    """
    rows = store.rows(_OF_ATHLETE, [refused_since, athlete_id, athlete_id, batches, batches])
    found: dict[str, list[Arrival]] = {}
    for row in rows:
        found.setdefault(row["batch_id"], []).append(_arrival(row))
    return list(found.values())


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


_COLUMNS = (
    "a.arrival_id, a.batch_id, a.athlete_id, a.way, a.name, a.bytes, a.state, a.known_at, "
    "a.ended_at, a.receipt"
)
_INSERT = "INSERT INTO app.arrival VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '{}', ?, NULL)"
_TWIN = (
    "SELECT a.arrival_id FROM app.arrival AS a WHERE a.athlete_id = ? AND a.way = ? "
    "AND a.sha256 = ? AND a.rpe_tenths IS NOT DISTINCT FROM ? AND a.state = 'waiting' "
    "ORDER BY a.arrival_id LIMIT 1"
)
_SENT = (
    "SELECT a.arrival_id FROM app.arrival AS a WHERE a.athlete_id = ? AND a.batch_id = ? "
    "AND a.sha256 = ? AND a.name = ? ORDER BY a.arrival_id LIMIT 1"
)

_OF_ATHLETE = f"""
WITH batch AS (
    SELECT
        b.batch_id,
        max(b.known_at) AS newest,
        bool_or(b.state = 'refused' AND b.known_at >= ?) AS refused
    FROM app.arrival AS b
    WHERE b.athlete_id = ?
    GROUP BY b.batch_id
),
placed AS (
    SELECT
        c.*,
        row_number() OVER (ORDER BY c.newest DESC, c.batch_id DESC) AS place,
        row_number() OVER (
            PARTITION BY c.refused ORDER BY c.newest DESC, c.batch_id DESC
        ) AS place_among
    FROM batch AS c
)
SELECT {_COLUMNS}
FROM app.arrival AS a
INNER JOIN placed AS p ON p.batch_id = a.batch_id
WHERE a.athlete_id = ? AND (p.place <= ? OR p.refused AND p.place_among <= ?)
ORDER BY p.newest DESC, p.batch_id DESC, a.known_at, a.arrival_id
"""
