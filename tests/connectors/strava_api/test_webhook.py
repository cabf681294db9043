"""What the connector promises about webhooks: unsigned, so they are hints and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clubmon_strava import Strava
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Hint

SETTINGS = {"verify_token": "hush", "subscription_id": "120475"}
QUERY = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a9", "hub.verify_token": "hush"}
EVENT: dict[str, Any] = {
    "object_type": "activity",
    "object_id": 1360128428,
    "aspect_type": "create",
    "updates": {},
    "owner_id": 134815,
    "subscription_id": 120475,
    "event_time": 1516126040,
}


def hint(**changes: Any) -> Hint | None:
    return Strava().hint(SETTINGS, json.dumps(EVENT | changes).encode())


def test_who_knows_the_token_gets_the_challenge_back() -> None:
    assert Strava().handshake(SETTINGS, QUERY) == {"hub.challenge": "15f7d1a9"}


@pytest.mark.parametrize(
    "query",
    [
        QUERY | {"hub.verify_token": "hash"},
        QUERY | {"hub.verify_token": "häsh"},
        QUERY | {"hub.mode": "unsubscribe"},
        QUERY | {"hub.challenge": ""},
        {},
    ],
)
def test_nobody_else_gets_an_answer(query: dict[str, str]) -> None:
    assert Strava().handshake(SETTINGS, query) is None
    assert Strava().handshake({}, query | {"hub.verify_token": ""}) is None


def test_an_activity_that_came_or_changed_is_to_be_fetched() -> None:
    found = hint()
    assert found == Hint("1360128428/create/1516126040", "134815", "changed", "1360128428")
    changed = hint(aspect_type="update", updates={"private": "true"})
    assert changed is not None
    assert (changed.change, changed.key) == ("changed", "1360128428/update/1516126040")


def test_a_deletion_and_a_permission_taken_back_are_told_apart() -> None:
    deleted = hint(aspect_type="delete")
    assert deleted is not None
    assert (deleted.change, deleted.source_id) == ("deleted", "1360128428")
    gone = hint(
        object_type="athlete",
        object_id=134815,
        aspect_type="update",
        updates={"authorized": "false"},
    )
    assert gone == Hint("134815/update/1516126040", "134815", "revoked")
    assert hint(object_type="athlete", updates={"weight": "3"}) is None


def test_an_event_of_another_subscription_is_not_for_us() -> None:
    assert hint(subscription_id=1) is None
    assert Strava().hint({"verify_token": "hush"}, json.dumps(EVENT).encode()) is None
    assert Strava().hint({"subscription_id": ""}, json.dumps(EVENT).encode()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"object_id": "1360128428"},
        {"object_id": True},
        {"owner_id": None},
        {"event_time": 1.5},
        {"aspect_type": "replace"},
        {"object_type": ["activity"]},
        {"updates": [1]},
    ],
)
def test_an_event_of_another_shape_is_not_for_us(changes: dict[str, Any]) -> None:
    assert hint(**changes) is None


@given(st.binary(max_size=100) | st.text(max_size=50).map(lambda text: json.dumps(text).encode()))
def test_no_body_makes_it_raise(body: bytes) -> None:
    assert Strava().hint(SETTINGS, body) is None
    assert Strava().hint(SETTINGS, b'{"a":' * 30_000) is None
