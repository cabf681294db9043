"""Files on their way in: on disk and on record first, read afterwards, each with its receipt.

A file that was taken is a file `arrivals/<id>` and a row of `app.arrival`. Whatever stops the
service, `resume` lets the next start read what was taken and not yet read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from clubmon.arrival import arrivalrows, ingest
from clubmon.arrival.arrivalrows import Read
from clubmon.arrival.ingest import ImportRefused, Receipt
from clubmon.settings import Settings
from clubmon.storage import landing
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.sentences import sentence

log = logging.getLogger(__name__)

MOST_LINES = 200  # of one receipt; how many there were is kept as a number
_TICK = timedelta(microseconds=1)  # the finest that the store keeps
MOST_PARTS = 8  # of one multisport recording; more is an export of many sessions
LOST = sentence("was taken but is no longer on the disk; send it again.")
FAULT = sentence("could not be read because of a fault in clubmon ({why}); tell your club's admin.")


def work(
    store: Store,
    settings: Settings,
    now: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Read all files that wait, oldest first, until `enough`; says how many were read."""
    count = 0
    while not enough() and (
        row := store.row(
            "SELECT arrival_id FROM app.arrival WHERE state = 'waiting' "
            "ORDER BY known_at, arrival_id LIMIT 1"
        )
    ):
        count += read_one(store, settings, row["arrival_id"], now())
    return count


def read_one(store: Store, settings: Settings, arrival_id: str, now: datetime) -> bool:
    """Read one file that waits and write its receipt; False where somebody else does."""
    row = arrivalrows.claim(store, arrival_id)
    if row is None:
        return False
    path = landing.place(store.folder, arrival_id)
    state, read = _outcome(store, settings, row, path, now)
    whose, sha256, rpe_tenths = row["athlete_id"], row["sha256"], row["rpe_tenths"]
    told = state != "refused" and rpe_tenths is not None
    if told and _parts(store, whose, sha256) <= MOST_PARTS:
        keep_rpe(store, whose, sha256, rpe_tenths, now)
    arrivalrows.end(store, arrival_id, state, read, now)
    path.unlink(missing_ok=True)
    return True


def answered(store: Store, athlete_id: str, receipts: Iterable[Receipt], now: datetime) -> None:
    """Write anew what became of files that were read again with an answer."""
    for receipt in receipts:
        state, read = _became(receipt)
        arrivalrows.read_again(store, athlete_id, receipt.sha256, state, read, now)


def rate(store: Store, athlete_id: str, sha256: str, rpe_tenths: int, now: datetime) -> bool:
    """Take a session RPE x 10 for a recording that was read before; False where none was."""
    parts = _parts(store, athlete_id, sha256)
    if 0 < parts <= MOST_PARTS:
        keep_rpe(store, athlete_id, sha256, rpe_tenths, now)
    return parts > 0


def keep_rpe(store: Store, athlete_id: str, sha256: str, rpe_tenths: int, now: datetime) -> None:
    """Record the session RPE that was handed over with a file; the same again changes nothing."""

    def insert(con: Connection) -> None:
        kept = rows_of(
            con,
            "SELECT rpe_tenths, known_at FROM app.file_rpe WHERE athlete_id = ? AND sha256 = ? "
            "ORDER BY known_at DESC LIMIT 1",
            [athlete_id, sha256],
        )
        if not kept or kept[0]["rpe_tenths"] != rpe_tenths:
            known_at = max(now, kept[0]["known_at"] + _TICK) if kept else now
            con.execute(
                "INSERT INTO app.file_rpe VALUES (?, ?, ?, ?)",
                [athlete_id, sha256, rpe_tenths, known_at],
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
    for path in landing.inbox(store.folder).iterdir():
        if path.name not in waiting:
            path.unlink(missing_ok=True)
    return len(waiting)


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
        return "refused", _refused(f"{name}: {FAULT.format(why=type(error).__name__)}")
    return _became(receipt)


def _became(receipt: Receipt) -> tuple[str, Read]:
    read = _read(receipt)
    if receipt.known:
        return "known", read
    if read.questions:
        return "asks", read
    return "stored" if read.sessions else "refused", read


def _parts(store: Store, athlete_id: str, sha256: str) -> int:
    """How many sessions were read of a file: one effort is told of a single recording alone."""
    found = store.row(
        "SELECT count(*) AS parts FROM lake.raw.session WHERE athlete_id = ? AND sha256 = ?",
        [athlete_id, sha256],
    )
    return int(found["parts"]) if found else 0


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
