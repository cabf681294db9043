"""The nightly job: pull, rebuild, flag, notify; recorded, never twice at once."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from uuid6 import uuid7

from clubmon.arrival import settling
from clubmon.club import people
from clubmon.flag import flagging
from clubmon.hamstring import planning
from clubmon.load import marts, past
from clubmon.message import notify, outbox
from clubmon.privacy import erasure, retention
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store
from clubmon.sync import pull
from clubmon.words.sentences import sentence

log = logging.getLogger(__name__)

INTERRUPTED = sentence("The service stopped during this run; the next run does its work.")
FAILED = sentence("Step '{step}' failed ({why}); the log has the details.")
RETRY_AFTER = timedelta(hours=1)  # a failed run is tried again
MISSED_MORNINGS = 7  # after a longer silence the older mornings are not judged one by one


class AlreadyRunning(Exception):
    """A nightly job or rebuild is under way in this process."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: counts per step and seconds per step."""

    run_id: str
    morning: date
    state: str  # done or failed
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    error: str | None = None


def nightly(
    store: Store, settings: Settings, morning: date, now: datetime, *, tell: bool = True
) -> Run:
    """Run all steps for one morning (the club's day; its last completed day is the one before).

    With `tell` false nobody is written to. Raises AlreadyRunning; every other error is
    recorded in the run, which then has state 'failed'.
    """
    if not store.job_lock.acquire(blocking=False):
        raise AlreadyRunning("The nightly job is running already; wait until it has ended.")
    try:
        return _recorded(store, settings, morning, now, tell)
    finally:
        store.job_lock.release()


def rebuild(store: Store, settings: Settings, now: datetime, *, from_raw: bool) -> settling.Settled:
    """Make the marts anew, with `from_raw` the whole lake; says what was read again."""
    if not store.job_lock.acquire(blocking=False):
        raise AlreadyRunning("The nightly job is running; rebuild when it has ended.")
    try:
        if from_raw:
            store.write("lake", _empty_raw)
        settled = settling.settle(store, settings)
        if from_raw:
            retention.apply(store, settings, now)  # an archive may hold older sessions, too
        marts.rebuild(store, people.local_today(settings, None, now), now)
        store.checkpoint("lake")
        return settled
    finally:
        store.job_lock.release()


def read_again(
    store: Store, settings: Settings, now: datetime, enough: Callable[[], bool] = lambda: False
) -> settling.Settled:
    """Read again what an older version read, then make the marts anew; says what was read.

    Marts stay as they are until all is read, or `enough` says to leave the rest to the next time.
    Waits for a job that is running.
    """
    with store.job_lock:
        settled = settling.read_outdated(store, settings, enough)
        if not enough():
            retention.apply(store, settings, now)  # an archive may hold older sessions, too
            marts.rebuild(store, people.local_today(settings, None, now), now)
            store.checkpoint("lake")
    return settled


def by_day(store: Store, settings: Settings, now: datetime) -> pull.Pulled:
    """What cannot wait for the night: hints, first fetches, and figures of what came and went."""
    pulled = pull.by_day(store, settings, now)
    if pulled.counting or not past.kept(store):
        with contextlib.suppress(AlreadyRunning):
            figures(store, settings, now)
    return pulled


def figures(store: Store, settings: Settings, now: datetime) -> int:
    """Make the figures anew after something arrived by day, and put what follows from it on this
    morning's list; says how many flags that were.

    Before this morning's job is done nothing is put on a list: the job will do it. Nobody is
    written to. Raises AlreadyRunning.
    """
    rebuild(store, settings, now, from_raw=False)
    morning = people.local_today(settings, None, now)
    done = store.row(
        "SELECT 1 AS one FROM app.job_run WHERE job = 'nightly' AND state = 'done' AND morning = ?",
        [morning],
    )
    return flagging.flag(store, settings, morning, now).raised if done else 0


def catch_up(store: Store, settings: Settings, now: datetime) -> list[Run]:
    """Run this morning's job once its hour has come, and mornings missed while the service was
    down; only the newest morning is told.

    Does nothing where today's run is done, or failed less than an hour ago.
    """
    mornings = due(store, settings, now)
    return [nightly(store, settings, day, now, tell=day == mornings[-1]) for day in mornings]


def due(store: Store, settings: Settings, now: datetime) -> list[date]:
    """The mornings that have not been run yet, oldest first; a new club has one."""
    today = people.local_today(settings, None, now)
    if now.astimezone(settings.zone).hour < settings.nightly_hour:
        today -= timedelta(days=1)
    last = store.row(
        "SELECT max(morning) FILTER (state = 'done') AS done, "
        "max(started_at) FILTER (state = 'failed') AS failed FROM app.job_run"
    )
    assert last is not None  # an aggregate always has one row
    if last["failed"] and now - last["failed"] < RETRY_AFTER:
        return []
    missed = 1 if last["done"] is None else min((today - last["done"]).days, MISSED_MORNINGS)
    return [today - timedelta(days=back) for back in range(missed - 1, -1, -1)]


def mark_interrupted(store: Store, now: datetime) -> None:
    """Runs that a dead process left as 'running' are said to be interrupted."""
    store.execute(
        "app",
        "UPDATE app.job_run SET state = 'interrupted', ended_at = ?, error = ? "
        "WHERE state = 'running'",
        [now, INTERRUPTED],
    )


def _recorded(store: Store, settings: Settings, morning: date, now: datetime, tell: bool) -> Run:
    run_id = str(uuid7())
    store.execute(
        "app",
        "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, NULL, 'running', '{}', NULL)",
        [run_id, morning, now],
    )
    counts: dict[str, int] = {}
    seconds: dict[str, float] = {}
    error = None
    started = time.monotonic()
    try:
        for name, step in _steps(store, settings, morning, now, tell):
            before = time.monotonic()
            counts[name] = step()
            seconds[name] = round(time.monotonic() - before, 2)
    except Exception as problem:  # the run must be on record whatever went wrong
        log.exception("The nightly job for %s failed.", morning)
        error = FAILED.format(step=name, why=type(problem).__name__)
    run = Run(run_id, morning, "failed" if error else "done", counts, seconds, error)
    ended = now + timedelta(seconds=time.monotonic() - started)
    _record(store, run, ended)
    return run


def _steps(
    store: Store, settings: Settings, morning: date, now: datetime, tell: bool
) -> list[tuple[str, Callable[[], int]]]:
    steps: list[tuple[str, Callable[[], int]]] = [
        ("erase", lambda: erasure.swept(store, settings, now)),
        ("pull", lambda: _arrived(store, settings, now)),
        ("age", lambda: retention.apply(store, settings, now)),
        ("rebuild", lambda: len(marts.rebuild(store, morning, now))),
        ("flag", lambda: flagging.flag(store, settings, morning, now).raised),
        ("plans", lambda: planning.settle_all(store, settings, now)),
    ]
    if tell:
        steps.append(("notify", lambda: notify.morning(store, settings, morning, now)))
        steps.append(("deliver", lambda: outbox.deliver(store, settings, now).sent))
    steps.append(("checkpoint", lambda: _checkpoint(store)))
    return steps


def _arrived(store: Store, settings: Settings, now: datetime) -> int:
    """Documents that sources sent, and raw files that the lake did not know."""
    pulled = pull.everyone(store, settings, now)
    for problem in pulled.problems:
        log.warning("%s", problem)
    return pulled.documents + settling.settle(store, settings).loaded


def _checkpoint(store: Store) -> int:
    store.checkpoint("lake")
    store.checkpoint("app")
    return 2


def _record(store: Store, run: Run, ended: datetime) -> None:
    summary = json.dumps({"counts": run.counts, "seconds": run.seconds})
    store.execute(
        "app",
        "UPDATE app.job_run SET ended_at = ?, state = ?, summary = ?, error = ? WHERE run_id = ?",
        [ended, run.state, summary, run.error, run.run_id],
    )


def _empty_raw(con: Connection) -> None:
    for table in ("payload", "question", "session", "lift_set", "sample"):
        con.execute(f"DELETE FROM lake.raw.{table}")
    past.forget(con)  # the same files may be read otherwise than before
