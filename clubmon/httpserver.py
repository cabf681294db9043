"""A waitress server in a thread that ends without leaving anybody unanswered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import create_server
from waitress.wasyncore import close_all

DRAIN_SECONDS = 30  # for requests in flight when the server is told to stop
GIGABYTE = 1024**3


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
    ) -> None:
        """Raises OSError where the address cannot be used; port 0 takes any free one."""
        self._server = create_server(
            app, host=host, port=port, threads=threads, max_request_body_size=max_body,
            ident="clubmon",
        )  # fmt: skip
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

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
        self._server.close()
        close_all(self._server._map)
        self._server.task_dispatcher.shutdown()
        self._thread.join(timeout=5)

    def _busy(self) -> bool:
        """Whether a request is being read, worked on or written out."""
        return any(
            channel.request is not None or channel.requests or channel.total_outbufs_len
            for channel in list(self._server.active_channels.values())
        )
