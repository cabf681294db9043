"""How a command reaches the service that has the data folder open.

The service listens on a loopback port of its own; port and token stand in a file that
only the owner of the data folder can read. Files travel as content, never as paths.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import requests
from flask import Flask, Response, abort, jsonify, request
from waitress import create_server
from waitress.server import TcpWSGIServer
from waitress.wasyncore import close_all

from clubmon.commands import Outcome

FILE = "control.json"
HEADER = "X-Clubmon-Token"
CONNECT_SECONDS, ANSWER_SECONDS = 2, 3600
MAX_UPLOAD = 16 * 1024**3

Runner = Callable[[str, dict[str, str], list[tuple[Path, str]]], Outcome]


class ControlError(Exception):
    """The running service did not do what was asked, in one sentence."""


def hand_over(
    folder: Path, name: str, arguments: dict[str, str], files: list[tuple[Path, str]]
) -> Outcome | None:
    """Have the running service do it; None where no service is running."""
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    base, headers = f"http://127.0.0.1:{known['port']}", {HEADER: known["token"]}
    wait = (CONNECT_SECONDS, ANSWER_SECONDS)
    try:
        uploads = [_upload(base, headers, path, shown) for path, shown in files]
        body = {"name": name, "arguments": arguments, "uploads": uploads}
        answer = requests.post(f"{base}/run", json=body, headers=headers, timeout=wait)
    except requests.ConnectionError:
        return None  # the file is left over from a service that was killed
    if answer.status_code != requests.codes.ok:
        raise ControlError(
            f"The service on this data folder refused the command (HTTP {answer.status_code}); "
            "stop it and run the command again."
        )
    return Outcome(**answer.json())


class Control:
    """The service's side: a small server on loopback, in a thread of its own."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self._file = folder / FILE
        token = secrets.token_urlsafe(32)
        self._server = create_server(
            _app(token, runner),
            host="127.0.0.1",
            port=0,
            threads=2,
            max_request_body_size=MAX_UPLOAD,
            ident="clubmon",
        )
        self._thread = threading.Thread(target=self._server.run, name="control", daemon=True)
        _write_private(self._file, {"port": self._server.effective_port, "token": token})

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take the file away first, so that nobody knocks on a closed door."""
        self._file.unlink(missing_ok=True)
        close(self._server, self._thread)


def close(server: TcpWSGIServer, thread: threading.Thread) -> None:
    """End a server, its idle connections and its threads, so that nothing outlives the store."""
    server.close()
    close_all(server._map)
    server.task_dispatcher.shutdown()
    thread.join(timeout=5)


def _app(token: str, runner: Runner) -> Flask:
    app = Flask("clubmon.control")
    inbox = Path(tempfile.mkdtemp(prefix="clubmon-"))

    @app.before_request
    def check() -> None:
        if not hmac.compare_digest(request.headers.get(HEADER, ""), token):
            abort(403)

    @app.post("/upload")
    def upload() -> Response:
        target = inbox / secrets.token_hex(16)
        with target.open("wb") as file:
            while chunk := request.stream.read(1 << 20):
                file.write(chunk)
        return jsonify(target.name)

    @app.post("/run")
    def run() -> Response:
        asked = request.get_json()
        files = [(inbox / Path(item["id"]).name, item["shown"]) for item in asked["uploads"]]
        try:
            return jsonify(asdict(runner(asked["name"], asked["arguments"], files)))
        finally:
            for path, _shown in files:
                path.unlink(missing_ok=True)

    return app


def _upload(base: str, headers: dict[str, str], path: Path, shown: str) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            answer = requests.post(
                f"{base}/upload",
                data=file,
                headers=headers,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            )
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise ControlError(f"{shown} cannot be opened ({error.strerror}).") from error
    answer.raise_for_status()
    return {"id": answer.json(), "shown": shown}


def _write_private(path: Path, content: dict[str, object]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
    temporary.replace(path)
