"""An athlete says yes at the source, and the club says who may see what comes from there.

The state that goes to the source and comes back is signed, names athlete and source, holds
good for an hour, and is bound to the browser session that it was made in.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from uuid6 import uuid7

from clubmon.club import connections, links, people
from clubmon.club.connections import Connected, NotConnected
from clubmon.club.links import LinkExpired, LinkInvalid
from clubmon.sdk import ConnectorError, Mode, OAuthConnector, SourceConnector
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.sync import fetching, keeping
from clubmon.sync.fetching import Moment
from clubmon.words.language import _
from clubmon.words.sentences import sentence

TOO_OLD = sentence(
    "Nothing was connected: this answer is too old or was not asked for; begin again on the page "
    "of your sources."
)
OTHER_SIGN_IN = sentence(
    "Nothing was connected: this answer belongs to another sign-in; begin again on the page of "
    "your sources."
)

LONGEST = 300  # letters of what is recorded about a permission


class NotPermitted(Exception):
    """A source stays as it is, in one sentence."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Who said that the club may see what a source sends, when, and where that can be read."""

    permitted_by: str
    permitted_on: date
    reference: str


def redirect_uri(settings: Settings, source: str) -> str:
    """Where the source sends the athlete back to; to be registered there."""
    return f"{settings.base_url}/connect/{source}"


def way_in(settings: Settings, connector: OAuthConnector, athlete_id: str, session_id: str) -> str:
    """The address at the source where the athlete says yes. Raises ConnectorError."""
    state = links.token(
        settings, "connect", athlete_id, source=connector.source, s=_bound(settings, session_id)
    )
    own = settings.connectors.get(connector.source, {})
    return connector.authorize_url(own, redirect_uri(settings, connector.source), state)


def missing(settings: Settings, connector: SourceConnector) -> str:
    """What keeps athletes from connecting a source by its own page, '' where nothing does."""
    if not isinstance(connector, OAuthConnector):
        return ""
    own = settings.connectors.get(connector.source, {})
    try:
        connector.authorize_url(own, redirect_uri(settings, connector.source), "")
    except ConnectorError as error:
        return str(error)
    return ""


def came_back(settings: Settings, source: str, state: str, session_id: str) -> str:
    """The athlete that a state was made for; raises NotConnected for one that is not ours."""
    try:
        found = links.read(settings, "connect", state)
    except (LinkExpired, LinkInvalid) as error:
        raise NotConnected(TOO_OLD) from error
    expected = _bound(settings, session_id)
    ours = hmac.compare_digest(str(found.extra.get("s", "")), expected)
    if not ours or found.extra.get("source") != source:
        raise NotConnected(OTHER_SIGN_IN)
    return found.person_id


def finish(
    store: Store,
    settings: Settings,
    connector: OAuthConnector,
    athlete_id: str,
    answer: Mapping[str, str],
    by: str,
    now: datetime,
) -> None:
    """Turn what came back into a connection; one that has stopped goes on where it was.

    Raises NotConnected and ConnectorError.
    """
    stopped = connections.of_athlete(store, athlete_id).get(connector.source)
    if stopped is not None and stopped.state != "needs_attention":
        raise NotConnected(connections.taken(own=True))
    mode = connections.mode_of(store, connector)
    connection_id = connections.begin(store, athlete_id, connector.source, mode, now)
    try:
        begun = connections.get(store, connection_id)
        assert begun is not None
        lent = fetching.access(store, settings, begun, Moment(now, lambda: now))
        owner = connector.exchange(lent, answer, redirect_uri(settings, connector.source))
        if stopped is not None:
            connections.renew(store, stopped, connection_id, owner, now)
        else:
            connections.complete(store, connection_id, owner)
    except BaseException:
        connections.abandon(store, connection_id)
        raise
    people.audit(store, by, "source_connected", athlete_id, f"{connector.source} {mode}", now)


def open_to_club(
    store: Store, connector: SourceConnector, permit: Permit, by: str, now: datetime
) -> None:
    """Let the club see what a source sends from now on, and fetch everything anew for it.

    Raises NotPermitted where the record is not whole.
    """
    if not permit.permitted_by.strip() or not permit.reference.strip():
        raise NotPermitted(
            _("Nothing was changed: say who permitted it and where that is written.")
        )
    if permit.permitted_on > now.date():
        raise NotPermitted(_("Nothing was changed: the permission bears a date in the future."))
    _record(store, connector.source, "club", permit, by, now)
    for one in _of_source(store, connector.source):
        if one.mode != "club":
            _switch(store, one, "club", now)


def close_to_club(store: Store, connector: SourceConnector, by: str, now: datetime) -> None:
    """Show what a source sends to the athlete alone from now on; it leaves squad views at once."""
    _record(store, connector.source, "athlete_only", None, by, now)
    for one in _of_source(store, connector.source):
        if one.mode != "athlete_only":
            _switch(store, one, "athlete_only", now)


def permits(store: Store) -> dict[str, list[Row]]:
    """By source, who permitted what and when it was recorded, newest first."""
    found: dict[str, list[Row]] = {}
    for row in store.rows(
        "SELECT m.source, m.mode, m.permitted_by, m.permitted_on, m.reference, m.known_at, "
        "p.name AS by_name FROM app.source_mode AS m "
        "LEFT JOIN app.person AS p ON p.person_id = m.by_person_id "
        "ORDER BY m.known_at DESC, m.mode_id DESC"
    ):
        found.setdefault(row["source"], []).append(row)
    return found


def _switch(store: Store, one: Connected, mode: Mode, now: datetime) -> None:
    """Under the lock of arrivals, so that no page of the old mode comes in afterwards."""
    with store.arrivals:
        connections.restart(store, one.connection_id, mode, from_beginning=mode == "club")
        keeping.take_away(store, one, now, "source_mode_changed")


def _of_source(store: Store, source: str) -> list[Connected]:
    return [one for one in connections.living(store) if one.source == source]


def _record(
    store: Store, source: str, mode: Mode, permit: Permit | None, by: str, now: datetime
) -> None:
    said = permit.permitted_by.strip()[:LONGEST] if permit else ""
    where = permit.reference.strip()[:LONGEST] if permit else ""
    day = permit.permitted_on if permit else None
    store.execute(
        "app",
        "INSERT INTO app.source_mode VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [str(uuid7()), source, mode, said, day, where, by, now],
    )
    detail = f"permitted by {said}, {day}, {where}" if permit else "for the athlete alone"
    people.audit(store, by, f"source_mode_{mode}", source, detail, now)


def _bound(settings: Settings, session_id: str) -> str:
    """The browser session in a form that says nothing to whoever reads the state."""
    key = links.secret(settings.data).encode()
    return hmac.digest(key, f"connect {session_id}".encode(), hashlib.sha256).hex()[:32]
