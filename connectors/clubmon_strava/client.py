"""Calls to Strava's API for one athlete: within the budget, with a token that is fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from clubmon.sdk import (
    Access,
    AccessDenied,
    ConnectorError,
    Malformed,
    RateLimited,
    SourceDown,
    sentence,
)
from clubmon_strava import budget as budgets
from clubmon_strava.answers import check_clock, json_of, problem
from clubmon_strava.budget import Budget
from clubmon_strava.options import options

SPARE = timedelta(minutes=5)  # a token that ends during a call is no use
CONNECT_TIMEOUT_S = 5.0
SILENT = sentence("Strava did not answer in time; the next sync asks again.")
NOT_CONNECTED = sentence("Strava is not connected; the athlete connects it on their own page.")
NOT_ASKED = sentence("Strava could not be asked ({why}); check the base URLs in the settings.")
NO_TOKENS = sentence(
    "Strava's answer holds no tokens; try again, and connect Strava once more if it stays so."
)
LIMIT = sentence("Strava's limit for the club is used up until {time} UTC; it goes on by itself.")


class Bearer(AuthBase):
    """The token in the header; set this way, a .netrc cannot put another in its place."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the header on."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Client:
    """One athlete's calls. Keep it for one fetch only: tokens change."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.options = options(access.settings)
        self.credentials = dict(access.credentials)
        self.http = requests.Session()

    @property
    def owner(self) -> str:
        """The athlete's id at Strava."""
        return self.credentials.get("athlete_id", "")

    def get(self, path: str, kind: type, older: bool = False, **query: object) -> Any:
        """The JSON under a path, None where there is none (404).

        `older` calls leave the reserve alone. Raises ConnectorError; a token that is refused
        before its time is renewed once.
        """
        for renew in (self._ends_soon(), True):
            if renew:
                self._renew()
            response = self._counted(path, query, older)
            if response.status_code != 401:
                break
        found = problem(response, self.access.now())
        if isinstance(found, RateLimited) and found.retry_at is None:
            found.retry_at = self._next_window()
        if found:
            raise found
        return None if response.status_code == 404 else json_of(response, kind)

    def note(self, change: Callable[[Budget], Budget]) -> Budget:
        """Change the budget that all athletes share."""
        changed = change(budgets.load(self.access.recall()))
        self.access.remember(budgets.dump(changed))
        return changed

    def exchange(self, code: str) -> Mapping[str, Any]:
        """Trade a code for tokens and keep them; Strava's answer."""
        return self._tokens({"grant_type": "authorization_code", "code": code})

    def revoke(self) -> None:
        """Give the refresh token back; a token that Strava does not know is given back already."""
        token = self.credentials.get("refresh_token")
        if not token:
            return
        found = problem(
            self._post(
                "/oauth/revoke",
                {"token": token},
                HTTPBasicAuth(self.options.client_id, self.options.client_secret),
            ),
            self.access.now(),
        )
        if found:
            raise found

    def _counted(self, path: str, query: Mapping[str, object], older: bool) -> requests.Response:
        now = self.access.now()
        budget = budgets.load(self.access.recall())
        opens = budget.opens(now, budget.reserve(now) if older else budgets.NONE)
        if opens:
            raise RateLimited(LIMIT.format(time=f"{opens:%H:%M}"), permanent=False, retry_at=opens)
        # counted before the call: a call whose answer is lost has been made all the same
        self.access.remember(budgets.dump(budget.spent(now)))
        response = self._send(
            "GET",
            self.options.api_url + path,
            params=query,
            auth=Bearer(self.credentials.get("access_token", "")),
        )
        check_clock(response, self.access.now())
        self.note(lambda known: known.told(response.headers, self.access.now()))
        return response

    def _next_window(self) -> datetime:
        now = self.access.now()
        opens = budgets.load(self.access.recall()).opens(now)
        return opens or budgets.quarter_of(now) + budgets.QUARTER

    def _ends_soon(self) -> bool:
        try:
            ends = float(self.credentials.get("expires_at", "0"))
        except ValueError:
            ends = 0
        return self.access.now().timestamp() > ends - SPARE.total_seconds()

    def _renew(self) -> None:
        token = self.credentials.get("refresh_token")
        if not token:
            raise AccessDenied(NOT_CONNECTED)
        self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    def _tokens(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Ask for tokens and have them kept before anybody uses them: the old ones are dead."""
        secrets = {"client_id": self.options.client_id, "client_secret": self.options.client_secret}
        response = self._post("/oauth/token", {**secrets, **form}, None)
        check_clock(response, self.access.now())
        found = problem(response, self.access.now())
        if found:
            raise found
        answer: dict[str, Any] = json_of(response, dict)
        self.credentials |= _credentials(answer)
        self.access.keep(dict(self.credentials))
        return answer

    def _post(self, path: str, form: Mapping[str, str], auth: AuthBase | None) -> requests.Response:
        return self._send("POST", self.options.oauth_url + path, data=form, auth=auth)

    def _send(self, method: str, url: str, **more: Any) -> requests.Response:
        timeout = (CONNECT_TIMEOUT_S, self.options.timeout_s)
        try:
            return self.http.request(method, url, timeout=timeout, allow_redirects=False, **more)
        except (requests.Timeout, requests.ConnectionError) as error:
            raise SourceDown(SILENT, permanent=False) from error
        except requests.RequestException as error:
            raise ConnectorError(NOT_ASKED.format(why=type(error).__name__)) from error


def _credentials(answer: Mapping[str, Any]) -> dict[str, str]:
    names = ("access_token", "refresh_token", "expires_at")
    if not all(isinstance(answer.get(name), str | int) and answer[name] for name in names):
        raise Malformed(NO_TOKENS, permanent=False)
    found = {name: str(answer[name]) for name in names}
    athlete = answer.get("athlete")
    if isinstance(athlete, dict) and isinstance(athlete.get("id"), int):
        found["athlete_id"] = str(athlete["id"])
    return found
