"""Sources that are asked: pages of documents, credentials, webhooks, a budget of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from clubmon.sdk.files import Document, FileConnector
from clubmon.sdk.sessions import Kind

Mode = Literal["athlete_only", "club"]


@dataclass(frozen=True, slots=True)
class Deleted:
    """An activity that is no longer at the source, or no longer to be seen there."""

    source: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """A step of a fetch. Once it is stored, fetching goes on from `cursor`, also after a crash.

    `until` (aware) says that everything which started before then has been handed over.
    """

    documents: tuple[Document, ...]
    cursor: str
    deleted: tuple[Deleted, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What the core lends a connector to fetch for one athlete.

    `settings` are the connector's own (base URLs, client id and secret), `credentials` this
    athlete's. `keep` stores changed credentials and returns when they are safe: call it before
    using them. `recall` and `remember` are a note that all connections of the connector
    share, '' at first (a budget of calls, say). `now` gives aware UTC. `wanted` names activities
    (source ids) to fetch again, whatever the cursor says; empty: what is new.

    `not_before` (aware) says that older activities will not be kept; None: all are wanted.
    `history` says that this is a first fetch of the years before, which should leave calls for
    what is new; `sharing` is how many connections the source has here, this one included.
    """

    settings: Mapping[str, str]
    credentials: Mapping[str, str]
    keep: Callable[[Mapping[str, str]], None]
    recall: Callable[[], str]
    remember: Callable[[str], None]
    now: Callable[[], datetime]
    wanted: tuple[str, ...] = ()
    not_before: datetime | None = None
    history: bool = False
    sharing: int = 1


@runtime_checkable
class SourceConnector(FileConnector, Protocol):
    """Fetches documents for a connected athlete, and reads them."""

    source: str  # as in its sessions
    groups: tuple[Kind, ...]  # of which of these a synced day tells everything
    default_mode: Mode
    keep_days: int | None  # how long the source's terms let `athlete_only` data be kept

    def pages(self, access: Access, cursor: str | None) -> Iterator[Page]:
        """Yield pages from the cursor on (None: from the beginning). Raises ConnectorError.

        The core may let go of it after any page and ask again later from that page's cursor.
        With `access.wanted` the pages hold those activities, and their cursors are not kept.
        """
        ...

    def revoke(self, access: Access) -> None:
        """Give the credentials back to the source. Raises ConnectorError."""
        ...


@runtime_checkable
class OAuthConnector(SourceConnector, Protocol):
    """Is connected by the athlete's yes on the source's own page."""

    def authorize_url(self, settings: Mapping[str, str], redirect_uri: str, state: str) -> str:
        """Where the athlete says yes. Raises ConnectorError where settings are missing."""
        ...

    def exchange(self, access: Access, answer: Mapping[str, str], redirect_uri: str) -> str:
        """Turn what came back in the query into credentials, `keep` them, and return the
        athlete's id at the source. Raises ConnectorError, AccessDenied for a missing scope."""
        ...


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook says happened. Unsigned, so it only leads to asking again.

    `key` is the same for every delivery of one event.
    """

    key: str
    owner_id: str  # the athlete's id at the source
    change: Literal["changed", "deleted", "revoked"]
    source_id: str = ""


@runtime_checkable
class WebhookConnector(SourceConnector, Protocol):
    """Is told by the source when something changes."""

    def handshake(
        self, settings: Mapping[str, str], query: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """The answer, as JSON, to the source's first question; None refuses it."""
        ...

    def hint(self, settings: Mapping[str, str], body: bytes) -> Hint | None:
        """What the delivery says, None where it is not for us."""
        ...


@runtime_checkable
class Budgeted(Protocol):
    """Has a limit on calls that all its connections share."""

    def budget(self, note: str, now: datetime) -> str:
        """One sentence for the admin: what is left, until when, and when a fetch that is under
        way will be finished. `note` is what was remembered last; '' where nothing was."""
        ...
