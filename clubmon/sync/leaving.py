"""Connections end: the sync stops, the data goes, the credentials go back to the source.

In this order, so that nothing arrives after the athlete said no. A source that does not take the
credentials back at once is asked again with every pull.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from clubmon.club import connections, consenting, people
from clubmon.club.connections import Connected
from clubmon.policy import Consent
from clubmon.sdk import ConnectorError
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.sync import keeping, sources
from clubmon.sync.fetching import Moment, access

log = logging.getLogger("clubmon")

CONNECTING_FOR = timedelta(hours=1)  # a connection that was begun and left lying is given back


def disconnect(store: Store, settings: Settings, one: Connected, by: str, now: datetime) -> None:
    """End a connection for good, and delete what it fetched. `by` is a person's id or 'service'."""
    end(store, one, by, now)
    give_back(store, settings, one.connection_id, now)


def end(store: Store, one: Connected, by: str, now: datetime) -> None:
    """Stop a connection at once and delete what it fetched; asks no source."""
    with store.arrivals:
        connections.revoke(store, one.connection_id)
    people.audit(store, by, "source_disconnected", one.athlete_id, one.source, now)
    keeping.take_away(store, one, now, "fetched_data_deleted")


def ended_at_source(store: Store, one: Connected, now: datetime) -> None:
    """The athlete took the permission back at the source: the credentials are worth nothing."""
    end(store, one, "service", now)
    connections.given_back(store, one.connection_id)


def consent_withdrawn(store: Store, athlete_id: str, by: str, now: datetime) -> int:
    """End every connection of an athlete whose runs and lifts may not be stored any more.

    Quick: it asks no source; the next pull gives the credentials back. How many there were.
    """
    found = connections.of_athlete(store, athlete_id).values()
    for one in found:
        end(store, one, by, now)
    return len(found)


def give_back_all(store: Store, settings: Settings, now: datetime) -> None:
    """Give back every credential that is not needed any more.

    Also those of athletes whose consent is not in force, however that came about.
    """
    subjects = consenting.subjects(store, settings, now)
    for one in connections.every(store):
        about = subjects.get(one.athlete_id)
        if one.living and not (about and Consent.LOAD in about.consents):
            end(store, one, "service", now)
        elif one.state == "connecting" and one.known_at < now - CONNECTING_FOR:
            connections.abandon(store, one.connection_id)
        give_back(store, settings, one.connection_id, now)


def give_back(store: Store, settings: Settings, connection_id: str, now: datetime) -> None:
    """Hand the credentials of a revoked connection back to the source, and erase them here.

    Where the source cannot be asked now they stay for the next time.
    """
    one = connections.get(store, connection_id)
    if one is None or one.state != "revoked" or one.credentials is None:
        return
    connector = sources.get(one.source)
    try:
        if connector is not None:
            connector.revoke(access(store, settings, one, Moment(now, lambda: now)))
    except ConnectorError as error:
        if not error.permanent:
            connections.failed_to_end(store, connection_id, str(error))
            return
    except Exception:  # a plugin can fail in any way; the credentials must go all the same
        log.exception("The connector of %s failed to take credentials back.", one.source)
    connections.given_back(store, connection_id)
