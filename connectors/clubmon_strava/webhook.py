"""Strava's webhook: unsigned, so it tells only where to look again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from clubmon.sdk import Hint

MOST_BYTES = 10_000


def handshake(settings: Mapping[str, str], query: Mapping[str, str]) -> Mapping[str, str] | None:
    """Echo the challenge to whoever knows the club's own verify token; None refuses."""
    secret, given = settings.get("verify_token", ""), query.get("hub.verify_token", "")
    known = bool(secret) and hmac.compare_digest(secret.encode(), given.encode())
    if not known or query.get("hub.mode") != "subscribe" or not query.get("hub.challenge"):
        return None
    return {"hub.challenge": query["hub.challenge"]}


def hint(settings: Mapping[str, str], body: bytes) -> Hint | None:
    """What an event says, None for one that is no event of the club's own subscription."""
    event = _event(body)
    ours = settings.get("subscription_id", "")
    if event is None or not ours or str(event.get("subscription_id")) != ours:
        return None
    key = f"{event['object_id']}/{event['aspect_type']}/{event['event_time']}"
    owner = str(event["owner_id"])
    if event["object_type"] == "athlete":
        gone = (event.get("updates") or {}).get("authorized") == "false"
        return Hint(key, owner, "revoked") if gone else None
    if event["aspect_type"] == "delete":
        return Hint(key, owner, "deleted", str(event["object_id"]))
    return Hint(key, owner, "changed", str(event["object_id"]))


def _event(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get("updates") or {}, dict):
        return None
    whole = all(
        isinstance(event.get(name), int) and not isinstance(event[name], bool)
        for name in ("object_id", "owner_id", "event_time")
    )
    known = event.get("object_type") in ("activity", "athlete") and event.get("aspect_type") in (
        "create",
        "update",
        "delete",
    )
    return event if whole and known else None
