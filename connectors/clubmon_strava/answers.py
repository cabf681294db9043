"""What an answer of Strava's means when it is not the one that was hoped for."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from clubmon.sdk import (
    AccessDenied,
    ClockOff,
    ConnectorError,
    Malformed,
    RateLimited,
    SourceDown,
    sentence,
)

MOST_OFF = timedelta(minutes=5)  # tokens and budgets are reckoned by the clock
INACTIVE = sentence(
    "Strava has set the club's application to inactive; whoever registered it needs a paid "
    "Strava subscription and then activates it on strava.com/settings/api."
)
FULL = sentence(
    "The club's Strava application has no place for one more athlete (1 at first, then 10); "
    "ask Strava for more on strava.com/settings/api, or disconnect somebody."
)
WRONG_CLIENT = sentence(
    "Strava does not accept the club's client id and secret; copy both again from "
    "strava.com/settings/api into the settings of the connector."
)
USED_UP = sentence("Strava refused a call because its limit is used up; it goes on by itself.")
FAILED = sentence("Strava answered with a failure of its own ({status}); the next sync asks again.")
ODD_STATUS = sentence(
    "Strava answered with status {status}, which its API does not promise; check the "
    "base URLs "
    "in the settings."
)
NO_JSON = sentence("Strava's answer is not the JSON that it promises; the next sync asks again.")
CLOCKS = sentence(
    "This machine's clock and Strava's differ by {minutes} minutes; set the clock (NTP) "
    "and sync "
    "again."
)
AGAIN = sentence("Strava no longer accepts this connection; the athlete connects Strava once more.")
SCOPE = sentence(
    "Strava lets this connection see no activities; connect Strava once more and leave "
    "'View data about your private activities' ticked."
)


def problem(response: requests.Response, now: datetime) -> ConnectorError | None:
    """The error that a response stands for, None for a good one; 404 is the caller's to judge."""
    status = response.status_code
    if status == 429:
        return RateLimited(
            USED_UP,
            permanent=False,
            retry_at=retry_at(response, now),
        )
    if status >= 500:
        return SourceDown(
            FAILED.format(status=status),
            permanent=False,
            retry_at=retry_at(response, now),
        )
    if status in (400, 401, 403):
        return AccessDenied(_refused(response))
    if 200 <= status < 300 or status == 404:
        return None
    return Malformed(
        ODD_STATUS.format(status=status),
        permanent=False,
    )


def _refused(response: requests.Response) -> str:
    named = {(each.get("resource"), each.get("code")) for each in _errors(response)}
    resources = {resource for resource, _ in named}
    if ("Application", "Inactive") in named:
        return INACTIVE
    if response.status_code == 403 and any(code == "exceeded" for _, code in named):
        return FULL
    if "Application" in resources:
        return WRONG_CLIENT
    if response.status_code == 403 or any("permission" in str(f) for f in _fields(response)):
        return SCOPE
    return AGAIN


def _fields(response: requests.Response) -> list[Any]:
    return [each.get("field") for each in _errors(response)]


def _errors(response: requests.Response) -> list[dict[str, Any]]:
    try:
        errors = response.json()["errors"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def json_of(response: requests.Response, kind: type) -> Any:
    """The body as JSON of this kind (dict or list). Raises Malformed."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, kind):
        raise Malformed(
            NO_JSON,
            permanent=False,
        )
    return body


def check_clock(response: requests.Response, now: datetime) -> None:
    """Raises ClockOff where the Date of the answer is far from this machine's clock."""
    try:
        theirs = parsedate_to_datetime(response.headers["Date"])
        off = now - theirs
    except (KeyError, ValueError, TypeError):
        return
    if abs(off) > MOST_OFF:
        raise ClockOff(CLOCKS.format(minutes=f"{abs(off).total_seconds() / 60:.0f}"))


def retry_at(response: requests.Response, now: datetime) -> datetime | None:
    """What Retry-After says, seconds or a date; None where it says nothing readable."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal() and len(text) < 7:
        return now + timedelta(seconds=int(text))
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None
