"""Asks every source for what is new: everybody's last days first, then the years before.

One pull at a time. Among first fetches each connection gets a page in turn, so that nobody
waits for the longest history. What a webhook hinted at is fetched by its id.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clubmon.club import connections
from clubmon.club.connections import Connected
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.sync import hints, keeping, leaving, sources
from clubmon.sync.fetching import Counts, Fetch, Moment

HISTORY_SECONDS = 600.0  # of one pull; the next goes on where it ended


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull did. `counting` are those of the documents that the club's figures count;
    `problems` has a sentence per connection that could not be fetched."""

    documents: int = 0
    counting: int = 0
    deleted: int = 0
    connections: int = 0
    problems: tuple[str, ...] = ()


def everyone(
    store: Store, settings: Settings, now: datetime, history_seconds: float = HISTORY_SECONDS
) -> Pulled:
    """Fetch what is new for every connection that may be asked, then go on with first fetches."""
    with store.pull_lock:
        leaving.give_back_all(store, settings, now)
        keeping.sweep(store, now)
        hinted = _hinted(store, settings, now)
        return _pull(store, settings, _due(store, now), now, history_seconds, hinted)


def by_day(
    store: Store, settings: Settings, now: datetime, history_seconds: float = HISTORY_SECONDS
) -> Pulled:
    """What cannot wait for the night: hints, first fetches, and what was to be tried again."""
    with store.pull_lock:
        leaving.give_back_all(store, settings, now)
        keeping.purge(store, now)
        hinted = _hinted(store, settings, now)
        waiting = [one for one in _due(store, now) if not one.caught_up or one.next_try]
        return _pull(store, settings, waiting, now, history_seconds, hinted)


def again(store: Store, settings: Settings, connection_id: str, now: datetime) -> Pulled:
    """Fetch one connection now, whatever stopped it before."""
    connections.try_again(store, connection_id, now)
    with store.pull_lock:
        one = connections.get(store, connection_id)
        return _pull(store, settings, [one] if one else [], now, HISTORY_SECONDS, [])


def _pull(
    store: Store,
    settings: Settings,
    due: Iterable[Connected],
    now: datetime,
    history_seconds: float,
    done: list[Fetch],
) -> Pulled:
    moment, known = _moment(now), sources.known()
    fetches = [
        Fetch(store, settings, known[one.source], one, moment)
        for one in due
        if one.source in known and one.state in connections.FETCHED
    ]
    for fetch in (one for one in fetches if one.one.caught_up):
        while fetch.step():
            pass
    _in_turn([one for one in fetches if not one.one.caught_up], history_seconds)
    return _summed([*done, *fetches])


def _in_turn(fetches: list[Fetch], seconds: float) -> None:
    """A page each, round and round, until all are done or the time is up."""
    ends = time.monotonic() + seconds
    waiting = deque(fetches)
    while waiting and time.monotonic() < ends:
        fetch = waiting.popleft()
        if fetch.step():
            waiting.append(fetch)
    for fetch in waiting:
        fetch.stop()


def _hinted(store: Store, settings: Settings, now: datetime) -> list[Fetch]:
    """Fetch what webhooks hinted at; a hint that could not be followed waits for the next pull.

    That an athlete took the permission back is believed only when the source refuses us as well.
    """
    done, moment, known = [], _moment(now), sources.known()
    for told in hints.waiting(store):
        one = connections.of_owner(store, told.source, told.owner_id)
        if one is None or told.source not in known:
            hints.settle(store, told, now)
        elif one.state in connections.FETCHED and not (one.next_try and one.next_try > now):
            fetch = Fetch(store, settings, known[told.source], one, moment, told.wanted)
            while fetch.step():
                pass
            if told.revoked and fetch.error and fetch.error.permanent:
                leaving.ended_at_source(store, one, now)
            if fetch.error is None or fetch.error.permanent:
                hints.settle(store, told, now)
            done.append(fetch)
    return done


def _due(store: Store, now: datetime) -> list[Connected]:
    return [
        one
        for one in connections.living(store)
        if one.state in connections.FETCHED and not (one.next_try and one.next_try > now)
    ]


def utc_now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def _moment(now: datetime) -> Moment:
    began = time.monotonic()
    return Moment(now, lambda: now + timedelta(seconds=time.monotonic() - began))


def _summed(fetches: list[Fetch]) -> Pulled:
    counts: list[Counts] = [one.counts for one in fetches]
    return Pulled(
        sum(one.documents for one in counts),
        sum(one.counts.documents for one in fetches if one.one.mode == "club"),
        sum(one.deleted for one in counts),
        len({one.one.connection_id for one in fetches}),
        tuple(
            f"{sources.about(one.one.source).title}, athlete {one.one.athlete_id}: {one.error}"
            for one in fetches
            if one.error is not None
        ),
    )
