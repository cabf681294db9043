"""Loads raw files that the lake does not know: after a crash, or all after a lost lake.

Those that an older version read are read again after an update, file by file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from clubmon.arrival import fileanswers
from clubmon.arrival.ingest import Loading, load_parsed
from clubmon.arrival.rawfiles import Note, file_sha256, notes, outlived, raw_path
from clubmon.arrival.reading import parse
from clubmon.settings import Settings
from clubmon.storage.store import OUTDATED, Store, StoreError


@dataclass(frozen=True, slots=True)
class Settled:
    """How many raw files were loaded, and one sentence for each that could not be."""

    loaded: int
    problems: tuple[str, ...] = ()


def settle(store: Store, settings: Settings) -> Settled:
    """Load raw files that the lake does not know: after a crash, or all after a lost lake.

    One file that cannot be read again keeps no other from being loaded.
    """
    known = {
        (row["athlete_id"], row["sha256"])
        for row in store.rows("SELECT athlete_id, sha256 FROM lake.raw.payload")
    }
    erased = {
        row["key"] for row in store.rows("SELECT key FROM app.tombstone WHERE kind = 'person'")
    }
    stale = outlived(store)
    found, problems = notes(store.folder)
    missing = (
        note
        for note in found
        if (note.athlete_id, note.sha256) not in known
        and note.athlete_id not in erased
        and not stale(note)  # those are on their way out
    )
    return _load_all(store, settings, missing, problems)


def read_outdated(store: Store, settings: Settings, enough: Callable[[], bool]) -> Settled:
    """Read again what an older version read, until `enough`; the next time goes on with the rest.

    The rows of a file give way to its new ones at once, or stay where it cannot be read again.
    """
    rows = store.rows(
        "SELECT athlete_id, sha256 FROM lake.raw.payload WHERE connector_version = ?", [OUTDATED]
    )
    waiting = {(row["athlete_id"], row["sha256"]) for row in rows}
    found, problems = notes(store.folder)
    old = (note for note in found if (note.athlete_id, note.sha256) in waiting)
    still = takewhile(lambda _: not enough(), old)
    return _load_all(store, settings, still, problems, anew=True)


def outdated(store: Store) -> int:
    """How many files wait to be read again after an update."""
    count = "SELECT count(*) AS files FROM lake.raw.payload WHERE connector_version = ?"
    found = store.row(count, [OUTDATED])
    return int(found["files"]) if found else 0


def _load_all(
    store: Store,
    settings: Settings,
    which: Iterable[Note],
    problems: Sequence[str],
    *,
    anew: bool = False,
) -> Settled:
    """Load raw files one after the other; `problems` are those that were met before."""
    loading = Loading(store)
    met = [_load_again(store, settings, note, loading, anew=anew) for note in which]
    return Settled(met.count(None), (*problems, *(problem for problem in met if problem)))


def _load_again(
    store: Store, settings: Settings, note: Note, loading: Loading, *, anew: bool = False
) -> str | None:
    """Load one raw file; the sentence to say where that is not possible."""
    path = raw_path(store.folder, note.athlete_id, note.sha256)
    try:
        if file_sha256(path) != note.sha256:
            return f"{path} was changed on disk; restore it from a backup."
        answers = fileanswers.values(fileanswers.told(store, note.athlete_id))
        parsed = parse(path, note.name, answers, note.connector)
        size = path.stat().st_size
        load_parsed(store, settings, note, parsed, size, anew=anew)
        loading.took(size)
    except (OSError, ValueError, StoreError) as error:
        return f"{path} cannot be loaded again ({type(error).__name__}); import its file anew."
    return None
