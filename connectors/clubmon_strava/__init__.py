"""Fetches an athlete's activities from Strava's API v3, and reads what it fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from clubmon.sdk import (
    NO_ANSWERS,
    Access,
    AccessDenied,
    Answers,
    Guide,
    Hint,
    Kind,
    Mode,
    Page,
    Refusal,
    Session,
    Way,
    sentence,
)
from clubmon_strava import budget as budgets
from clubmon_strava import fetch, mapping, setup, webhook
from clubmon_strava.answers import AGAIN
from clubmon_strava.client import Client
from clubmon_strava.options import options

SCOPES = "read,activity:read_all"
NEEDED = "activity:read_all"
NOT_OPENED = sentence("cannot be opened ({why}); check the file.")
DECLINED = sentence(
    "Strava was not connected because the request was declined; start again to connect it."
)
UNTICKED = sentence(
    "Strava was not connected because a permission is missing; start again and leave "
    "'View data about your private activities' ticked."
)


TERMS = (  # five lines, the last of them about the club's own part
    "What Strava’s API tells of a person may be shown to that person only (policy of June 2026).",
    "It may not be analysed, nor combined with data from elsewhere.",
    "A copy may be kept for seven days.",
    "A clause exempts applications for up to 9,999 athletes; Strava says coaching is to go on.",
    "Which of these holds, the club settles with Strava; until it has, each athlete alone sees it.",
)
NEEDS = (
    "The club’s application needs a paid Strava subscription of whoever registers it, "
    "and has "
    "room for 1 athlete at first, then for 10, and for more once Strava has reviewed it.",
)

GUIDE = Guide(
    "strava",
    "Strava",
    "every activity, and the recordings in the archive",
    (
        Way(
            "By itself, once you have said yes",
            (
                "Sign in here, open your page and “Sources”.",
                "Press “Connect with Strava”. Where it is missing, ask your club to set it up.",
                "On Strava’s page leave every permission ticked and press “Authorize”.",
                "What is new comes every night. “Disconnect” ends it and deletes what was fetched.",
            ),
        ),
    ),
)


class Strava:
    """The connector for Strava's API. Has no state: all of it is in what the core lends."""

    name = "strava"
    version = "1"
    source = mapping.SOURCE
    groups: tuple[Kind, ...] = ("run",)  # lifts reach Strava without sets, or not at all
    default_mode: Mode = "athlete_only"
    keep_days: int | None = 7
    title = "Strava"
    terms = TERMS
    needs = NEEDS
    setting_up = setup.WAYS
    activity_url = "https://www.strava.com/activities/{id}"
    guides = (GUIDE,)

    def claims(self, name: str, head: bytes) -> bool:
        """Whether this is a document of ours; content decides, whatever its name."""
        return head.startswith(mapping.HEAD)

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal]:
        """Yield the one activity of a document; never raises for bad input. Nothing is asked."""
        try:
            content = path.read_bytes()
        except OSError as error:
            yield Refusal(name, NOT_OPENED.format(why=error.strerror))
            return
        yield mapping.session(content, name)

    def pages(self, access: Access, cursor: str | None) -> Iterator[Page]:
        """Yield pages from the cursor on (None: from the beginning). Raises ConnectorError."""
        return fetch.pages(access, cursor)

    def revoke(self, access: Access) -> None:
        """Give the tokens back to Strava. Raises ConnectorError."""
        Client(access).revoke()

    def authorize_url(self, settings: Mapping[str, str], redirect_uri: str, state: str) -> str:
        """Where the athlete says yes. Raises ConnectorError without a client id and secret."""
        chosen = options(settings)
        query = {
            "client_id": chosen.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "approval_prompt": "auto",
            "scope": SCOPES,
            "state": state,
        }
        return f"{chosen.oauth_url}/oauth/authorize?{urlencode(query)}"

    def exchange(self, access: Access, answer: Mapping[str, str], redirect_uri: str) -> str:
        """Turn Strava's answer into kept tokens; the athlete's id there.

        Raises AccessDenied for a request declined, or with the scope unticked.
        """
        if answer.get("error") or not answer.get("code"):
            raise AccessDenied(DECLINED)
        _check_scope(answer.get("scope", ""))
        client = Client(access)
        told = client.exchange(answer["code"])
        _check_scope(str(told.get("scope") or answer.get("scope", "")))
        if not client.owner:
            raise AccessDenied(AGAIN)
        return client.owner

    def budget(self, note: str, now: datetime) -> str:
        """One sentence for the admin on calls left, and when a first fetch will be finished."""
        return budgets.said(budgets.load(note), now)

    def handshake(
        self, settings: Mapping[str, str], query: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """The echo that Strava asks for when the club subscribes; None refuses it."""
        return webhook.handshake(settings, query)

    def hint(self, settings: Mapping[str, str], body: bytes) -> Hint | None:
        """What an event says, None where it is not for us."""
        return webhook.hint(settings, body)


def _check_scope(granted: str) -> None:
    if NEEDED not in granted.replace(" ", ",").split(","):
        raise AccessDenied(UNTICKED)
