"""Example Runs for clubmon: a made-up source, to be copied.

Its API: `GET /activities?after=N` with a bearer token answers with up to two activities in
the order of their ids, `[]` at the end. `POST /token` and `POST /revoke` are its OAuth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from clubmon.sdk import (
    NO_ANSWERS,
    Access,
    AccessDenied,
    Answers,
    ConnectorError,
    Deleted,
    Document,
    Hint,
    Kind,
    Malformed,
    Mode,
    Page,
    Refusal,
    Session,
)
from clubmon_example.client import Client

ENDING = ".example.json"
KINDS: dict[str, Kind] = {"run": "run", "strength": "lift"}


class Example:
    """The connector. Has no state: `read` may run in any process."""

    name = "example"
    version = "1"
    source = "example"
    groups: tuple[Kind, ...] = ("run",)
    default_mode: Mode = "athlete_only"
    keep_days: int | None = 7
    title = "Example Runs"
    terms = ("Example Runs shows an athlete's data to that athlete only, unless it permits more.",)
    activity_url = "https://runs.example/activities/{id}"

    def claims(self, name: str, head: bytes) -> bool:
        """Its documents are known by their name."""
        return name.endswith(ENDING)

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal]:
        """One activity per document."""
        try:
            found = json.loads(path.read_bytes())
            yield _session(found, name)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            yield Refusal(name, "is no activity of Example Runs; export it again.")

    def pages(self, access: Access, cursor: str | None) -> Iterator[Page]:
        """Activities after the one that the cursor names; those that are wanted, by id."""
        client = Client(access)
        if access.wanted:
            yield from (_one(client, id_, cursor or "0") for id_ in access.wanted)
            return
        after = cursor or "0"
        while found := client.get("/activities", {"after": after}):
            after = _last_id(found)
            yield Page(tuple(_document(one) for one in found), after)
        yield Page((), after, until=access.now())

    def revoke(self, access: Access) -> None:
        """Give the token back."""
        Client(access).post("/revoke", {"token": access.credentials.get("token", "")})

    def authorize_url(self, settings: Mapping[str, str], redirect_uri: str, state: str) -> str:
        """Where the athlete says yes."""
        asked = {"client": _needed(settings, "client_id"), "back": redirect_uri, "state": state}
        return f"{_needed(settings, 'base_url')}/authorize?{urlencode(asked)}"

    def exchange(self, access: Access, answer: Mapping[str, str], redirect_uri: str) -> str:
        """The code that came back becomes a token, which is kept before it is used."""
        if "code" not in answer:
            raise AccessDenied("Example Runs was told no; connect again and say yes there.")
        given = Client(access).post("/token", {"code": answer["code"]})
        access.keep({"token": str(given["token"])})
        return str(given["athlete"])

    def handshake(
        self, settings: Mapping[str, str], query: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """Prove to the source that this address is ours."""
        if not settings.get("hook_secret") or query.get("secret") != settings["hook_secret"]:
            return None
        return {"challenge": query.get("challenge", "")}

    def hint(self, settings: Mapping[str, str], body: bytes) -> Hint | None:
        """What changed, and of whose."""
        try:
            told = json.loads(body)
            change = {"update": "changed", "delete": "deleted", "goodbye": "revoked"}[told["what"]]
            key = f"{told['id']}/{told['what']}/{told['when']}"
            return Hint(key, str(told["athlete"]), change, str(told["id"]))  # type: ignore[arg-type]
        except (ValueError, KeyError, TypeError):
            return None


def _one(client: Client, id_: str, cursor: str) -> Page:
    found = client.get(f"/activities/{id_}", {})
    if found is None:  # 404
        return Page((), cursor, deleted=(Deleted("example", id_),))
    return Page((_document(found),), cursor)


def _document(activity: Any) -> Document:
    """Stored as received; the bytes are the same each time, so that twice adds nothing."""
    content = json.dumps(activity, sort_keys=True).encode()
    try:
        return Document(f"{activity['id']}{ENDING}", content)
    except (KeyError, TypeError) as error:
        raise Malformed("Example Runs sent an activity without an id; try again later.") from error


def _last_id(found: Any) -> str:
    try:
        return str(found[-1]["id"])
    except (KeyError, TypeError) as error:
        raise Malformed("Example Runs sent no list of activities; try again later.") from error


def _session(found: dict[str, Any], where: str) -> Session:
    return Session(
        source="example",
        source_id=str(found["id"]),
        kind=KINDS.get(found["sport"], "other"),
        sport=str(found["sport"]),
        start_utc=datetime.fromisoformat(found["start"]),
        title=found.get("title"),
        distance_m=found.get("metres"),
        moving_s=found.get("seconds"),
        elapsed_s=found.get("seconds"),
        where=where,
    )


def _needed(settings: Mapping[str, str], name: str) -> str:
    if not settings.get(name):
        raise ConnectorError(
            f"Example Runs needs the setting '{name}'; add it to [connectors.example]."
        )
    return settings[name]
