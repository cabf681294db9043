"""What one run of clubmon-agent promises."""

from __future__ import annotations

import hashlib
import time
from datetime import date
from email.utils import formatdate
from typing import Any

import pytest
from club_server import said
from clubmon_garmin import state
from clubmon_garmin.errors import AgentError, Busy
from garmin_server import DETAIL, FILES, SEARCH, Recorded


def contents(machine: Any) -> list[bytes]:
    return sorted(body for _, body, _ in machine.club.files.values())


def test_originals_and_session_rpe_reach_the_club(machine: Any, fill: Any) -> None:
    fill(3, rpe10=65)
    report = machine.run()
    assert (report.sent, report.known, report.nothing, report.refused) == (3, 0, 0, [])
    assert contents(machine) == [b"recording 0", b"recording 1", b"recording 2"]
    names = sorted((name, rpe) for name, _, rpe in machine.club.files.values())
    assert names == [(f"garmin-100{n}.fit", "6.5") for n in range(3)]


def test_an_activity_without_rpe_is_sent_without(machine: Any, fill: Any) -> None:
    fill(1)
    machine.run()
    assert [rpe for _, _, rpe in machine.club.files.values()] == [None]


def test_pages_of_twenty_go_to_the_end_of_the_list(machine: Any, fill: Any) -> None:
    fill(45)
    assert machine.run().sent == 45
    pages = [call for call in machine.garmin.calls if SEARCH in call]
    assert len(pages) == 4  # the last one is empty
    assert all("limit=20" in page for page in pages)


def test_the_oldest_goes_first(machine: Any, fill: Any) -> None:
    fill(3)
    machine.run()
    order = [hashlib.sha256(b"recording %d" % n).hexdigest() for n in range(3)]
    assert machine.club.puts == order


def test_a_second_run_sends_and_fetches_nothing_again(machine: Any, fill: Any) -> None:
    fill(3)
    machine.run()
    before = len(machine.garmin.calls)
    report = machine.later().run()
    assert (report.sent, report.known) == (0, 0)
    assert len(machine.club.puts) == 3
    assert not [call for call in machine.garmin.calls[before:] if FILES in call]


@pytest.mark.parametrize("rpe10", [None, 40])
def test_a_lost_state_sends_nothing_twice(machine: Any, fill: Any, rpe10: int | None) -> None:
    fill(3, rpe10=rpe10)
    machine.run()
    (machine.folder / "garmin.state").unlink()
    report = machine.later().run()
    assert (report.sent, report.known) == (0, 3)
    assert len(machine.club.puts) == 3


@pytest.mark.parametrize("dies_at", [2, 4, 5, 7, 8])
def test_a_run_that_is_killed_goes_on_where_it_was(
    machine: Any, fill: Any, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    """Killed at any of Garmin's calls, then run again: each file once, none missing."""
    fill(3, rpe10=40)
    calls = []

    def die(path: str) -> None:
        calls.append(path)
        if len(calls) == dies_at:
            raise KeyboardInterrupt

    garmin = machine.api()
    inner = garmin.caller.http.request

    def request(method: str, url: str, **options: Any) -> Any:
        die(url)
        return inner(method, url, **options)

    garmin.caller.http.request = request
    monkeypatch.setattr(type(machine), "api", lambda self: garmin)
    with pytest.raises(KeyboardInterrupt):
        machine.run()
    monkeypatch.undo()
    machine.later().run()
    assert contents(machine) == [b"recording 0", b"recording 1", b"recording 2"]
    assert len(machine.club.puts) == 3


def test_a_crash_between_the_clubs_answer_and_the_record_sends_nothing_twice(
    machine: Any, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(1)

    def die(self: Any, *values: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(state.State, "record", die)
    with pytest.raises(KeyboardInterrupt):
        machine.run()
    monkeypatch.undo()
    assert machine.later().run().known == 1
    assert len(machine.club.puts) == 1


def test_what_was_typed_in_by_hand_has_no_file_and_is_told_of_once(machine: Any) -> None:
    typed = Recorded(7, "2026-11-16 08:00:00", None)
    machine.garmin.activities = [typed]
    assert machine.run().nothing == 1
    assert machine.later().run().nothing == 0
    before = len(machine.garmin.calls)
    machine.later(today=date(2026, 11, 25)).run()
    assert not [call for call in machine.garmin.calls[before:] if FILES in call]


def test_a_file_that_garmin_has_not_ready_yet_comes_with_a_later_run(machine: Any) -> None:
    late = Recorded(7, "2026-11-16 08:00:00", None)
    machine.garmin.activities = [late]
    machine.run()
    late.file = b"ready now"
    assert machine.later().run().sent == 1


def test_what_the_club_refuses_is_said_once_and_costs_nothing_else(machine: Any, fill: Any) -> None:
    fill(3)
    machine.club.refuses[b"recording 1"] = (422, "is no FIT file; export it again.")
    report = machine.run()
    assert (report.sent, report.refused) == (2, ["1001: is no FIT file; export it again."])
    assert machine.later().run().refused == []


def test_a_file_that_is_too_large_for_the_club_is_said(machine: Any, fill: Any) -> None:
    fill(1)
    machine.club.refuses[b"recording 0"] = (413, "The file is larger than 1 MB.")
    assert machine.run().refused == ["1000: The file is larger than 1 MB."]


def test_a_session_rpe_told_later_is_sent_without_the_file(machine: Any, fill: Any) -> None:
    (recorded,) = fill(1)
    machine.run()
    recorded.rpe10 = 70
    assert machine.later().run().rpe == 1
    assert len(machine.club.puts) == 1
    assert [rpe for _, _, rpe in machine.club.files.values()] == ["7"]
    assert machine.later().run().rpe == 0


def test_a_session_rpe_is_looked_for_for_a_week(machine: Any, fill: Any) -> None:
    (recorded,) = fill(1)
    machine.run()
    recorded.rpe10 = 70
    before = len(machine.garmin.calls)
    machine.later(today=date(2026, 11, 25)).run()
    assert not [call for call in machine.garmin.calls[before:] if DETAIL in call]


def test_later_runs_list_a_month_back(machine: Any, fill: Any) -> None:
    fill(1)
    machine.run()
    machine.later().run()
    first, *_, last = [call for call in machine.garmin.calls if SEARCH in call]
    assert "startDate=2026-01-01" in first
    assert "startDate=2026-10-18" in last


def test_a_run_on_a_day_to_come_hides_nothing_afterwards(machine: Any, fill: Any) -> None:
    machine.later(today=date(2027, 11, 17)).run()
    fill(2)
    assert machine.run().sent == 2


def test_an_earlier_first_day_is_listed_from_there(machine: Any, fill: Any) -> None:
    fill(1)
    machine.run()
    machine.garmin.activities.append(Recorded(5, "2025-06-01 08:00:00", b"old"))
    assert machine.later(since=date(2025, 1, 1)).run().sent == 1


def test_a_run_that_breaks_off_is_listed_from_its_beginning_again(machine: Any, fill: Any) -> None:
    fill(2)
    machine.club.next = [said(404, ""), said(503, ""), *[said(503, "")] * 4]
    with pytest.raises(Busy):
        machine.run()
    assert machine.later().run().sent == 2
    last = [call for call in machine.garmin.calls if SEARCH in call][-1]
    assert "startDate=2026-01-01" in last


@pytest.mark.parametrize(
    ("status", "part", "permanent"),
    [
        (401, "refuses the token", True),
        (403, "has not consented", True),
        (409, "did not arrive whole", False),
        (418, "HTTP 418", True),
    ],
)
def test_what_the_club_says_ends_the_run_in_one_sentence(
    machine: Any, fill: Any, status: int, part: str, permanent: bool
) -> None:
    fill(1, rpe10=30)
    not_there = said(404, "No file with these bytes was read.")
    machine.club.next = [not_there, said(status, "Ada has not consented.")]
    with pytest.raises(AgentError, match=part) as raised:
        machine.run()
    assert raised.value.permanent == permanent
    assert "\n" not in str(raised.value)


def test_the_club_is_left_in_peace_as_long_as_it_asks(machine: Any, fill: Any) -> None:
    fill(1)
    busy = (429, b"{}", {"Retry-After": "37"})
    machine.club.next = [busy]
    assert machine.run().sent == 1
    assert machine.waited == [37]


def test_a_pause_may_be_asked_for_as_a_date(machine: Any, fill: Any) -> None:
    fill(1)
    until = formatdate(time.time() + 300, usegmt=True)
    machine.club.next = [(503, b"{}", {"Retry-After": until})]
    assert machine.run().sent == 1
    assert 200 < machine.waited[0] <= 300


def test_two_agents_at_once_are_told(machine: Any, fill: Any) -> None:
    fill(1)
    with (
        state.opened(machine.folder / "garmin.state"),
        pytest.raises(AgentError, match="Another clubmon-agent"),
    ):
        machine.run()


def test_a_state_that_is_no_such_file_is_said(machine: Any) -> None:
    (machine.folder / "garmin.state").write_bytes(b"no database, but long enough" * 100)
    with pytest.raises(AgentError, match="cannot be used"):
        machine.run()


def test_a_recording_of_another_app_keeps_its_ending(machine: Any) -> None:
    machine.garmin.activities = [Recorded(7, "2026-11-16 08:00:00", b"<x/>", suffix=".TCX")]
    machine.run()
    assert [name for name, _, _ in machine.club.files.values()] == ["garmin-7.tcx"]
