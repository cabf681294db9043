"""`clubmon demo`: the made-up club through the real import, check-ins and nightly job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from clubmon import jobs, settings
from clubmon.arrival import ingest
from clubmon.demo import checkins, club, exports, folder, members, plans, report, stories
from clubmon.demo.club import Club
from clubmon.demo.exports import FIT_DAYS, Exported
from clubmon.demo.folder import NotADemo
from clubmon.demo.members import Members
from clubmon.demo.stages import Stages
from clubmon.demo.training import WEEKS, Training
from clubmon.load import marts
from clubmon.settings import Settings
from clubmon.storage.store import Store

__all__ = ["DemoFailed", "NotADemo", "Summary", "run"]

SEED = 1
_THREADS = 2  # that save check-ins: one reads while the other's query runs


class DemoFailed(Exception):
    """A stage of the demo did not end well, in one sentence."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made and found: the people with their ids, counts, and seconds per stage.

    `counts` has runs, lifts, doubtful, refused and checkins; `night` the nightly job's steps.
    """

    club: Club
    members: Members
    counts: dict[str, int]
    night: dict[str, int]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Demo:
    """What every stage needs."""

    store: Store
    settings: Settings
    club: Club
    members: Members
    today: date
    now: datetime
    seed: int


def run(
    data: Path, now: datetime, console: Console, *, port: int = 8000, seed: int = SEED
) -> Summary:
    """Make the demo in a folder, run the nightly job, print what it found and where to look.

    `now` is aware; the demo's today is its day in the club's zone. Raises NotADemo, StoreBusy
    or DemoFailed. Nothing is mailed out: messages become files, whatever the environment says.
    """
    today = now.astimezone(ZoneInfo(club.TIMEZONE)).date()
    folder.prepare(data, port, seed)
    chosen = settings.load(
        data, club=club.CLUB, timezone=club.TIMEZONE, smtp_host="", port=port,
        base_url=f"http://127.0.0.1:{port}", quiet_hours="",  # the mails are there at once
    )  # fmt: skip
    store = Store(data)
    try:
        stages = Stages(Console(stderr=True))
        with stages.bars:
            summary = _stages(store, chosen, today, now, seed, stages)
        report.show(store, chosen, summary.club, summary.members, summary.counts, now, console)
        return summary
    finally:
        store.close()


def _stages(
    store: Store, chosen: Settings, today: date, now: datetime, seed: int, stages: Stages
) -> Summary:
    with stages.stage("Making up 28 athletes", 1):
        made = club.make(seed, today)
        people = members.enter(store, chosen, made, now - timedelta(weeks=WEEKS))
        trainings = {a.index: stories.make(a, today, seed) for a in made.athletes}
    demo = _Demo(store, chosen, made, people, today, now, seed)
    counts = Counter[str]()
    exported = _export(demo, trainings, stages)
    _import(demo, exported, stages, counts)
    with stages.stage("Working out loads", 1):
        marts.rebuild(store, today, now)
    _give(demo, stages, counts)
    _answer(demo, trainings, stages, counts)
    night = _night(demo, stages)
    return Summary(made, people, dict(counts), night.counts, stages.seconds)


def _export(demo: _Demo, trainings: dict[int, Training], stages: Stages) -> list[Exported]:
    target = demo.settings.data / folder.EXPORTS
    found = []
    with stages.stage("Writing export files", len(demo.club.athletes)) as advance:
        for athlete in demo.club.athletes:
            own = trainings[athlete.index]
            found.append(exports.write(target, athlete, own, demo.today, demo.seed))
            advance()
    return found


def _import(
    demo: _Demo, exported: Iterable[Exported], stages: Stages, counts: Counter[str]
) -> None:
    files = [
        (demo.members.athletes[one.athlete.index], path, path.name)
        for one in exported
        for path in one.files
    ]
    with stages.stage("Importing them", len(files)) as advance:
        for receipt in ingest.store_all(demo.store, demo.settings, files, demo.now):
            counts["runs"] += receipt.runs
            counts["lifts"] += receipt.lifts
            counts["doubtful"] += len(receipt.doubtful)
            counts["refused"] += len(receipt.refusals)
            advance()


def _give(demo: _Demo, stages: Stages, counts: Counter[str]) -> None:
    """Plans of weeks ago, before the check-ins that came after them."""
    with stages.stage("Giving drills", len(plans.PLANS)) as advance:
        for index, given in plans.PLANS.items():
            coach = demo.members.coaches[demo.club.athletes[index].team]
            counts["checkins"] += plans.give(
                demo.store, demo.settings, demo.members.athletes[index], coach, given, demo.today
            )
            advance()


def _answer(
    demo: _Demo, trainings: dict[int, Training], stages: Stages, counts: Counter[str]
) -> None:
    """Every athlete's check-ins in their order; two athletes at a time."""
    mornings = {
        demo.members.athletes[a.index]: checkins.plan(a, trainings[a.index], demo.today, demo.seed)
        for a in demo.club.athletes
    }
    unrated = checkins.unrated(demo.store, demo.today - timedelta(days=FIT_DAYS))
    counts["checkins"] += sum(len(found) for found in mornings.values())
    with stages.stage("Answering check-ins", sum(map(len, mornings.values()))) as advance:

        def answer(athlete_id: str) -> None:
            rate = unrated.get(athlete_id, {})
            for _ in checkins.save(
                demo.store, demo.settings, athlete_id, mornings[athlete_id], rate, demo.now
            ):
                advance()

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(answer, mornings))  # list: an error of a thread is raised here


def _night(demo: _Demo, stages: Stages) -> jobs.Run:
    with stages.stage("Running the nightly job", 1):
        night = jobs.nightly(demo.store, demo.settings, demo.today, demo.now)
    if night.error:
        raise DemoFailed(f"The demo's nightly job did not end well: {night.error}")
    return night
