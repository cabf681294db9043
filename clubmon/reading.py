"""Hands a file to the connector that knows it; opens no database."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from clubmon import plugins
from clubmon.sdk import ConnectorError, FileConnector, Refusal, Session

HEAD_BYTES = 4096
UNKNOWN = "is of a kind that no connector reads; see the list of formats in the README."
NO_FILES = "is a folder that holds no files; name one with exported files, or a file."
NO_FILE = "is no file but a pipe or a device, and was not opened; save its content as a file first."
REPEATED = (
    "repeats a session that this file holds already and was left out; "
    "nothing needs doing unless the two differ."
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file holds, and which connector read it ('' for none)."""

    connector: str
    version: str
    sessions: tuple[Session, ...]
    refusals: tuple[Refusal, ...]


def parse(path: Path, name: str) -> Parsed:
    """Read a file with the connector that claims it; bad input becomes refusals.

    `name` is the file's name to show and to judge by; `path` may be a stored copy.
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
        return _refused(name, "is empty; export it again.")
    connector = claimant(connectors(), name, head)
    return _refused(name, _unclaimed()) if connector is None else _read(connector, path, name)


def unreadable(path: Path) -> str:
    """Why a path is not to be opened, '' for a file: opening a pipe would wait for ever."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return _closed(error)
    except ValueError:  # a NUL byte in the path
        return "is no path; check its name."
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


def _read(connector: FileConnector, path: Path, name: str) -> Parsed:
    """All that a file holds; a session that it holds twice is kept once."""
    sessions: dict[tuple[str, str], Session] = {}
    refusals: list[Refusal] = []
    try:
        for item in connector.read(path, name):
            if isinstance(item, Refusal):
                refusals.append(item)
            elif (item.source, item.source_id) in sessions:
                refusals.append(Refusal(item.where, REPEATED))
            else:
                sessions[item.source, item.source_id] = item
    except ConnectorError as error:
        refusals.append(Refusal(name, str(error)))
    return Parsed(connector.name, connector.version, tuple(sessions.values()), tuple(refusals))


def _closed(error: OSError) -> str:
    return f"cannot be opened ({error.strerror}); check the file."


def _unclaimed() -> str:
    """That nobody reads the file; the plugin that would may be one that failed to load."""
    _, errors = plugins.load(plugins.CONNECTORS)
    return " ".join(" ".join([UNKNOWN, *errors]).split())


def _refused(name: str, message: str) -> Parsed:
    return Parsed("", "", (), (Refusal(name, message),))
