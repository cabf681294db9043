"""Fetches one connection, a page at a time: asked, stored, and only then gone on from.

Whatever stops it, the next fetch goes on after the last page that was stored. A failure becomes
the connection's state and last error in words; it never reaches another connection.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from clubmon.arrival import ingest, rawfiles, reading
from clubmon.arrival.rawfiles import Note
from clubmon.arrival.reading import Parsed
from clubmon.club import connections
from clubmon.club.connections import Connected
from clubmon.sdk import Access, ConnectorError, Document, Page, SourceConnector
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.sync import keeping, syncs
from clubmon.words.sentences import sentence

BROKEN = sentence(
    "The connector of {source} failed ({why}); the log has the details for its author."
)

log = logging.getLogger("clubmon")


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that rows bear (aware UTC), and a clock for what runs out meanwhile."""

    stamp: datetime
    clock: Callable[[], datetime]


@dataclass(slots=True)
class Counts:
    """What was new: documents with sessions in them, sessions that left, documents refused."""

    documents: int = 0
    deleted: int = 0
    refused: int = 0


class Broken(ConnectorError):
    """A connector failed in a way that it does not promise."""

    usually_permanent = False


def access(
    store: Store,
    settings: Settings,
    one: Connected,
    moment: Moment,
    wanted: tuple[str, ...] = (),
    keep_days: int | None = None,
) -> Access:
    """What a connector is lent to fetch for one athlete."""
    source, id_ = one.source, one.connection_id
    limited = keep_days is not None and one.mode == "athlete_only"
    return Access(
        settings=settings.connectors.get(source, {}),
        credentials=one.credentials or {},
        keep=lambda credentials: connections.keep_credentials(store, id_, credentials),
        recall=lambda: connections.recall(store, source),
        remember=lambda note: connections.remember(store, source, note, moment.stamp),
        now=moment.clock,
        wanted=wanted,
        not_before=moment.stamp - timedelta(days=keep_days or 0) if limited else None,
        history=not one.caught_up,
        sharing=sum(other.source == source for other in connections.living(store)),
    )


@dataclass(slots=True)
class Fetch:
    """One connection on its way. `step` does a page; `counts` and `error` say what came of it."""

    store: Store
    settings: Settings
    connector: SourceConnector
    one: Connected
    moment: Moment
    wanted: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    error: ConnectorError | None = None
    _pages: Iterator[Page] | None = None
    _cursor: str | None = None

    def step(self) -> bool:
        """Fetch and store the next page; False once there is none, or it failed, or it may not."""
        if not connections.may_fetch(self.store, self.settings, self.one, self.moment.stamp):
            return self.stop()
        try:
            page = self._next()
        except ConnectorError as error:
            return self._fail(error)
        except Exception as error:  # a plugin can fail in any way and must not take the rest along
            log.exception("The connector of %s failed.", self.one.source)
            return self._fail(_broken(self.one.source, error))
        if page is None:
            connections.succeeded(
                self.store, self.one.connection_id, self.moment.stamp, caught_up=not self.wanted
            )
            return self.stop()
        return self._keep(page) or self.stop()

    def _next(self) -> Page | None:
        if self._pages is None:
            self._cursor = self.one.cursor
            lent = access(self.store, self.settings, self.one, self.moment, self.wanted,
                          self.connector.keep_days)  # fmt: skip
            self._pages = iter(self.connector.pages(lent, self._cursor))
        return next(self._pages, None)

    def _keep(self, page: Page) -> bool:
        """Store a page and its cursor; False where the connection is not what it was any more."""
        with self.store.arrivals:
            now = connections.get(self.store, self.one.connection_id)
            if now is None or (now.state, now.mode, now.cursor) != (
                self.one.state, self.one.mode, self._cursor,
            ):  # fmt: skip
                return False
            for document in page.documents:
                self._store(document)
            for gone in page.deleted:
                keeping.delete_session(self.store, self.one, gone, self.moment.stamp)
                self.counts.deleted += 1
            if not self.wanted:
                syncs.advance(self.store, self.settings, self.one, self.connector, page,
                              self.moment.stamp)  # fmt: skip
                self._cursor = page.cursor
        return True

    def _store(self, document: Document) -> None:
        sha256 = hashlib.sha256(document.content).hexdigest()
        note = Note(
            self.one.athlete_id, sha256, document.name, self.one.mode,
            self.moment.stamp.isoformat(), self.connector.name, self.one.connection_id,
        )  # fmt: skip
        parsed = store_document(self.store, self.settings, note, document.content)
        self.counts.documents += bool(parsed.sessions)
        self.counts.refused += len(parsed.refusals)

    def _fail(self, error: ConnectorError) -> bool:
        self.error = error
        connections.failed(self.store, self.one.connection_id, error, self.moment.clock())
        return self.stop()

    def stop(self) -> bool:
        """Let go of the source; the next fetch goes on after the last page stored."""
        close = getattr(self._pages, "close", None)
        if close is not None:
            with suppress(Exception):  # whatever it was about to do, it is over
                close()
        return False


def store_document(store: Store, settings: Settings, note: Note, content: bytes) -> Parsed:
    """Store what a source handed over, unless these bytes are known or hold no session.

    `note` says for whom and of what audience; its hash is that of the content.
    """
    if rawfiles.is_known(store, note):
        return Parsed(note.connector, "", (), ())
    with tempfile.NamedTemporaryFile(dir=store.folder, prefix=".", suffix=".tmp") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        parsed = reading.parse(path, note.name, connector_name=note.connector)
        if parsed.sessions:
            rawfiles.keep_raw(store.folder, note, path)
            ingest.load_parsed(store, settings, note, parsed, len(content))
    return parsed


def _broken(source: str, error: Exception) -> Broken:
    return Broken(BROKEN.format(source=source, why=type(error).__name__))
