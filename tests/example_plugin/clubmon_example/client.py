"""HTTP for Example Runs: every way in which it can go wrong has its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from clubmon.sdk import (
    Access,
    AccessDenied,
    ClockOff,
    ConnectorError,
    Malformed,
    RateLimited,
    SourceDown,
    sentence,
)

NO_ANSWER = sentence("Example Runs did not answer; it is asked again later.")
DOWN = sentence("Example Runs is down ({status}); it is asked again.")
WAIT_S = 20.0
MOST_OFF = timedelta(minutes=15)
QUARTER = timedelta(minutes=15)  # to wait where the source does not say how long


class Client:
    """Asks for one athlete."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._wait = float(access.settings.get("wait_s", WAIT_S))

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """The JSON at a path, None where there is nothing (404)."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        """What comes of a form."""
        return self._ask("POST", path, data=form)

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        url = self._access.settings.get("base_url", "https://runs.example/api") + path
        token = self._access.credentials.get("token", "")
        try:
            answer = requests.request(
                method, url, headers={"Authorization": f"Bearer {token}"}, timeout=self._wait,
                **given,
            )  # fmt: skip
        except requests.RequestException as error:
            raise SourceDown(NO_ANSWER) from error
        self._check(answer)
        if answer.status_code == 404:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise Malformed("Example Runs sent something that is no JSON.") from error

    def _check(self, answer: requests.Response) -> None:
        now = self._access.now()
        if answer.status_code == 401:
            raise AccessDenied("Example Runs does not accept the access any more; connect again.")
        if answer.status_code == 429:
            raise RateLimited("Example Runs wants to be asked less.", retry_at=_when(answer, now))
        if answer.status_code >= 500:
            raise SourceDown(DOWN.format(status=answer.status_code))
        if answer.status_code >= 400 and answer.status_code != 404:
            raise ConnectorError(f"Example Runs refused to answer ({answer.status_code}).")
        told = answer.headers.get("Date")
        if told and abs(parsedate_to_datetime(told) - now) > MOST_OFF:
            raise ClockOff("This machine's clock is not that of Example Runs; set it right.")


def _when(answer: requests.Response, now: datetime) -> datetime:
    seconds = answer.headers.get("Retry-After", "")
    return now + (timedelta(seconds=int(seconds)) if seconds.isdigit() else QUARTER)
