"""Questions that files leave open: which wait, what was answered, and what an answer does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clubmon.arrival import fileanswers, ingest
from clubmon.arrival.ingest import Receipt
from clubmon.arrival.reading import Parsed, parse
from clubmon.sdk import Question
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store


class AnswerRefused(Exception):
    """An answer that cannot be taken, in one sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an athlete's files, with the newest file that asks it."""

    question: Question
    sha256: str
    file: str
    files: int
    waiting: bool
    answer: str  # '' where none was given


def asked(store: Store, athlete_id: str) -> list[Asked]:
    """What the athlete's files ask, those that wait first; each is read for it."""
    answers = fileanswers.values(fileanswers.told(store, athlete_id))
    found = [_asked(store, athlete_id, row, answers) for row in store.rows(_KEYS, [athlete_id])]
    return [one for one in found if one]


def waiting(store: Store, athlete_id: str) -> int:
    """How many of the athlete's files wait for an answer."""
    row = store.row(
        "SELECT count(DISTINCT q.sha256) AS n FROM lake.raw.question AS q "
        "WHERE q.waiting AND q.athlete_id = ?",
        [athlete_id],
    )
    return int(row["n"]) if row else 0


def waited_for(store: Store, athlete_id: str, hashes: Collection[str]) -> dict[str, str]:
    """What these of the athlete's files wait for: by key the content hash of one that does."""
    rows = store.rows(
        "SELECT q.key, min(q.sha256) AS sha256 FROM lake.raw.question AS q WHERE q.waiting "
        "AND q.athlete_id = ? AND list_contains(?::VARCHAR[], q.sha256) GROUP BY q.key",
        [athlete_id, list(hashes)],
    )
    return {row["key"]: row["sha256"] for row in rows}


def answer(
    store: Store,
    settings: Settings,
    athlete_id: str,
    key: str,
    value: str,
    by_person_id: str,
    now: datetime,
) -> list[Receipt]:
    """Remember an answer, and read every file anew that asked for it; a receipt each.

    Raises AnswerRefused where nothing asks, or the value is none of the choices, and
    ImportRefused without consent in force.
    """
    ingest.require_consent(store, settings, athlete_id, now)
    question = next(
        (one.question for one in asked(store, athlete_id) if one.question.key == key), None
    )
    if question is None:
        raise AnswerRefused(f"No file of this athlete asks for '{key}'; import the file first.")
    if not fits(question, value):
        raise AnswerRefused(f"'{value}' does not answer '{key}'; {choose(question)}.")
    fileanswers.record(store, athlete_id, key, value, by_person_id, now)
    return ingest.read_again(store, settings, athlete_id, key, now)


def tried(store: Store, athlete_id: str, one: Asked, value: str) -> Parsed:
    """What the newest file that asks would hold with this answer; stores nothing."""
    path = ingest.raw_path(store.folder, athlete_id, one.sha256)
    answers = fileanswers.values(fileanswers.told(store, athlete_id))
    return parse(path, one.file, {**answers, one.question.key: value})


def fits(question: Question, value: str) -> bool:
    """Whether a value is one of the choices, or names every column in a way that is offered."""
    if question.columns is None:
        return value in {choice.value for choice in question.choices}
    parts = value.split(",")
    offered = {"", *(choice.value for choice in question.columns.offered)}
    return len(parts) == len(question.columns.header) and set(parts) <= offered


def choose(question: Question) -> str:
    """How to answer on the command line."""
    if question.columns is not None:
        return f"answer with --answer '{question.key}={','.join(question.columns.guess)}'"
    ways = [f"--answer {question.key}={choice.value}" for choice in question.choices]
    return f"answer with {' or '.join(ways)}"


_KEYS = """
    SELECT
        q.key,
        bool_or(q.waiting) AS waiting,
        CAST(count(*) AS BIGINT) AS files,
        arg_max(
            {'sha256': q.sha256, 'name': p.name}, row(q.waiting, p.known_at, p.sha256)
        ) AS newest
    FROM lake.raw.question AS q
    INNER JOIN lake.raw.payload AS p ON p.athlete_id = q.athlete_id AND p.sha256 = q.sha256
    WHERE q.athlete_id = ?
    GROUP BY q.key
    ORDER BY waiting DESC, q.key
"""


def _asked(store: Store, athlete_id: str, row: Row, answers: dict[str, str]) -> Asked | None:
    key, newest = row["key"], row["newest"]
    path = ingest.raw_path(store.folder, athlete_id, newest["sha256"])
    others = {name: value for name, value in answers.items() if name != key}
    read = parse(path, newest["name"], others)
    question = next((each for each in read.questions if each.key == key), None)
    if question is None:
        return None
    return Asked(
        question,
        newest["sha256"],
        newest["name"],
        row["files"],
        row["waiting"],
        answers.get(key, ""),
    )
