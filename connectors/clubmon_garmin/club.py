"""The club's upload API: a file under its own SHA-256, with the athlete's token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from clubmon_garmin.calls import Answer, Caller, Request
from clubmon_garmin.errors import AgentError, Busy

Outcome = Literal["sent", "known", "refused"]

PATH = "/api/v1/files/"

NO_TOKEN = (
    "The club refuses the token: it was revoked or mistyped. Make a new one on your page there, "
    "under Files, and store it again."
)
NOT_THERE = "There is no upload API at {}; check the club's address."


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one file; `message` is the club's own sentence."""

    outcome: Outcome
    message: str = ""


@dataclass(slots=True)
class Club:
    """The upload API for one athlete."""

    caller: Caller
    token: str

    def knows(self, sha256: str) -> bool:
        """Whether the club has this file of this athlete. Raises AgentError."""
        answer = self._call(Request("HEAD", PATH + sha256, self._headers()))
        return answer.status == 200

    def rate(self, sha256: str, rpe: float) -> bool:
        """Tell the session RPE of a file that the club has read; False: it wants the file itself.

        A club of an older version does not know this question. Raises AgentError.
        """
        headers = {**self._headers(), "X-Session-RPE": f"{rpe:g}"}
        return self._call(Request("PATCH", PATH + sha256, headers)).status == 200

    def put(self, name: str, body: bytes, rpe: float | None) -> Sent:
        """Hand over one file; handing over again is harmless. Raises AgentError."""
        headers = {**self._headers(), "X-Filename": quote(name)}
        if rpe is not None:
            headers["X-Session-RPE"] = f"{rpe:g}"
        answer = self._call(Request("PUT", PATH + digest(body), headers, body=body))
        message = _message(answer)
        if answer.status in (200, 201):
            return Sent("sent" if answer.status == 201 else "known", message)
        if answer.status in (413, 422):
            return Sent("refused", message)
        if answer.status == 409:
            raise Busy("A file did not arrive whole at the club; the next run sends it again.")
        if answer.status == 404:
            raise AgentError(NOT_THERE.format(self.caller.base))
        raise AgentError(f"The club answers with HTTP {answer.status}. {message}".strip())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _call(self, request: Request) -> Answer:
        answer = self.caller.call(request)
        if answer.status == 401:
            raise AgentError(NO_TOKEN)
        if answer.status == 403:
            raise AgentError(f"The club takes no files now. {_message(answer)}".strip())
        return answer


def digest(body: bytes) -> str:
    """What the club calls a file: SHA-256, hex."""
    return hashlib.sha256(body).hexdigest()


def _message(answer: Answer) -> str:
    """The club's sentence, one line of it."""
    found = answer.json()
    message = found.get("message") if isinstance(found, dict) else None
    return " ".join(message.split())[:300] if isinstance(message, str) else ""
