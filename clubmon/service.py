"""`clubmon serve`: pages, scheduler and control in one process that owns the data folder."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from clubmon import commands, jobs
from clubmon.arrival import arrivals, settling
from clubmon.arrival.dropfolder import DropFolder
from clubmon.club import people
from clubmon.commands import Outcome
from clubmon.control import Control
from clubmon.httpserver import HttpServer
from clubmon.load import models
from clubmon.message import notify, outbox, tier3
from clubmon.privacy import erasure
from clubmon.settings import Settings
from clubmon.storage import landing, quietlog
from clubmon.storage.store import Store
from clubmon.wakeful import Wakeful
from clubmon.web import create_app

log = logging.getLogger("clubmon")

SETTLE = timedelta(seconds=5)  # decisions often come several at a time
AT_ONCE = 100  # calls of a job: one that finds another under way ends at once
TICK_MINUTES = 5  # how soon after the club's hour, or after a failed run, the job is tried


class CannotServe(Exception):
    """The service could not start, in one sentence."""


def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; requests in flight finish, then everything is closed."""
    quietlog.setup(logging.INFO)
    store = Store(settings.data)
    try:
        with landing.temporary_files(settings.data):
            mend(store, settings, read_later=True)
            jobs.mark_interrupted(store, utc_now())
            outbox.release(store)
            _serve(store, settings)
    finally:
        store.close()
        log.info("Stopped; everything is stored.")


def mend(store: Store, settings: Settings, *, read_later: bool = False) -> None:
    """Load what a crash or a lost lake left out, so that pages and commands find their tables.

    What an older version read is read again, or with `read_later` by the schedule: until then
    the tables are this version's, made of what was read before.
    """
    if store.lake_is_older and read_later:
        jobs.rebuild(store, settings, utc_now(), from_raw=False)
    elif store.lake_is_older:
        _read_again(store, settings, lambda: False)
    waiting = arrivals.resume(store)
    if waiting:
        log.warning("%s files that were handed over before the stop are read now.", waiting)
    lost = store.lake_was_lost
    settled = settling.settle(store, settings)
    if settled.loaded:
        why = "the lake was made anew" if lost else "an import was cut short"
        log.warning("%s raw files were read again because %s.", settled.loaded, why)
    for problem in settled.problems:
        log.warning("%s", problem)
    if not models.built(store):
        jobs.rebuild(store, settings, utc_now(), from_raw=False)
    if erasure.pending(store):
        erasure.finish(store, settings, utc_now())


def schedule(
    store: Store, settings: Settings, stopping: Callable[[], bool] = lambda: False
) -> BackgroundScheduler:
    """The nightly job from the club's hour on, the outbox every minute, sources by day; not
    started yet. None of them runs twice at once, see `wake`."""
    scheduler = BackgroundScheduler(
        timezone=settings.zone,
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": AT_ONCE},
    )
    if store.lake_is_older:
        scheduler.add_job(lambda: _read_again(store, settings, stopping), id="read again")
    scheduler.add_job(
        Wakeful(lambda: _catch_up(store, settings)),
        CronTrigger(minute=f"*/{TICK_MINUTES}", timezone=settings.zone),
        id="nightly",
        next_run_time=utc_now(),  # after downtime at once
    )
    post = Wakeful(lambda: _post(store, settings))
    scheduler.add_job(post, "interval", minutes=1, id="outbox")
    fetch = Wakeful(lambda: _fetch(store, settings))
    scheduler.add_job(fetch, "interval", minutes=TICK_MINUTES, id="sources")
    scheduler.add_job(
        Wakeful(lambda: _take_in(store, settings, stopping)),
        "interval",
        minutes=1,
        id="arrivals",
        next_run_time=utc_now(),  # what was taken before a stop
    )
    if settings.drop_folder:
        drop = DropFolder(store, settings)
        scheduler.add_job(
            Wakeful(lambda: _look(drop, store, settings)),
            "interval",
            minutes=1,
            id="drop",
            next_run_time=utc_now(),
        )
    return scheduler


def wake(scheduler: BackgroundScheduler, name: str) -> None:
    """Have a job of `schedule` run now, or once more after the run that is under way."""
    if not scheduler.get_job(name).func.ask():
        scheduler.modify_job(name, next_run_time=utc_now())


def utc_now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def _serve(store: Store, settings: Settings) -> None:
    stop = _stop_on_signals()
    scheduler = schedule(store, settings, stop.is_set)
    sweep = Wakeful(lambda: erasure.finish(store, settings, utc_now()))
    figures = Wakeful(lambda: _figure(store, settings))
    app = create_app(
        store,
        settings,
        on_mail=lambda: wake(scheduler, "outbox"),
        on_sources=lambda: wake(scheduler, "sources"),
        run_nightly=lambda: scheduler.add_job(
            lambda: _again(store, settings), id="again", replace_existing=True
        ),
        on_files=lambda: wake(scheduler, "arrivals"),
        on_erasure=lambda: scheduler.add_job(sweep.wake, id="erasure", replace_existing=True),
        on_decision=lambda: _soon(scheduler, figures),
    )
    try:
        pages = HttpServer(
            app,
            settings.host,
            settings.port,
            threads=settings.threads,
            max_body=settings.largest_upload + HttpServer.AROUND_A_FILE,
            ask_first=True,
        )
    except OSError as error:
        raise CannotServe(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}); "
            "choose another with --port."
        ) from error
    control = Control(settings.data, _runner(store, settings))
    scheduler.start()
    control.start()
    pages.start()
    log.info("clubmon is at %s (Ctrl-C stops it).", settings.base_url)
    stop.wait()
    pages.stop()
    control.stop()
    scheduler.shutdown(wait=True)


def _runner(
    store: Store, settings: Settings
) -> Callable[[str, dict[str, str], list[tuple[Path, str]]], Outcome]:
    def run(name: str, arguments: dict[str, str], files: list[tuple[Path, str]]) -> Outcome:
        return commands.run(name, commands.Call(store, settings, utc_now(), arguments, files))

    return run


def _post(store: Store, settings: Settings) -> None:
    tier3.tell_missed(store, settings, utc_now())
    tier3.tell_second(store, settings, utc_now())
    notify.when_awake(store, settings, utc_now())
    notify.new_plans(store, settings, utc_now())
    outbox.deliver(store, settings, utc_now())


def _read_again(store: Store, settings: Settings, stopping: Callable[[], bool]) -> None:
    log.warning("All raw files are read again: this version keeps more of them.")
    settled = jobs.read_again(store, settings, utc_now(), stopping)
    log.info("%s raw files were read again.", settled.loaded)
    for problem in settled.problems:
        log.warning("%s", problem)


def _take_in(store: Store, settings: Settings, stopping: Callable[[], bool]) -> None:
    """Read what was handed over, and make the figures anew where that added anything."""
    if arrivals.work(store, settings, utc_now, stopping) and not stopping():
        _figure(store, settings)


def _look(drop: DropFolder, store: Store, settings: Settings) -> None:
    """Take what lies in the drop folder, and make the figures anew where that added anything."""
    if drop.look(utc_now()):
        _figure(store, settings)


def _soon(scheduler: BackgroundScheduler, figures: Wakeful) -> None:
    """Make the figures anew, once for all that is decided within some seconds."""
    scheduler.add_job(
        figures.wake,
        "date",
        run_date=utc_now() + SETTLE,
        id="figures",
        replace_existing=True,
    )


def _figure(store: Store, settings: Settings) -> None:
    """Make figures and list anew; a night that runs now, or the next one, does it as well."""
    with suppress(jobs.AlreadyRunning):
        jobs.figures(store, settings, utc_now())


def _fetch(store: Store, settings: Settings) -> None:
    for problem in jobs.by_day(store, settings, utc_now()).problems:
        log.warning("%s", problem)


def _catch_up(store: Store, settings: Settings) -> None:
    """Run what is due: this morning's job from the club's hour on, and mornings that were missed.

    Asked every few minutes rather than once at the hour, so that neither a change of the
    clocks nor a failed or refused run costs a morning.
    """
    with suppress(jobs.AlreadyRunning):
        for run in jobs.catch_up(store, settings, utc_now()):
            log.info("Nightly job for %s: %s %s", run.morning, run.state, run.counts)


def _again(store: Store, settings: Settings) -> None:
    now = utc_now()
    with suppress(jobs.AlreadyRunning):
        run = jobs.nightly(store, settings, people.local_today(settings, None, now), now)
        log.info("Nightly job for %s, by hand: %s %s", run.morning, run.state, run.counts)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
    return stop
