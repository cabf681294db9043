"""Files in, raw rows out: read by a connector, kept byte for byte, stored once.

The original is kept under `raw/<athlete>/<sha256>` with a small note beside it, before
the lake hears of it; so the lake can be rebuilt from these files at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clubmon.arrival import fileanswers, filereading
from clubmon.arrival.doubt import doubts
from clubmon.arrival.fileanswers import Told
from clubmon.arrival.parked import Parked, bare
from clubmon.arrival.rawfiles import Note as Note
from clubmon.arrival.rawfiles import file_sha256 as file_sha256
from clubmon.arrival.rawfiles import forget, is_known
from clubmon.arrival.rawfiles import keep_raw as keep_raw
from clubmon.arrival.rawfiles import notes as notes
from clubmon.arrival.rawfiles import raw_path as raw_path
from clubmon.arrival.reading import Parsed, parse
from clubmon.club import consenting, people
from clubmon.load import past
from clubmon.policy import Consent
from clubmon.sdk import Question, Refusal, Session
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store
from clubmon.words.sentences import sentence

if TYPE_CHECKING:
    from clubmon.arrival.rawrows import Payload

NO_ATHLETE = sentence("There is no athlete {id}; 'clubmon athlete list' shows the ids.")
NO_GUARDIAN = sentence(
    "{name} is under {age} and no guardian has consented; ask the guardian to open the invitation "
    "first."
)
NO_CONSENT = sentence(
    "{name} has not consented to runs and lifts being stored; ask for the invitation to be opened "
    "first."
)
AND_MORE = sentence("{where} (and {n} more)")
RELIEVED_BYTES = 30_000_000  # of files: their rows take some 200 MB until then


class ImportRefused(Exception):
    """Nothing of this athlete may be imported, in one sentence."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file. `known` says that it was stored before and nothing changed."""

    name: str
    known: bool = False
    runs: int = 0
    lifts: int = 0
    others: int = 0
    doubtful: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what was read with a reservation, each sentence once
    refusals: tuple[Refusal, ...] = ()
    questions: tuple[Question, ...] = ()  # the file is kept and waits for answers
    sha256: str = ""  # '' for a file that could not be opened


@dataclass(slots=True)
class Loading:
    """Many files going into the lake, which is relieved of them every now and then."""

    store: Store
    since: int = 0  # bytes of files

    def took(self, size: int) -> None:
        """One more file of this size is in the lake."""
        self.since += size
        if self.since >= RELIEVED_BYTES:
            self.store.relieve()
            self.since = 0


def store_file(
    store: Store, settings: Settings, athlete_id: str, path: Path, name: str, now: datetime
) -> Receipt:
    """Store one file for an athlete; a file stored before changes nothing.

    Raises ImportRefused without consent in force.
    """
    return next(store_files(store, settings, athlete_id, [(path, name)], now))


def store_files(
    store: Store,
    settings: Settings,
    athlete_id: str,
    files: Iterable[tuple[Path, str]],
    now: datetime,
) -> Iterator[Receipt]:
    """Store files (path, name to show) one after the other; a receipt each, in order."""
    yield from store_all(store, settings, [(athlete_id, *file) for file in files], now)


def store_all(
    store: Store, settings: Settings, files: Iterable[tuple[str, Path, str]], now: datetime
) -> Iterator[Receipt]:
    """Store files (athlete, path, name to show) of several athletes; a receipt each, in order.

    Many files are read by one set of processes. Raises ImportRefused before anything is
    stored if one of the athletes has not consented.
    """
    pending = [(athlete_id, path, shown(name)) for athlete_id, path, name in files]
    for athlete_id in dict.fromkeys(athlete_id for athlete_id, _, _ in pending):
        require_consent(store, settings, athlete_id, now)
    loading = Loading(store)
    for (athlete_id, path, name), (sha256, parsed) in zip(
        pending, filereading.read_all(store, pending), strict=True
    ):
        if parsed is None:
            yield Receipt(name, known=True, sha256=sha256)
            continue
        if parsed.sessions or parsed.questions:
            note = Note(athlete_id, sha256, name, "club", now.isoformat())
            if is_known(store, note):  # fetched for the athlete alone; the file is for the club
                forget(store, athlete_id, [sha256])
            keep_raw(store.folder, note, path)
            load_parsed(store, settings, note, parsed, path.stat().st_size)
            loading.took(path.stat().st_size)
        yield _receipt(name, sha256, parsed, now)


def read_again(
    store: Store, settings: Settings, athlete_id: str, key: str, now: datetime
) -> list[Receipt]:
    """Read the athlete's files anew that an answer was looked up for; a receipt each.

    What they hold counts as known since the answer.
    """
    asked = {
        row["sha256"]
        for row in store.rows(
            "SELECT DISTINCT q.sha256 FROM lake.raw.question AS q "
            "WHERE q.athlete_id = ? AND q.key = ?",
            [athlete_id, key],
        )
    }
    found, _ = notes(store.folder, athlete_id)
    answers = fileanswers.values(fileanswers.told(store, athlete_id))
    receipts = []
    for note in (note for note in found if note.sha256 in asked):
        path = raw_path(store.folder, athlete_id, note.sha256)
        parsed = parse(path, note.name, answers, note.connector)
        load_parsed(store, settings, note, parsed, path.stat().st_size, anew=True)
        receipts.append(_receipt(note.name, note.sha256, parsed, now))
    return receipts


def shown(name: str) -> str:
    """A file's name as text that can be stored and printed, whatever bytes it was made of."""
    return name.encode("utf-8", "replace").decode("utf-8")


def require_consent(store: Store, settings: Settings, athlete_id: str, now: datetime) -> None:
    """Raises ImportRefused unless this athlete's runs and lifts may be stored now."""
    who = people.athlete(store, athlete_id)
    if who is None:
        raise ImportRefused(NO_ATHLETE.format(id=athlete_id))
    subject = consenting.subject(store, settings, athlete_id, now)
    if subject and Consent.LOAD in subject.consents:
        return
    if consenting.minor(settings, who.person, now):
        raise ImportRefused(NO_GUARDIAN.format(name=who.person.name, age=settings.consent_age))
    raise ImportRefused(NO_CONSENT.format(name=who.person.name))


def load_parsed(
    store: Store,
    settings: Settings,
    note: Note,
    parsed: Parsed,
    size: int,
    *,
    anew: bool = False,
) -> None:
    """Write one file's rows in one lake transaction, unless they are there already.

    With `anew` the rows that are there give way to these, and nothing is written where there are
    none any more: somebody was erased meanwhile, or the file is forgotten.
    """
    # brings pandas, half the start-up time of every other command
    from clubmon.arrival import rawrows

    who = people.person(store, note.athlete_id)
    zone = (who.timezone if who else None) or settings.timezone
    waiting = {question.key for question in parsed.questions}
    payload = rawrows.Payload(
        note.athlete_id,
        note.sha256,
        note.name,
        parsed.connector,
        parsed.version,
        size,
        note.audience,
        len(parsed.refusals),
        _understood_at(note, parsed, fileanswers.told(store, note.athlete_id)),
        tuple((key, key in waiting) for key in parsed.asked),
    )
    with _rows(store, payload, parsed.sessions, zone) as insert:

        def write(con: Connection) -> None:
            if anew and not rawrows.there(con, note.athlete_id, note.sha256):
                return
            if anew:
                rawrows.remove(con, note.athlete_id, note.sha256)
                past.forget(con)
            insert(con)

        store.write("lake", write)


@contextmanager
def _rows(
    store: Store, payload: Payload, sessions: Sequence[Session], zone: str
) -> Iterator[Callable[[Connection], object]]:
    """What writes a file's rows, which are made before the lake is held."""
    from clubmon.arrival import manyrows, rawrows

    if isinstance(sessions, Parked):
        with manyrows.staged(store, payload, sessions, zone) as write:
            yield write
    else:
        found = [rawrows.frames(payload, sessions, zone)]
        yield lambda con: rawrows.insert(con, payload, len(sessions), found)


def _understood_at(note: Note, parsed: Parsed, told: dict[str, Told]) -> datetime:
    """When the file was known, or the last of the answers that it needed."""
    answered = [told[key].known_at for key in parsed.asked if key in told]
    return max([datetime.fromisoformat(note.known_at), *answered])


def _receipt(name: str, sha256: str, parsed: Parsed, now: datetime) -> Receipt:
    kinds = Counter(session.kind for session in bare(parsed.sessions))
    receipt = Receipt(name, refusals=parsed.refusals, questions=parsed.questions, sha256=sha256)
    return replace(
        receipt,
        runs=kinds["run"],
        lifts=kinds["lift"],
        others=kinds["other"],
        doubtful=tuple(
            f"{session.where or name}: " + doubt  # in English, as it is kept
            for session in bare(parsed.sessions)
            for doubt in doubts(session, now)
        ),
        notes=tuple(_notes(bare(parsed.sessions))),
    )


def _notes(sessions: Iterable[Session]) -> Iterator[str]:
    """Each warning once, with the first place and the number of sessions it is true of."""
    places: dict[str, list[str]] = {}
    for session in sessions:
        for warning in session.warnings:
            places.setdefault(warning, []).append(session.where)
    for warning, where in places.items():
        place = AND_MORE.format(where=where[0], n=len(where) - 1) if len(where) > 1 else where[0]
        yield f"{place}: {warning}"
