"""How a command reaches the service that has the data folder open.

The service listens on a loopback port of its own; port and token stand in a file that
only the owner of the data folder can read. Files travel as content, never as paths.
"""

from __future__ import annotations

import hmac
import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import requests
from flask import Flask, Response, abort, jsonify, request

from clubmon.arrival.reading import unreadable
from clubmon.commands import Outcome
from clubmon.httpserver import HttpServer
from clubmon.storage import durable

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
        base, headers = f"http://127.0.0.1:{known['port']}", {HEADER: known["token"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        return _ask(base, headers, name, arguments, files)
    except requests.ConnectionError:
        return None  # the file is left over from a service that was killed
    except requests.RequestException as error:
        raise ControlError(
            f"The service on this data folder did not do it ({type(error).__name__}); its log "
            "says why. Stop it and run the command again."
        ) from error


def _ask(
    base: str,
    headers: dict[str, str],
    name: str,
    arguments: dict[str, str],
    files: list[tuple[Path, str]],
) -> Outcome:
    uploads, refused = [], []
    for path, shown in files:
        problem = unreadable(path)
        if problem:  # opening a pipe would wait for ever
            refused.append(f"Refused: {shown}: {problem}")
            continue
        try:
            uploads.append(_upload(base, headers, path, shown))
        except (PermissionError, FileNotFoundError, IsADirectoryError) as error:
            refused.append(
                f"Refused: {shown}: cannot be opened ({error.strerror}); check the file."
            )
    body = {"name": name, "arguments": arguments, "uploads": uploads}
    wait = (CONNECT_SECONDS, ANSWER_SECONDS)
    answer = requests.post(f"{base}/run", json=body, headers=headers, timeout=wait)
    answer.raise_for_status()
    done = Outcome(**answer.json())
    return Outcome(done.out, [*refused, *done.err], max(done.code, 1 if refused else 0))


class Control:
    """The service's side: a small server on loopback, in a thread of its own."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self._file, self._inbox = folder / FILE, folder / "inbox"
        shutil.rmtree(self._inbox, ignore_errors=True)  # left over from a service that was killed
        self._inbox.mkdir(mode=0o700)
        token = secrets.token_urlsafe(32)
        app = _app(token, runner, self._inbox)
        self._server = HttpServer(app, "127.0.0.1", 0, threads=2, max_body=MAX_UPLOAD)
        way_in = {"port": self._server.port, "token": token}
        durable.write(self._file, json.dumps(way_in).encode())

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Take the file away first, so that nobody knocks on a closed door."""
        self._file.unlink(missing_ok=True)
        self._server.stop()
        shutil.rmtree(self._inbox, ignore_errors=True)


def _app(token: str, runner: Runner, inbox: Path) -> Flask:
    app = Flask("clubmon.control")

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
    with path.open("rb") as file:
        answer = requests.post(
            f"{base}/upload", data=file, headers=headers, timeout=(CONNECT_SECONDS, ANSWER_SECONDS)
        )
    answer.raise_for_status()
    return {"id": answer.json(), "shown": shown}
