"""What is new first, from the list; then the details, newest first, as far as the budget goes.

The list gives two hundred activities with one call, so that a club of thirty has its loads
after the first night; the details (RPE, and recordings where wanted) cost a call each and
follow over days, behind everybody's new activities.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from clubmon.sdk import (
    Access,
    ConnectorError,
    Deleted,
    Document,
    Malformed,
    Page,
    RateLimited,
    sentence,
)
from clubmon_strava import cursor as cursors
from clubmon_strava.budget import QUARTER
from clubmon_strava.client import Client
from clubmon_strava.cursor import OVERLAP, Cursor
from clubmon_strava.mapping import SOURCE, STREAMS, document

PER_PAGE = 200
MOST_PAGES = 1_000
BATCH = 20  # documents of details per step
RATED_LATE = timedelta(days=2)  # an effort may be entered the evening after
ENDLESS = sentence("Strava's list of activities has no end; the next sync asks again.")
GOES_ON = sentence(
    "New activities of Strava are in; {calls} calls for older ones wait for the limit "
    "and go on by "
    "themselves, until about {when} UTC."
)


@dataclass(slots=True)
class Batch:
    """What was fetched and not yet handed over."""

    documents: list[Document] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)

    def page(self, state: Cursor, until: datetime | None = None) -> Page:
        """Hand it over, and begin anew."""
        page = Page(tuple(self.documents), state.dump(), tuple(self.deleted), until)
        self.documents, self.deleted = [], []
        return page

    def __len__(self) -> int:
        return len(self.documents) + len(self.deleted)


def pages(access: Access, text: str | None) -> Iterator[Page]:
    """The steps of one fetch. Raises ConnectorError once what was fetched is handed over."""
    client, state = Client(access), cursors.load(text)
    with client.http:
        yield from _wanted(client, state) if access.wanted else _new(client, state)


def _wanted(client: Client, state: Cursor) -> Iterator[Page]:
    for identity in client.access.wanted:
        state.todo[identity] = int(client.access.now().timestamp())
    yield from _details(client, state, list(client.access.wanted))


def _new(client: Client, state: Cursor) -> Iterator[Page]:
    if not (client.access.history and state.goes_on(client.access.now())):
        yield from _list(client, state)
    yield from _details(client, state, [identity for identity, _ in state.next()])


def _list(client: Client, state: Cursor) -> Iterator[Page]:
    began = client.access.now()
    after = state.after(began, client.options.history, client.access.not_before)
    named: set[str] = set()
    batch = Batch()
    for number in count(1):
        items = client.get(
            "/athlete/activities",
            list,
            older=client.access.history,
            after=int(after.timestamp()),
            page=number,
            per_page=PER_PAGE,
        )
        if not items:  # only an empty page is the last: short ones come in between
            break
        if number > MOST_PAGES:
            raise Malformed(ENDLESS)
        for item in items:
            named |= _take(item, state, batch)
        yield batch.page(state)
    state.listed_to_end(began, named, after)
    if client.access.not_before:
        state.forget_before(client.access.not_before)
    client.note(lambda known: known.having_synced(client.owner, began))
    _count(client, state)
    yield batch.page(state, until=began)


def _take(item: object, state: Cursor, batch: Batch) -> set[str]:
    """Add an activity of the list to the batch if the list says something new; its id."""
    if not isinstance(item, dict):
        return set()
    found, start = document(item), _start(item)
    identity = str(item["id"])
    digest = hashlib.sha256(found.content).hexdigest()[:8]
    if state.seen.get(identity, (0, ""))[1] != digest:
        batch.documents.append(found)
        state.seen[identity] = (start, digest)
        state.todo[identity] = start
    return {identity}


def _details(client: Client, state: Cursor, todo: list[str]) -> Iterator[Page]:
    batch = Batch()
    for identity in todo:
        try:
            _detail(client, state, identity, batch)
        except ConnectorError as error:
            _count(client, state)
            if batch:
                yield batch.page(state)
            raise _explained(client, error) from error
        if len(batch) >= BATCH:
            _count(client, state)
            yield batch.page(state)
    _count(client, state)
    if batch:
        yield batch.page(state)


def _detail(client: Client, state: Cursor, identity: str, batch: Batch) -> None:
    older = _older(client, state.todo[identity])
    detail = client.get(f"/activities/{identity}", dict, older)
    if detail is None:
        batch.deleted.append(Deleted(SOURCE, identity))
        state.forget(identity)
        return
    # a forged hint may name somebody else's activity, which Strava shows to anybody
    if str((detail.get("athlete") or {}).get("id")) == client.owner:
        batch.documents.append(document(detail, _streams(client, identity, detail, older)))
        _ask_again(client, state, identity, detail)
    state.todo.pop(identity, None)


def _streams(
    client: Client, identity: str, detail: Mapping[str, Any], older: bool
) -> Mapping[str, Any] | None:
    if not client.options.streams or detail.get("manual"):
        return None
    path = f"/activities/{identity}/streams"
    found: Mapping[str, Any] | None = client.get(
        path, dict, older, keys=",".join(STREAMS), key_by_type="true"
    )
    return found


def _ask_again(client: Client, state: Cursor, identity: str, detail: Mapping[str, Any]) -> None:
    """An effort that is entered later changes nothing in the list: look once more next time."""
    start, _ = state.seen.get(identity, (0, ""))
    recent = start > (client.access.now() - RATED_LATE).timestamp()
    if recent and not detail.get("perceived_exertion"):
        state.seen[identity] = (start, "")


def _older(client: Client, start: int) -> bool:
    """Whether this call has to leave the reserve alone: a first fetch always has to."""
    if client.access.wanted:
        return False
    return client.access.history or start < (client.access.now() - OVERLAP).timestamp()


def _count(client: Client, state: Cursor) -> None:
    """Note how many calls a first fetch still needs, for the time to be told."""
    calls = sum(_older(client, start) for start in state.todo.values())
    each = 2 if client.options.streams else 1
    client.note(lambda known: known.needing(client.owner, calls * each))


def _explained(client: Client, error: ConnectorError) -> ConnectorError:
    """A limit that only keeps older activities waiting, with the time when they will be done."""
    known = client.note(lambda budget: budget)
    done = known.finish(client.access.now())
    calls = known.waiting.get(client.owner, 0)
    if not isinstance(error, RateLimited) or done is None or not calls:
        return error
    return RateLimited(
        GOES_ON.format(calls=calls, when=f"{done + QUARTER:%Y-%m-%d %H:%M}"),
        permanent=False,
        retry_at=error.retry_at,
    )


def _start(item: Mapping[str, Any]) -> int:
    try:
        found = datetime.fromisoformat(str(item["start_date"]).replace("Z", "+00:00"))
    except (KeyError, ValueError):
        return 0
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
