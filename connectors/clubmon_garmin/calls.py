"""One HTTP call at a time, tried again when the other side asks for it or stumbles."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from clubmon_garmin.errors import AgentError, Busy, TooLarge

ATTEMPTS = 5
TIMEOUT_S = (10, 120)  # to connect, and between two pieces of an answer
LONGEST_WAIT_S = 900  # a longer pause ends the run: the next one goes on
MOST_OFF_S = 3_600  # which days are listed is told by this machine's clock
AGENT = "clubmon-agent/0.1"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Request:
    """What to send; `most_bytes` limits what is taken as an answer."""

    method: str
    path: str
    headers: Mapping[str, str]
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    most_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: any status below 300, or of 4xx other than 429."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body read as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Again(Exception):
    """A call that may succeed later; `after_s` is how long the other side asks to wait."""

    def __init__(self, reason: str, after_s: float | None = None, status: int = 0) -> None:
        super().__init__(reason)
        self.after_s, self.status = after_s, status


@dataclass(slots=True)
class Caller:
    """Calls one service. `sleep` waits; `name` is what messages call the service."""

    name: str
    base: str
    sleep: Callable[[float], None] = time.sleep
    http: requests.Session = field(default_factory=requests.Session)

    def call(self, request: Request, attempts: int = ATTEMPTS) -> Answer:
        """The answer. Raises AgentError; Busy where trying later may help.

        Redirects are not followed: they would carry a secret to an address nobody named.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(Again),
            stop=stop_after_attempt(attempts),
            wait=_wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, request)
        except Again as error:
            reason = f"{self.name} {error}; the next run goes on from here."
            raise Busy(reason, error.status) from error

    def _once(self, request: Request) -> Answer:
        try:
            with self.http.request(
                request.method,
                self.base.rstrip("/") + request.path,
                headers={"User-Agent": AGENT, **request.headers},
                params=dict(request.params),
                data=request.body,
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._judge(answer)
                self._check_clock(answer.headers.get("Date", ""))
                return Answer(answer.status_code, self._body(answer, request.most_bytes))
        except requests.exceptions.SSLError as error:
            raise AgentError(
                f"{self.name} at {self.base} shows no certificate that this machine trusts; check "
                "the address and this machine's clock."
            ) from error
        except requests.RequestException as error:
            raise Again(f"does not answer at {self.base} ({type(error).__name__})") from error

    def _judge(self, answer: requests.Response) -> None:
        """Raises Again for what may pass, AgentError for a redirect."""
        status, after = answer.status_code, _seconds(answer.headers.get("Retry-After"))
        if status == 429 and after is not None and after > LONGEST_WAIT_S:
            raise Busy(f"{self.name} asks to wait {after:.0f} s; the next run goes on from here.")
        if status == 429:
            raise Again("has had too many calls for now", after, status)
        if status >= 500:
            raise Again(f"fails with HTTP {status}", after, status)
        if 300 <= status < 400:
            raise AgentError(
                f"{self.name} at {self.base} sends on to another address; name the one that "
                "answers itself."
            )

    def _check_clock(self, date: str) -> None:
        """Raises AgentError where the other side's clock is far from this machine's."""
        try:
            off = abs(parsedate_to_datetime(date).timestamp() - time.time())
        except (TypeError, ValueError):
            return
        if off > MOST_OFF_S:
            raise AgentError(
                f"This machine's clock and that of {self.name} differ by {off / 3_600:.0f} hours; "
                "set the clock: the next run asks again.",
                permanent=False,
            )

    def _body(self, answer: requests.Response, most_bytes: int) -> bytes:
        found = bytearray()
        for piece in answer.iter_content(1 << 16):
            found += piece
            if len(found) > most_bytes:
                raise TooLarge(f"{self.name} answers with more than {most_bytes / 1e6:.0f} MB.")
        return bytes(found)


def checked_address(address: str, whose: str) -> str:
    """An address that a secret may be sent to. Raises AgentError where it would go in the clear."""
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or parts.hostname in LOOPBACK):
        return address
    raise AgentError(
        f"The address of {whose} must begin with https://, so that nobody on the way can read "
        "what is sent."
    )


def _wait(state: RetryCallState) -> float:
    """As long as the other side asks, otherwise 2, 4, 8 ... s."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after_s if isinstance(error, Again) else None
    return float(2**state.attempt_number) if asked is None else min(asked, LONGEST_WAIT_S)


def _seconds(value: str | None) -> float | None:
    """Retry-After in seconds, from a number or a date; None where there is none."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None
