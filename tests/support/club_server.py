"""A club's upload API over real HTTP, with what a test may have it refuse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from garmin_server import Answer, serving


@dataclass
class ClubServer:
    """What arrived, by SHA-256: name, bytes and session RPE."""

    files: dict[str, tuple[str, bytes, str | None]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {"the-token"})
    puts: list[str] = field(default_factory=list)
    refuses: dict[bytes, tuple[int, str]] = field(default_factory=dict)  # by content
    next: list[Answer] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
        """What the API says."""
        sha256 = handler.path.removeprefix("/api/v1/files/")
        if self.next:
            return self.next.pop(0)
        if handler.headers["Authorization"] not in {f"Bearer {token}" for token in self.tokens}:
            return said(401, "No upload token in force was sent.")
        if handler.command == "HEAD":
            return said(200 if sha256 in self.files else 404, "")
        if handler.command == "PATCH":
            return self._rated(sha256, handler.headers["X-Session-RPE"])
        self.puts.append(sha256)
        if sha256 != hashlib.sha256(body).hexdigest():
            return said(409, "The bytes that arrived are not those of the address.")
        if body in self.refuses:
            return said(*self.refuses[body])
        known = sha256 in self.files
        told = handler.headers["X-Session-RPE"] or (self.files[sha256][2] if known else None)
        self.files[sha256] = handler.headers["X-Filename"], body, told
        return said(200 if known else 201, "Stored.")

    def _rated(self, sha256: str, rpe: str) -> Answer:
        if sha256 not in self.files:
            return said(404, "No file with these bytes was read.")
        name, body, _ = self.files[sha256]
        self.files[sha256] = name, body, rpe
        return said(200, "Known before.")


def said(status: int, message: str) -> Answer:
    """An answer as the club's service writes it."""
    return status, json.dumps({"message": message}).encode(), {"Content-Type": "application/json"}


@contextmanager
def club(held: ClubServer) -> Iterator[ClubServer]:
    """This club, served."""
    with serving(held.answer) as url:
        held.url = url
        yield held
