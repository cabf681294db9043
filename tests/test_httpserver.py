"""Large bodies over a real socket: refused between headers and body, taken through the disk."""

from __future__ import annotations

import hashlib
import json
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests

from clubmon.arrival import uploadtokens
from clubmon.club import consenting, enrolling
from clubmon.httpserver import HttpServer
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage import landing
from clubmon.storage.store import Store
from clubmon.web import create_app

SHA256 = "0" * 64


@pytest.fixture
def server(store: Store, settings: Settings) -> Iterator[HttpServer]:
    app = create_app(store, settings)
    opened = HttpServer(app, "127.0.0.1", 0, threads=2, ask_first=True)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def athlete(store: Store, now: datetime) -> str:
    who = enrolling.add_person(store, "Ada", "ada@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, enrolling.add_team(store, "Made up", now), now)
    return who


def test_its_thread_ends_without_an_error_when_it_is_stopped_just_before_a_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed: list[threading.ExceptHookArgs] = []
    wait = select.select

    def late(*asked: Any) -> Any:
        time.sleep(0.05)  # as on a busy machine: sockets may be closed between list and wait
        return wait(*asked)

    monkeypatch.setattr(threading, "excepthook", failed.append)
    monkeypatch.setattr(select, "select", late)
    server = HttpServer(lambda _environ, _start: [], "127.0.0.1", 0, threads=2)
    server.start()
    time.sleep(0.01)
    server.stop()
    time.sleep(0.1)
    assert failed == []


def counted(environ: Any, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(len(environ["wsgi.input"].read())).encode()]


@pytest.fixture
def counting() -> Iterator[HttpServer]:
    """A server that answers how long a body was."""
    opened = HttpServer(counted, "127.0.0.1", 0, threads=2, ask_first=True)
    opened.start()
    yield opened
    opened.stop()


def test_a_file_half_sent_when_the_machine_was_paused_is_taken_when_it_goes_on(
    counting: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.time
    with socket.create_connection(("127.0.0.1", counting.port), timeout=20) as there:
        there.sendall(b"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 8\r\n\r\nhalf")
        ask(counting, "GET / HTTP/1.0")  # by now the half has arrived
        monkeypatch.setattr(time, "time", lambda: clock() + 600)  # ten minutes are gone
        for _ in range(3):
            ask(counting, "GET / HTTP/1.0")  # the server goes on
            time.sleep(0.4)
        there.sendall(b"more")
        assert b"200 OK" in there.recv(65536)


def test_a_disk_without_room_refuses_a_large_body_in_words(counting: HttpServer) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 1024**2, limits[1]))  # no file may grow larger
    try:
        answer = requests.put(
            f"http://127.0.0.1:{counting.port}/", data=b"\0" * 3 * 1024**2, timeout=20
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert answer.status_code == 507
    assert json.loads(answer.text)["message"] == landing.NO_ROOM


def ask(server: HttpServer, *lines: str) -> str:
    """The answer to headers after which no body is sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as there:
        there.sendall("\r\n".join([*lines, "Host: here", "", ""]).encode())
        answer = b""
        while chunk := there.recv(65536):
            answer += chunk
    return answer.decode()


@pytest.mark.parametrize("extra", ["Accept: */*", "Expect: 100-continue"])
def test_without_consent_the_answer_comes_before_any_byte_of_the_body(
    store: Store, server: HttpServer, athlete: str, extra: str
) -> None:
    token = uploadtokens.make(store, athlete, "Laptop", athlete, datetime.now(UTC))
    answer = ask(
        server,
        f"PUT /api/v1/files/{SHA256} HTTP/1.1",
        f"Authorization: Bearer {token}",
        f"Content-Length: {500 * 1024**2}",
        extra,
    )
    assert answer.startswith("HTTP/1.1 403 ")
    assert "has not consented" in answer


def test_a_stranger_does_not_get_to_send_a_large_body(server: HttpServer) -> None:
    length = f"Content-Length: {500 * 1024**2}"
    assert ask(server, f"PUT /api/v1/files/{SHA256} HTTP/1.1", length).startswith("HTTP/1.1 401 ")
    assert ask(server, "POST /athlete/x/files HTTP/1.1", length).startswith("HTTP/1.1 403 ")


def test_a_large_body_that_is_welcome_is_taken_whole(
    store: Store, server: HttpServer, athlete: str
) -> None:
    consenting.record(
        store, athlete, Consent.LOAD, True, athlete, "athlete", None, datetime.now(UTC)
    )
    token = uploadtokens.make(store, athlete, "Laptop", athlete, datetime.now(UTC))
    body = b"no runs in here " * 200_000
    answer = requests.put(
        f"http://127.0.0.1:{server.port}/api/v1/files/{hashlib.sha256(body).hexdigest()}",
        data=body,
        headers={"Authorization": f"Bearer {token}", "X-Filename": "notes.bin"},
        timeout=30,
    )
    assert answer.status_code == 422
    (row,) = store.rows("SELECT bytes FROM app.arrival")
    assert row["bytes"] == len(body)
