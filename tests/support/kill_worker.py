"""Works on a data folder until it is killed; says on standard output what it has committed.

Usage: python kill_worker.py DATA MODE FIRST, where MODE is import, rebuild, checkpoint or compact.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from clubmon import service, settings
from clubmon.arrival import ingest
from clubmon.club import people
from clubmon.load import marts
from clubmon.storage.store import Store

ATHLETE_EMAIL = "kill@example.org"
HEADER = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
SETS_PER_FILE = 40
NUMBERS_PER_RUN = 30  # runs are told first numbers this far apart
FIRST_DAY = date(2024, 11, 1)
NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


def lift_file(folder: Path, number: int) -> Path:
    """A Hevy export of one session; no two numbers below 16,800 share an hour."""
    hour, days = divmod(number, 700)
    day = FIRST_DAY + timedelta(days=days)
    start, end = (f"{day.day} {day:%b} {day.year}, {hour:02d}:{minute}" for minute in ("00", "30"))
    rows = [
        f'"made up","{start}","{end}","Squat (Barbell)",{index},normal,{60 + index},5,\n'
        for index in range(SETS_PER_FILE)
    ]
    path = folder / f"made-up-{number}.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def imports(store: Store, chosen: settings.Settings, first: int) -> Iterator[str]:
    """Store one more file again and again, until the next run's numbers begin."""
    who = people.by_email(store, ATHLETE_EMAIL)
    assert who is not None
    for number in range(first, first + NUMBERS_PER_RUN):
        path = lift_file(store.folder.parent, number)
        receipt = ingest.store_file(store, chosen, who.person_id, path, path.name, NOW)
        assert receipt.lifts == 1, receipt
        yield f"file {number}"


def rebuilds(store: Store, _settings: settings.Settings, _first: int) -> Iterator[str]:
    """Rebuild all staging and marts, and checkpoint the lake, again and again."""
    while True:
        marts.rebuild(store, NOW.date(), NOW)
        store.checkpoint("lake")
        yield "rebuilt"


def checkpoints(store: Store, _settings: settings.Settings, first: int) -> Iterator[str]:
    """Write to `app` and checkpoint both catalogs, again and again."""
    for number in count():
        people.audit(store, "cli", "kill test", f"row {first}.{number}", "x" * 2000, NOW)
        yield f"row {first}.{number}"
        store.checkpoint("app")
        store.checkpoint("lake")


def compactions(store: Store, _settings: settings.Settings, first: int) -> Iterator[str]:
    """Write to `app` and write both catalogs anew, again and again."""
    for number in count():
        people.audit(store, "cli", "kill test", f"row {first}.{number}", "x" * 2000, NOW)
        yield f"row {first}.{number}"
        store.compact("lake")
        store.compact("app")


MODES = {
    "import": imports,
    "rebuild": rebuilds,
    "checkpoint": checkpoints,
    "compact": compactions,
}


def main() -> None:
    folder, mode, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    chosen = settings.load(folder)
    store = Store(folder)
    service.mend(store, chosen)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for done in MODES[mode](store, chosen, first):
        sys.stdout.write(done + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
