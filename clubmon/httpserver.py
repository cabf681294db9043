"""A waitress server in a thread that ends without leaving anybody unanswered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.wasyncore import close_all, loop
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from clubmon.storage import landing

ONLY_HEADERS = "clubmon.only_headers"  # in the environment of a question that has no body yet
ASK_FROM = 1024 * 1024  # bytes; a smaller body has arrived before an answer would
DRAIN_SECONDS = 30  # for requests in flight when the server is told to stop
STOOD_STILL = 5  # seconds that one round of the loop takes only where something kept it
GIGABYTE = 1024**3


class _AskingParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request; asks the application between the headers and a large body."""

    def __init__(self, app: Callable[..., Any], adj: Any) -> None:
        super().__init__(adj)
        self._app = app

    def received(self, data: bytes) -> int:
        """As in waitress: the number of bytes that were used."""
        knew_headers = self.headers_finished
        try:
            used = int(super().received(data))
        except OSError:  # the disk, where a large body waits to be whole
            return self._no_room(data)
        if self.headers_finished and not knew_headers and self._is_large():
            answer = Response.from_app(self._app, self._question())
            if answer.status_code >= 400:
                self.error, self.completed, self.expect_continue = _Refusal(answer), True, False
        return used

    def _no_room(self, data: bytes) -> int:
        """Refuse the request in words, where waitress would close the connection without any."""
        with suppress(OSError):  # what was buffered cannot be written either
            self.close()
        self.body_rcv = None
        said = json.dumps({"message": str(landing.NO_ROOM)})
        self.error = _Refusal(Response(said, 507, mimetype="application/json"))
        self.completed, self.expect_continue = True, False
        return len(data)

    def _is_large(self) -> bool:
        return self.error is None and (self.chunked or self.content_length >= ASK_FROM)

    def _question(self) -> dict[str, Any]:
        environ = EnvironBuilder(self.path, method=self.command, query_string=self.query)
        asked = environ.get_environ() | {ONLY_HEADERS: True}
        plain = {"CONTENT_LENGTH", "CONTENT_TYPE"}
        named = {key if key in plain else f"HTTP_{key}": v for key, v in self.headers.items()}
        return asked | named


class _Refusal:
    """The application's answer in the shape of waitress's own errors."""

    def __init__(self, answer: Response) -> None:
        self._answer = answer

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body."""
        headers = [pair for pair in self._answer.headers if pair[0] != "Content-Length"]
        return self._answer.status, headers, self._answer.get_data()


class HttpServer:
    """Listens from the moment it is made; answers between start() and stop()."""

    AROUND_A_FILE = 1024 * 1024  # bytes of a form around the file that it holds

    def __init__(
        self,
        app: Callable[..., Any],
        host: str,
        port: int,
        *,
        threads: int,
        max_body: int = GIGABYTE,
        ask_first: bool = False,
    ) -> None:
        """Raises OSError where the address cannot be used; port 0 takes any free one.

        With `ask_first` the application is asked before a large body is taken: by a request
        without one, whose environment has `ONLY_HEADERS`. A status from 400 on refuses it.
        """
        self._server = create_server(
            app, host=host, port=port, threads=threads, max_request_body_size=max_body,
            ident="clubmon",
        )  # fmt: skip
        if ask_first:
            self._server.channel_class = type(
                "AskingChannel", (HTTPChannel,), {"parser_class": partial(_AskingParser, app)}
            )
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="http", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to answer, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Accept nobody any more, answer who was accepted, and end every thread."""
        self._server.accepting = False
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline and self._busy():
            time.sleep(0.02)
        self._end_loop()
        self._server.task_dispatcher.shutdown()
        self._server.close()
        close_all(self._server._map)

    def _loop(self) -> None:
        """What waitress's own run() does, but it can be told to end.

        It closes connections that were silent for two minutes by the clock. Where this loop stood
        still (a machine that was paused or is overloaded, a clock that was set), nobody could be
        heard: the silence is counted from then on, or half-sent files would be cut off.
        """
        while not self._stopped.is_set():
            began = time.time()
            loop(timeout=1, map=self._server._map, count=1)
            now = time.time()
            if now - began > STOOD_STILL:
                for channel in self._server.active_channels.values():
                    channel.last_activity = now

    def _end_loop(self) -> None:
        """Ends the thread before its sockets are closed: a select() on a closed one raises."""
        self._stopped.set()
        self._server.pull_trigger()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _busy(self) -> bool:
        """Whether a request is being read, worked on or written out."""
        return any(
            channel.request is not None or channel.requests or channel.total_outbufs_len
            for channel in list(self._server.active_channels.values())
        )
