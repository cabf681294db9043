"""Files in, raw rows out: read by a connector, kept byte for byte, stored once.

The original is kept under `raw/<athlete>/<sha256>` with a small note beside it, before
the lake hears of it; so the lake can be rebuilt from these files at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from clubmon import bothcores, fileanswers, past, people
from clubmon.doubt import doubts
from clubmon.fileanswers import Told
from clubmon.parked import Parked, bare
from clubmon.policy import Consent
from clubmon.rawfiles import Note as Note
from clubmon.rawfiles import file_sha256 as file_sha256
from clubmon.rawfiles import forget, is_known, outlived
from clubmon.rawfiles import keep_raw as keep_raw
from clubmon.rawfiles import notes as notes
from clubmon.rawfiles import raw_path as raw_path
from clubmon.reading import Parsed, parse, unreadable
from clubmon.sdk import Question, Refusal, Session
from clubmon.settings import Settings
from clubmon.store import Connection, Store, StoreError

MANY_FILES = 8  # from here on reading in two processes is worth starting them
LARGE_BYTES = 20_000_000  # an archive: what it holds is too much to hand from process to process


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
    for (athlete_id, path, name), (sha256, parsed) in zip(
        pending, _read_all(store, pending), strict=True
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
        raise ImportRefused(
            f"There is no athlete {athlete_id}; 'clubmon athlete list' shows the ids."
        )
    subject = people.subject(store, settings, athlete_id, now)
    if subject and Consent.LOAD in subject.consents:
        return
    if people.minor(settings, who.person, now):
        raise ImportRefused(
            f"{who.person.name} is under {settings.consent_age} and no guardian has consented; "
            "ask the guardian to open the invitation first."
        )
    raise ImportRefused(
        f"{who.person.name} has not consented to runs and lifts being stored; "
        "ask for the invitation to be opened first."
    )


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

    With `anew` the rows that are there give way to these.
    """
    from clubmon import rawrows  # brings pandas, half the start-up time of every other command

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
    sessions, ready = parsed.sessions, None
    if not isinstance(sessions, Parked):  # a few: reckoned before the lake is held
        ready = [rawrows.frames(payload, sessions, zone)]

    def write(con: Connection) -> None:
        if anew:
            rawrows.remove(con, note.athlete_id, note.sha256)
            past.forget(con)
        found = ready or rawrows.batches(payload, sessions, zone)
        rawrows.insert(con, payload, len(sessions), found)

    store.write("lake", write)


def _understood_at(note: Note, parsed: Parsed, told: dict[str, Told]) -> datetime:
    """When the file was known, or the last of the answers that it needed."""
    answered = [told[key].known_at for key in parsed.asked if key in told]
    return max([datetime.fromisoformat(note.known_at), *answered])


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
    loaded = 0
    for note in (one for one in found if not stale(one)):  # those are on their way out
        if (note.athlete_id, note.sha256) not in known and note.athlete_id not in erased:
            problem = _load_again(store, settings, note)
            problems += [problem] if problem else []
            loaded += not problem
    return Settled(loaded, tuple(problems))


def _load_again(store: Store, settings: Settings, note: Note) -> str | None:
    """Load one raw file; the sentence to say where that is not possible."""
    path = raw_path(store.folder, note.athlete_id, note.sha256)
    try:
        if file_sha256(path) != note.sha256:
            return f"{path} was changed on disk; restore it from a backup."
        answers = fileanswers.values(fileanswers.told(store, note.athlete_id))
        parsed = parse(path, note.name, answers, note.connector)
        load_parsed(store, settings, note, parsed, path.stat().st_size)
    except (OSError, ValueError, StoreError) as error:
        return f"{path} cannot be loaded again ({type(error).__name__}); import its file anew."
    return None


def _read_all(
    store: Store, files: list[tuple[str, Path, str]]
) -> Iterator[tuple[str, Parsed | None]]:
    """Hash and read each file; None instead of content where the lake knows it already."""
    known: dict[str, set[str]] = {}
    for row in store.rows(
        "SELECT athlete_id, sha256 FROM lake.raw.payload WHERE audience = 'club'"
    ):
        known.setdefault(row["athlete_id"], set()).add(row["sha256"])
    told = {who: fileanswers.values(one) for who, one in fileanswers.everyone(store).items()}
    work = (
        _work(path, name, known.get(athlete_id, set()), told.get(athlete_id, {}))
        for athlete_id, path, name in files
    )
    owners = [athlete_id for athlete_id, _, _ in files]
    results = bothcores.in_order(_read_one, work, many=len(files) >= MANY_FILES)
    yield from _without_repeats(owners, map(_read_large, results))


def _without_repeats(
    owners: list[str], results: Iterable[tuple[str, Parsed | None]]
) -> Iterator[tuple[str, Parsed | None]]:
    """The same bytes twice for one athlete in one call are stored once."""
    seen: set[tuple[str, str]] = set()
    for owner, (sha256, parsed) in zip(owners, results, strict=True):
        kept = bool(parsed and (parsed.sessions or parsed.questions))
        again = bool(sha256) and (owner, sha256) in seen and kept
        seen.add((owner, sha256))
        yield sha256, None if again else parsed


@dataclass(frozen=True, slots=True)
class Work:
    """A file on its way to be read; `known` if the lake has it, `problem` if it is not to be."""

    path: Path
    name: str
    answers: dict[str, str]
    sha256: str = ""
    size: int = 0
    known: bool = False
    problem: str = ""


def _work(path: Path, name: str, known: set[str], answers: dict[str, str]) -> Work:
    problem = unreadable(path)
    if problem:
        return Work(path, name, answers, problem=problem)
    try:
        sha256, size = file_sha256(path), path.stat().st_size
    except OSError as error:
        return Work(path, name, answers, problem=f"cannot be opened ({error.strerror}).")
    return Work(path, name, answers, sha256, size, sha256 in known)


def _read_one(work: Work) -> tuple[Work, Parsed | None]:
    """What a file holds; None for a known one, and for a large one, which has cores of its own."""
    if work.problem:
        return work, Parsed("", "", (), (Refusal(work.name, work.problem),))
    if work.known or work.size >= LARGE_BYTES:
        return work, None
    return work, parse(work.path, work.name, work.answers)


def _read_large(result: tuple[Work, Parsed | None]) -> tuple[str, Parsed | None]:
    work, parsed = result
    if parsed is None and not work.known:
        parsed = parse(work.path, work.name, work.answers)
    return work.sha256, parsed


def _receipt(name: str, sha256: str, parsed: Parsed, now: datetime) -> Receipt:
    sessions = bare(parsed.sessions)
    kinds = [session.kind for session in sessions]
    receipt = Receipt(name, refusals=parsed.refusals, questions=parsed.questions, sha256=sha256)
    return replace(
        receipt,
        runs=kinds.count("run"),
        lifts=kinds.count("lift"),
        others=kinds.count("other"),
        doubtful=tuple(
            f"{session.where or name}: {doubt}"
            for session in sessions
            for doubt in doubts(session, now)
        ),
        notes=tuple(_notes(sessions)),
    )


def _notes(sessions: Iterable[Session]) -> Iterator[str]:
    """Each warning once, with the first place and the number of sessions it is true of."""
    places: dict[str, list[str]] = {}
    for session in sessions:
        for warning in session.warnings:
            places.setdefault(warning, []).append(session.where)
    for warning, where in places.items():
        more = f" (and {len(where) - 1} more)" if len(where) > 1 else ""
        yield f"{where[0]}{more}: {warning}"
