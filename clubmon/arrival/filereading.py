"""Many files hashed and read on all cores, in order; what the lake knows is not read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clubmon import bothcores
from clubmon.arrival import fileanswers
from clubmon.arrival.rawfiles import file_sha256
from clubmon.arrival.reading import NOT_OPENED, Parsed, parse, unreadable
from clubmon.sdk import Refusal
from clubmon.storage.store import Store

MANY_FILES = 8  # from here on reading in two processes is worth starting them
LARGE_BYTES = 20_000_000  # an archive: what it holds is too much to hand from process to process


def read_all(
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
        return Work(path, name, answers, problem=NOT_OPENED.format(why=error.strerror))
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
