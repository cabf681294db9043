"""Garmin's Personal API as its own package and its users describe it, over real HTTP.

Enforces what the real one does: a key that ends, a token of a day, pages of 45 at most (more is
HTTP 500), two calls in flight (more is 429 with Retry-After: 14).
"""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST_PER_PAGE = 45
MOST_IN_FLIGHT = 2
TOKEN_S = 86_400
TOKEN = "/personalapitoken-service/personal-api/personal-api-key/token"
SEARCH = "/activitylist-service/activities/search/activities"
DETAIL = "/activity-service/activity/"
FILES = "/download-service/files/activity/"

Answer = tuple[int, bytes, dict[str, str]]
JSON = {"Content-Type": "application/json"}


@dataclass
class Recorded:
    """One activity: when it began on the wall, its file (None: typed in), RPE x 10 if told."""

    activity_id: int
    start: str
    file: bytes | None
    rpe10: int | None = None
    suffix: str = ".fit"


@dataclass
class GarminServer:
    """The account behind the API, and what tests may break."""

    activities: list[Recorded] = field(default_factory=list)
    keys: set[str] = field(default_factory=lambda: {"the-key"})
    now: float = 1_000_000.0  # moved by tests
    tokens: dict[str, float] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    waits: float = 0.0  # how long each call takes
    next: list[Answer] = field(default_factory=list)  # answered before anything else
    on_call: Callable[[str], None] = lambda path: None
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def answer(self, method: str, target: str, authorization: str) -> Answer:
        """What the API says."""
        path = urlsplit(target).path
        with self.lock:
            self.calls.append(f"{method} {target}")
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            crowded = self.in_flight > MOST_IN_FLIGHT
        try:
            time.sleep(self.waits)
            self.on_call(path)
            if crowded:
                return 429, b"", {"Retry-After": "14"}
            if self.next:
                return self.next.pop(0)
            return self._said(method, target, authorization)
        finally:
            with self.lock:
                self.in_flight -= 1

    def _said(self, method: str, target: str, authorization: str) -> Answer:
        path = urlsplit(target).path
        kind, _, secret = authorization.partition(" ")
        if (method, path) == ("POST", TOKEN):
            return self._token(kind, secret)
        if kind != "Bearer" or self.tokens.get(secret, 0) <= self.now:
            return 401, b'{"message": "HTTP 401 Unauthorized"}', JSON
        if path == SEARCH:
            return self._page(parse_qs(urlsplit(target).query))
        for prefix, said in ((DETAIL, self._detail), (FILES, self._file)):
            if path.startswith(prefix):
                found = [each for each in self.activities if str(each.activity_id) in path]
                return said(found[0]) if found else (404, b"{}", JSON)
        return 404, b"{}", JSON

    def _token(self, kind: str, secret: str) -> Answer:
        if kind != "ApiKey" or secret not in self.keys:
            return 401, b"", {}
        token = f"jwt.{len(self.tokens)}.sig"
        self.tokens[token] = self.now + TOKEN_S
        return 200, token.encode(), {"Content-Type": "text/plain"}

    def _page(self, query: dict[str, list[str]]) -> Answer:
        start, limit = int(query["start"][0]), int(query["limit"][0])
        if limit > MOST_PER_PAGE:
            return 500, b"", {}
        first, last = query["startDate"][0], query["endDate"][0]
        shown = [each for each in self.activities if first <= each.start[:10] <= last]
        shown.sort(key=lambda each: each.start, reverse=True)
        page = [
            {"activityId": each.activity_id, "startTimeLocal": each.start}
            for each in shown[start : start + limit]
        ]
        return 200, json.dumps(page).encode(), JSON

    def _detail(self, found: Recorded) -> Answer:
        summary: dict[str, Any] = {"duration": 2223.327}
        if found.rpe10 is not None:
            summary |= {"directWorkoutFeel": 25, "directWorkoutRpe": found.rpe10}
        return (
            200,
            json.dumps({"activityId": found.activity_id, "summaryDTO": summary}).encode(),
            JSON,
        )

    def _file(self, found: Recorded) -> Answer:
        if found.file is None:
            return 404, b"{}", JSON
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            file.writestr(f"{found.activity_id}_ACTIVITY{found.suffix}", found.file)
        return 200, stream.getvalue(), {"Content-Type": "application/x-zip-compressed"}


@contextmanager
def serving(said: Callable[[BaseHTTPRequestHandler, bytes], Answer]) -> Iterator[str]:
    """A server on loopback whose every answer is made by `said`; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: otherwise each waits 40 ms for the other

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content, headers = said(self, body)
            self.send_response_only(status)
            for name, value in {"Date": self.date_time_string(), **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = reply  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def garmin(account: GarminServer) -> Iterator[GarminServer]:
    """This account, served."""

    def said(handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
        return account.answer(handler.command, handler.path, handler.headers["Authorization"] or "")

    with serving(said) as url:
        account.url = url
        yield account
