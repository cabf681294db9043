"""Work of the scheduler: never twice at once, and nothing that came meanwhile is left lying."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from clubmon import service
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.wakeful import Wakeful


class Slow:
    """Work that waits inside until it is let go; counts its runs and how many are inside."""

    def __init__(self) -> None:
        self.runs = self.inside = self.most = 0
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.runs += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.begun.set()
        self.go_on.wait(10)
        self.inside -= 1


@pytest.fixture
def scheduler(store: Store, settings: Settings) -> Iterator[BackgroundScheduler]:
    """As the service makes it; its jobs wait until they are woken."""
    made = service.schedule(store, settings)
    for job in made.get_jobs():
        job.modify(next_run_time=None)
    made.start()
    yield made
    made.shutdown()


def wait_for(slow: Slow, runs: int) -> None:
    for _ in range(500):
        if slow.runs == runs and not slow.inside:
            return
        time.sleep(0.01)


def test_wake_ups_during_a_run_are_one_more_run_and_no_warning(
    scheduler: BackgroundScheduler, caplog: pytest.LogCaptureFixture
) -> None:
    slow = Slow()
    scheduler.modify_job("arrivals", func=Wakeful(slow))
    with caplog.at_level(logging.WARNING):
        service.wake(scheduler, "arrivals")
        assert slow.begun.wait(10)
        for _ in range(20):
            service.wake(scheduler, "arrivals")
        scheduler.modify_job("arrivals", next_run_time=datetime.now(UTC))  # the clock's own
        time.sleep(0.1)
        slow.go_on.set()
        wait_for(slow, 2)
    assert (slow.runs, slow.most) == (2, 1)
    assert caplog.records == []


def test_a_tick_during_a_run_does_nothing() -> None:
    slow = Slow()
    work = Wakeful(slow)
    thread = threading.Thread(target=work)
    thread.start()
    assert slow.begun.wait(10)
    work()
    slow.go_on.set()
    thread.join()
    assert slow.runs == 1
    work.wake()
    assert slow.runs == 2


def test_work_that_failed_can_be_woken_again() -> None:
    done: list[int] = []

    def once_broken() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise LookupError("made up")

    work = Wakeful(once_broken)
    with pytest.raises(LookupError, match="made up"):
        work()
    work.wake()
    assert done == [0, 1]
