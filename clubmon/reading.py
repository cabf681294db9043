"""Hands a file to the connector that knows it; opens no database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clubmon import plugins
from clubmon.sdk import ConnectorError, FileConnector, Refusal, Session

HEAD_BYTES = 4096
UNKNOWN = "is of a kind that no connector reads; see the list of formats in the README."


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
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        return _refused(name, f"cannot be opened ({error.strerror}); check the file.")
    if not head:
        return _refused(name, "is empty; export it again.")
    connector = claimant(connectors(), name, head)
    return _refused(name, UNKNOWN) if connector is None else _read(connector, path, name)


def connectors() -> list[FileConnector]:
    """The connectors that read files, made from their entry points."""
    found, _errors = plugins.load(plugins.CONNECTORS)
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
                refusals.append(Refusal(item.where, "repeats a session of this file; left out."))
            else:
                sessions[item.source, item.source_id] = item
    except ConnectorError as error:
        refusals.append(Refusal(name, str(error)))
    return Parsed(connector.name, connector.version, tuple(sessions.values()), tuple(refusals))


def _refused(name: str, message: str) -> Parsed:
    return Parsed("", "", (), (Refusal(name, message),))
