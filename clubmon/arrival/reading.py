"""Hands a file to the connector that knows it; opens no database."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from clubmon import plugins
from clubmon.arrival.parked import Parked
from clubmon.sdk import (
    NO_ANSWERS,
    Answers,
    ConnectorError,
    FileConnector,
    Question,
    Refusal,
    Session,
    Share,
    TeamConnector,
)
from clubmon.words.sentences import sentence

HEAD_BYTES = 4096
UNKNOWN = sentence(
    "is of a kind that is not read here; the page /help/files says which files are read and how "
    "to get them."
)
NO_FILES = sentence("is a folder that holds no files; name one with exported files, or a file.")
NO_FILE = sentence(
    "is no file but a pipe or a device, and was not opened; save its content as a file first."
)
EMPTY = sentence("is empty; export it again.")
NO_PATH = sentence("is no path; check its name.")
NOT_OPENED = sentence("cannot be opened ({why}); check the file.")
REPEATED = sentence(
    "repeats a session that this file holds already and was left out; "
    "nothing needs doing unless the two differ."
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file holds, and which connector read it ('' for none).

    No sessions while there are questions: those that wait would look like days of rest.
    `asked` are the keys of everything that was looked up among the answers.
    """

    connector: str
    version: str
    sessions: Sequence[Session]
    refusals: tuple[Refusal, ...]
    questions: tuple[Question, ...] = ()
    asked: tuple[str, ...] = ()


class Watched(Mapping[str, str]):
    """Answers that know which of them were asked for."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: dict[str, None] = {}  # in order, each once

    def __getitem__(self, key: str) -> str:
        self.asked[key] = None
        return self._answers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def parse(path: Path, name: str, answers: Answers = NO_ANSWERS, connector_name: str = "") -> Parsed:
    """Read a file with the connector of that name, or else with the one that claims it; bad
    input becomes refusals.

    `name` is the file's name to show and to judge by; `path` may be a stored copy. `answers`
    are what the athlete has said so far, by the keys of questions.
    """
    problem = unreadable(path)
    if problem:
        return _refused(name, problem)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        return _refused(name, _closed(error))
    if not head:
        return _refused(name, EMPTY)
    known = connectors()
    named = [each for each in known if each.name == connector_name]
    connector = named[0] if named else claimant(known, name, head)
    if connector is None:
        return _refused(name, _unclaimed())
    return _read(connector, path, name, answers)


def shares(
    path: Path, name: str, answers: Answers = NO_ANSWERS
) -> Iterator[Share | Refusal | Question]:
    """A team's file, shared out by the connector that claims it; bad input becomes refusals."""
    problem = unreadable(path)
    if problem:
        yield Refusal(name, problem)
        return
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        yield Refusal(name, EMPTY)
        return
    connector = claimant(connectors(), name, head)
    if connector is None or not hasattr(connector, "shares"):
        yield Refusal(name, _unclaimed())
        return
    for item in cast(TeamConnector, connector).shares(path, name, answers):
        yield _shown(item) if isinstance(item, Refusal) else item


def unreadable(path: Path) -> str:
    """Why a path is not to be opened, '' for a file: opening a pipe would wait for ever."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return _closed(error)
    except ValueError:  # a NUL byte in the path
        return NO_PATH
    if stat.S_ISDIR(mode):
        return NO_FILES
    return "" if stat.S_ISREG(mode) else NO_FILE


def connectors() -> list[FileConnector]:
    """The connectors that read files, made from their entry points."""
    found, _ = plugins.load(plugins.CONNECTORS)
    return [kind() for kind in found.values() if hasattr(kind, "claims")]


def claimant(known: list[FileConnector], name: str, head: bytes) -> FileConnector | None:
    """The connector for a file: one that knows its content goes before one that knows its name."""
    by_content = (each for each in known if each.claims("", head))
    by_name = (each for each in known if each.claims(name, head))
    return next(by_content, None) or next(by_name, None)


def _read(connector: FileConnector, path: Path, name: str, answers: Answers) -> Parsed:
    """All that a file holds; a session that it holds twice is kept once."""
    sessions, seen = Parked(), set[tuple[str, str]]()
    refusals: list[Refusal] = []
    questions: dict[str, Question] = {}
    watched = Watched(answers)
    try:
        for item in connector.read(path, name, watched):
            if isinstance(item, Refusal):
                refusals.append(_shown(item))
            elif isinstance(item, Question):
                questions.setdefault(item.key, item)
            elif (item.source, item.source_id) in seen:
                refusals.append(_shown(Refusal(item.where, REPEATED)))
            else:
                seen.add((item.source, item.source_id))
                sessions.add(_said(item))
    except ConnectorError as error:
        refusals.append(_shown(Refusal(name, str(error))))
    return Parsed(
        connector.name,
        connector.version,
        () if questions else sessions.plain(),
        tuple(refusals),
        tuple(questions.values()),
        tuple({**watched.asked, **dict.fromkeys(questions)}),
    )


def printable(text: str) -> str:
    """One line that a terminal shows and does not obey, whatever a file put into it."""
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text
    )


def _shown(refusal: Refusal) -> Refusal:
    return Refusal(printable(refusal.where), printable(refusal.message))


def _said(session: Session) -> Session:
    """The session with texts that can be shown and stored: JSON may hold half a letter."""
    return replace(
        session,
        where=printable(session.where),
        warnings=tuple(map(printable, session.warnings)),
        sport=_whole(session.sport),
        title=None if session.title is None else _whole(session.title),
    )


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _closed(error: OSError) -> str:
    return NOT_OPENED.format(why=error.strerror)


def _unclaimed() -> str:
    """That nobody reads the file; the plugin that would may be one that failed to load."""
    _, errors = plugins.load(plugins.CONNECTORS)
    return " ".join(" ".join([UNKNOWN, *errors]).split())


def _refused(name: str, message: str) -> Parsed:
    return Parsed("", "", (), (Refusal(name, message),))
