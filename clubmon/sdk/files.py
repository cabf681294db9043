"""Documents and how they are read; what a document leaves open is a question to the athlete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from clubmon.sdk.sessions import Refusal, Session


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given to a question: what is stored, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A table whose columns nobody has named yet: what to show to the person who can.

    The answer is one value of `offered` per column, joined by commas; '' leaves a column out.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first few, as they stand in the file
    offered: tuple[Choice, ...]
    guess: tuple[str, ...]  # one value per column


@dataclass(frozen=True, slots=True)
class Question:
    """What a file does not say and a person can: kg or lb, km or miles, which column is what.

    The answer is remembered per athlete under `key`, for every later file that asks the same. A
    question about files of one layout only has `@` and a mark of that layout in its key. A
    connector that was given an answer which is none of the choices asks again.
    """

    key: str  # 'weight_unit', 'columns@3f2a90bc11de'
    text: str  # one sentence with a question mark at its end
    choices: tuple[Choice, ...]  # at least two; none where `columns` is given
    where: str
    columns: Columns | None = None


Answers = Mapping[str, str]  # by the keys of questions
NO_ANSWERS: Answers = MappingProxyType({})


class FileConnector(Protocol):
    """Reads files of some formats. Built-in and third-party connectors have this shape."""

    name: str
    version: str

    def claims(self, name: str, head: bytes) -> bool:
        """Whether a file of this name that starts with these bytes (up to 4 KiB) is ours."""
        ...

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal | Question]:
        """Yield what the file holds, good rows first to last; never raises for bad input.

        `name` is the file's own name for messages; `path` may be a stored copy. What the file
        leaves open is looked up in `answers` by the question's key (`answers.get(key)`), and
        only where it is needed: the core notes what was looked up. Where nothing usable is
        found there, yield the Question in place of the sessions that depend on it. The core
        keeps the file, asks, and reads it again; until then none of its sessions counts, as
        those left out would look like days of rest.
        """
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """What a source handed over about one activity, as received; `read` of the same connector
    turns it into sessions. `name` ends in what `claims` knows it by."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Share:
    """One player's part of a team's file: a document with that player's rows and no other's,
    which `read` of the same connector reads like the player's own file."""

    player: str  # as the file writes the name
    document: Document


class TeamConnector(FileConnector, Protocol):
    """Also reads files of a whole team. `read` refuses one that holds several players."""

    def shares(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Share | Refusal | Question]:
        """Yield each player's part, in the order of the file; a question as `read` does."""
        ...
