"""kill -9 at any moment of an import, a rebuild or a checkpoint loses and doubles nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from itertools import cycle
from pathlib import Path

import kill_worker
import pytest

from clubmon import service, settings
from clubmon.club import consenting, enrolling
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.storage.store import Store

KILLS = int(os.environ.get("CLUBMON_KILLS", "9"))
LONGEST_WAIT_S = 0.6
PER_RUN = kill_worker.NUMBERS_PER_RUN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with one athlete who has consented."""
    data = tmp_path / "data"
    store = Store(data)
    now = kill_worker.NOW
    team = enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(
        store, "Made up", kill_worker.ATHLETE_EMAIL, now, born=date(2000, 1, 1)
    )
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    store.close()
    (data / "clubmon.toml").write_text("keep_months = 1200\n")  # the made-up files are old
    return data


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_kill_9(folder: Path) -> None:
    chance = random.Random(20261122)
    promised: Counter[str] = Counter()
    for number, mode in zip(range(KILLS), cycle(kill_worker.MODES), strict=False):
        promised += killed_run(folder, mode, number * PER_RUN, chance.random() * LONGEST_WAIT_S)
        check(folder, promised)
    for more in range(1, 7):  # a busy machine takes longer to store its first file
        if not files(promised):
            first = (KILLS + more) * PER_RUN
            promised += killed_run(folder, "import", first, LONGEST_WAIT_S * 2**more)
            check(folder, promised)
    kept = files(promised)
    sys.stderr.write(f"{KILLS} kills, {kept} files and {promised.total()} promises kept\n")
    assert kept


def files(promised: Counter[str]) -> int:
    """How many files were said to be stored."""
    return sum(1 for key in promised if key.startswith("file"))


def killed_run(folder: Path, mode: str, first: int, wait_s: float) -> Counter[str]:
    """Let the worker run for a while, kill it, and return what it said it had committed."""
    worker = subprocess.Popen(
        [sys.executable, str(Path(kill_worker.__file__)), str(folder), mode, str(first)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    ready = worker.stdout.readline()
    if ready != "ready\n":
        pytest.fail(f"the worker did not start: {worker.communicate()[1]}")
    time.sleep(wait_s)
    worker.kill()
    lines = worker.stdout.read().splitlines(keepends=True)
    worker.communicate()
    return Counter(line.strip() for line in lines if line.endswith("\n") and line[0] in "fr")


def check(folder: Path, promised: Counter[str]) -> None:
    """Open the folder as the service would, and compare it with what was promised."""
    store = Store(folder)
    service.mend(store, settings.load(folder))
    marts.rebuild(store, kill_worker.NOW.date(), kill_worker.NOW)
    rows = store.rows(
        "SELECT subject, count(*) AS n FROM app.audit WHERE action = 'kill test' GROUP BY subject"
    )
    files = store.rows("SELECT name, count(*) AS n FROM lake.raw.payload GROUP BY name")
    sets = store.rows("SELECT sha256, count(*) AS n FROM lake.raw.lift_set GROUP BY sha256")
    sessions = store.rows("SELECT count(DISTINCT session_id) AS n FROM lake.raw.session")
    store.close()
    found = {f"file {row['name'].removeprefix('made-up-').removesuffix('.csv')}" for row in files}
    found |= {row["subject"] for row in rows}
    assert {key for key in promised if key != "rebuilt"} <= found, "something promised is lost"
    assert all(row["n"] == 1 for row in rows + files), "something is there twice"
    assert all(row["n"] == kill_worker.SETS_PER_FILE for row in sets), "a file is there in part"
    assert len(sets) == len(files) == sessions[0]["n"]


@pytest.mark.slow
def test_after_thirty_nights_the_lake_is_at_most_twice_its_live_size(folder: Path) -> None:
    store = Store(folder)
    chosen = settings.load(folder)
    for _number, _done in zip(range(60), kill_worker.imports(store, chosen, 0), strict=False):
        pass
    for _night in range(30):
        marts.rebuild(store, kill_worker.NOW.date(), kill_worker.NOW)
        store.checkpoint("lake")
    size = store.path("lake").stat().st_size
    store.execute("lake", f"ATTACH '{folder / 'live.duckdb'}' AS live")
    with store.cursor() as cursor:
        cursor.execute("COPY FROM DATABASE lake TO live")
        cursor.execute("CHECKPOINT live")
    live = (folder / "live.duckdb").stat().st_size
    store.close()
    sys.stderr.write(f"lake {size} bytes, live {live} bytes, ratio {size / live:.2f}\n")
    assert size <= 2 * live
