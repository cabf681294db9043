"""Example Runs on loopback: five activities, two a page, and every kind of trouble."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from clubmon.testing import RETRY_AFTER_S, Trouble

WAIT_S = 2  # how long the connector waits; a busy machine takes a while to answer
ACTIVITIES = 5
STATUS = {"refused": 401, "limited": 429, "limited_silently": 429, "failing": 500}


def activity(number: int, metres: int = 8000) -> dict[str, Any]:
    """The activity of this id: a run on the n-th of November 2025."""
    start = datetime(2025, 11, number, 17, 0, tzinfo=UTC).isoformat()
    return {
        "id": number, "sport": "run", "start": start, "metres": metres, "seconds": 2600,
        "title": f"Evening run {number}",
    }  # fmt: skip


class ExampleSimulator:
    """Serves between enter and exit. `activities` may be changed; `asked` is what was asked."""

    def __init__(self) -> None:
        self.activities = {n: activity(n) for n in range(1, ACTIVITIES + 1)}
        self.tokens = {"token-of-athlete-7"}
        self.asked: list[str] = []
        self._trouble: Trouble | None = None
        self._after = 0
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = {
            "base_url": self.url, "client_id": "our club", "hook_secret": "knock",
            "wait_s": str(WAIT_S),
        }  # fmt: skip
        self.credentials = {"token": "token-of-athlete-7"}

    def trouble(self, kind: Trouble | None, after: int = 0) -> None:
        self._trouble, self._after = kind, after

    def __enter__(self) -> ExampleSimulator:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def found(self, where: SplitResult, token: str) -> tuple[int, bytes]:
        """Status and body of a GET."""
        if token not in self.tokens:
            return 401, b"{}"
        if where.path == "/activities":
            after = int(parse_qs(where.query)["after"][0])
            later = [one for n, one in sorted(self.activities.items()) if n > after]
            return 200, json.dumps(later[:2]).encode()
        one = self.activities.get(int(where.path.rsplit("/", 1)[1]))
        return 200 if one else 404, json.dumps(one).encode()

    def now_wrong(self) -> Trouble | None:
        """The trouble for this request, if it is time for it."""
        if self._trouble is not None and self._after > 0:
            self._after -= 1
            return None
        return self._trouble


def _handler(source: ExampleSimulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append(self.path)
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._answer(*source.found(urlsplit(self.path), token))

        def do_POST(self) -> None:
            source.asked.append(self.path)
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if self.path == "/token":
                code = form["code"][0]
                source.tokens.add(f"token-of-{code}")
                given = {"token": f"token-of-{code}", "athlete": code}
                self._answer(200, json.dumps(given).encode())
            else:
                if source._trouble is None:
                    source.tokens.discard(form.get("token", [""])[0])
                self._answer(200, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            wrong = source.now_wrong()
            if wrong == "hanging":
                source.over.wait()  # whoever asked has given up long before
                return
            date = datetime.now(UTC) + timedelta(hours=6 if wrong == "clock_off" else 0)
            self.send_response_only(STATUS.get(wrong or "", status))
            self.send_header("Date", format_datetime(date, usegmt=True))
            if wrong == "limited":
                self.send_header("Retry-After", str(RETRY_AFTER_S))
            body = b"<html>Sorry" if wrong == "malformed" else body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    return Handler
