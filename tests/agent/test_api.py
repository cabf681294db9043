"""What the client of Garmin's Personal API does when the API is not at its best."""

from __future__ import annotations

import json
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from clubmon_garmin import api, calls
from clubmon_garmin.calls import Caller, checked_address
from clubmon_garmin.errors import AgentError, Busy, TooLarge
from garmin_server import JSON, SEARCH, TOKEN, TOKEN_S, Answer, Recorded

PAYLOADS = Path(
    os.environ.get("CLUBMON_PAYLOADS", Path(__file__).parents[2] / ".." / "shared" / "payloads")
)
DAYS = date(2026, 1, 1), date(2026, 11, 18)


def listed(client: api.Garmin) -> list[str]:
    return [found.activity_id for found in client.activities(*DAYS)]


def test_the_key_is_sent_for_a_token_and_nowhere_else(machine: Any, fill: Any) -> None:
    fill(2)
    client = machine.api()
    listed(client)
    client.rpe("1000")
    assert [call for call in machine.garmin.calls if TOKEN in call] == [f"POST {TOKEN}"]


def test_a_token_that_has_ended_is_replaced(machine: Any, fill: Any) -> None:
    fill(1)
    client = machine.api()
    listed(client)
    machine.garmin.now += TOKEN_S + 1
    assert listed(client) == ["1000"]
    assert len(machine.garmin.tokens) == 2


def test_a_key_that_has_ended_is_said_with_what_to_do(machine: Any) -> None:
    machine.garmin.keys.clear()
    with pytest.raises(AgentError, match="personalApiToken") as raised:
        listed(machine.api())
    assert raised.value.permanent
    assert "the-key" not in str(raised.value)


def test_a_key_that_ends_in_the_middle_of_a_run_is_said(machine: Any, fill: Any) -> None:
    fill(1)
    client = machine.api()
    listed(client)
    machine.garmin.keys.clear()
    machine.garmin.now += TOKEN_S + 1
    with pytest.raises(AgentError, match="expired or was deleted"):
        client.rpe("1000")


def test_a_token_that_is_refused_at_once_is_not_asked_for_for_ever(machine: Any) -> None:
    refused: Answer = (401, b"", {})
    machine.garmin.next = [(200, b"a", {}), refused, (200, b"b", {}), refused]
    with pytest.raises(AgentError, match="not the token") as raised:
        listed(machine.api())
    assert not raised.value.permanent


@pytest.mark.parametrize("body", [b"", b"<html>two words</html>", b"a\nb"])
def test_what_is_no_token_is_not_sent_on(machine: Any, body: bytes) -> None:
    machine.garmin.next = [(200, body, {})]
    with pytest.raises(Busy, match="no token"):
        listed(machine.api())


def test_a_pause_is_as_long_as_garmin_asks(machine: Any, fill: Any) -> None:
    fill(1)
    client = machine.api()
    listed(client)
    machine.garmin.next = [(429, b"", {"Retry-After": "14"})]
    assert listed(client) == ["1000"]
    assert machine.waited == [14]


def test_without_retry_after_pauses_grow_and_end(machine: Any) -> None:
    machine.garmin.next = [(429, b"", {})] * 5
    with pytest.raises(Busy, match="too many calls") as raised:
        listed(machine.api())
    assert machine.waited == [2, 4, 8, 16]
    assert not raised.value.permanent


def test_a_pause_of_hours_ends_the_run_at_once(machine: Any) -> None:
    machine.garmin.next = [(429, b"", {"Retry-After": "7200"})]
    with pytest.raises(Busy, match="7200 s"):
        listed(machine.api())
    assert machine.waited == []


def test_a_failure_that_passes_is_tried_again(machine: Any, fill: Any) -> None:
    fill(1)
    machine.garmin.next = [(503, b"", {}), (502, b"", {})]
    assert listed(machine.api()) == ["1000"]


def test_a_page_that_garmin_fails_at_is_asked_for_in_smaller_ones(machine: Any, fill: Any) -> None:
    fill(15)
    client = machine.api()
    client.rpe("1000")
    machine.garmin.next = [(500, b"", {})] * 5
    assert len(listed(client)) == 15
    pages = [call for call in machine.garmin.calls if SEARCH in call]
    assert "limit=20" in pages[0]
    assert "limit=10" in pages[5]


def test_the_simulator_fails_at_large_pages_and_at_three_calls_at_once(
    machine: Any, fill: Any
) -> None:
    fill(1)
    client = machine.api()
    listed(client)
    headers = {"Authorization": f"Bearer {client.token}"}
    where = f"{machine.garmin.url}{SEARCH}?start=0&startDate=2026-01-01&endDate=2026-12-31&limit="
    assert requests.get(where + "46", headers=headers, timeout=5).status_code == 500
    machine.garmin.waits = 0.3
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda _: requests.get(where + "20", headers=headers, timeout=5), range(3))
        )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429]
    assert {answer.headers.get("Retry-After") for answer in answers} == {None, "14"}


def test_a_run_has_one_call_in_flight(machine: Any, fill: Any) -> None:
    fill(5)
    machine.run()
    assert machine.garmin.most_in_flight == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"error": 1}', b"\xff\xfe"])
def test_a_list_that_is_none_ends_the_run(machine: Any, body: bytes) -> None:
    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, body, JSON)]
    with pytest.raises(Busy, match="list of activities"):
        listed(client)


def test_odd_entries_of_the_list_are_passed_by(machine: Any) -> None:
    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, b'[7, {}, {"activityId": "x"}, {"activityId": 5}]', JSON)]
    assert listed(client) == ["5"]


@pytest.mark.parametrize(
    ("summary", "rpe"),
    [
        ({"directWorkoutRpe": 30}, 3.0),
        ({"directWorkoutRpe": 100}, 10.0),
        ({"directWorkoutRpe": 0}, None),
        ({"directWorkoutRpe": 700}, None),
        ({"directWorkoutRpe": "30"}, None),
        ({"directWorkoutRpe": True}, None),
        ({}, None),
        (None, None),
    ],
)
def test_session_rpe_is_a_tenth_of_what_garmin_keeps(
    machine: Any, summary: Any, rpe: float | None
) -> None:
    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, json.dumps({"summaryDTO": summary}).encode(), JSON)]
    assert client.rpe("1") == rpe


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads seen are not here")
def test_payloads_as_garmin_wrote_them(machine: Any) -> None:
    def inner(name: str, part: str) -> bytes:
        return json.dumps(json.loads((PAYLOADS / name).read_bytes())[part]).encode()

    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, inner("garmin_activity_detail.json", "activity"), JSON)]
    assert client.rpe("21482825013") == 3.0
    machine.garmin.next = [(200, inner("garmin_activity_list_run.json", "activities"), JSON)]
    first = next(iter(client.activities(*DAYS)))
    assert (first.activity_id, first.day) == ("21482825013", "2026-01-08")


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads seen are not here")
def test_the_addresses_are_those_that_garmin_documents() -> None:
    page = (PAYLOADS / "garmin_personal_api_endpoints.md").read_text(encoding="utf-8")
    assert f"POST {api.BASE}{TOKEN}" in page
    for path in (api.SEARCH, api.DETAIL.format("{id}"), api.ORIGINAL.format("{id}")):
        assert re.search(rf"^ +{re.escape(path)}(\?| |$)", page, re.MULTILINE), path
    assert "limit > ~45 -> HTTP 500 (use 20)" in page
    assert api.PAGE_SIZES[0] == 20


def test_an_answer_nested_beyond_reading_is_as_none(machine: Any) -> None:
    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, b"[" * 100_000, JSON)]
    assert client.rpe("1") is None


# Its directory would begin before the file does.
BEFORE = b"PK\x05\x06" + bytes(4) + b"\1\0\1\0" + b"\x2e\0\0\0" + b"\xff\0\0\0" + bytes(2)


@pytest.mark.parametrize("body", [b"PK\x03\x04 cut", bytes(60) + BEFORE])
def test_a_damaged_download_is_tried_in_the_next_run(machine: Any, body: bytes) -> None:
    client = machine.api()
    client.rpe("1")
    machine.garmin.next = [(200, body, {})]
    with pytest.raises(Busy, match="breaks off"):
        client.originals("1")


def test_a_file_that_would_fill_the_memory_is_not_taken(
    machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.garmin.activities = [Recorded(7, "2026-11-16 08:00:00", b"x" * 300_000)]
    monkeypatch.setattr(api, "MOST_FILE_BYTES", 200_000)
    with pytest.raises(TooLarge):
        machine.api().originals("7")


def test_a_redirect_is_not_followed_with_a_secret(machine: Any) -> None:
    machine.garmin.next = [(302, b"", {"Location": machine.club.url})]
    with pytest.raises(AgentError, match="another address"):
        listed(machine.api())
    assert machine.club.puts == []


def test_a_machine_without_network_is_told(machine: Any) -> None:
    caller = Caller("Garmin", "http://127.0.0.1:9", machine.waited.append)
    with pytest.raises(Busy, match="does not answer"):
        listed(api.Garmin(caller, "k"))


def test_a_garmin_that_takes_the_call_and_is_silent_is_told(
    machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "TIMEOUT_S", (5, 0.05))
    release = threading.Event()
    machine.garmin.on_call = lambda path: release.wait(10) and None
    with pytest.raises(Busy, match=r"does not answer at .* \(ReadTimeout\)") as raised:
        listed(machine.api())
    release.set()
    assert not raised.value.permanent
    assert machine.waited == [2, 4, 8, 16]


@pytest.mark.parametrize(("hours", "off"), [(50, True), (-3, True), (0.5, False), (-0.5, False)])
def test_a_clock_that_is_off_is_said_before_days_are_told_apart_by_it(
    machine: Any, fill: Any, hours: float, off: bool
) -> None:
    fill(1)
    there = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    machine.garmin.next = [(200, b"token", {"Date": there})]
    machine.garmin.tokens["token"] = machine.garmin.now + 1
    if not off:
        assert listed(machine.api()) == ["1000"]
        return
    with pytest.raises(AgentError, match=f"differ by {abs(hours)} hours; set the clock") as raised:
        listed(machine.api())
    assert not raised.value.permanent, "on a timer it goes on once the clock is right"


@pytest.mark.parametrize("date", ["", "soon", "0"])
def test_an_answer_without_a_readable_time_is_taken(machine: Any, fill: Any, date: str) -> None:
    fill(1)
    machine.garmin.next = [(200, b"token", {"Date": date})]
    machine.garmin.tokens["token"] = machine.garmin.now + 1
    assert listed(machine.api()) == ["1000"]


@pytest.mark.parametrize(
    "address", ["http://club.example.org", "club.example.org", "ftp://club.example.org", "https:"]
)
def test_nothing_is_sent_in_the_clear(address: str) -> None:
    with pytest.raises(AgentError, match="https"):
        checked_address(address, "the club")


def test_loopback_needs_no_certificate() -> None:
    assert checked_address("http://127.0.0.1:8000", "the club")
    assert checked_address("https://club.example.org/here", "the club")
