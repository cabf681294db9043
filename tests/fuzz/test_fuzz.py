"""Damaged files of every format: no crash, no silence, nothing half stored.

A bounded run; `make fuzz` reads 10,000 inputs per parser and watches for hangs too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from clubmon_files import native

from clubmon.arrival import ingest
from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.sdk import Refusal
from clubmon.settings import Settings
from clubmon.storage.store import Store
from tests.fuzz import mutate, parsers, run, seeds, watch
from tests.fuzz.parsers import Broken, Parser, Told

INPUTS = 100
STORED = 5  # inputs per format that go through the whole of an import
NAMES = sorted(parsers.all_parsers(Path()))
FILES = [name for name in NAMES if parsers.all_parsers(Path())[name].file]
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")
ALL_CHANGES = dict.fromkeys((*mutate.BYTES, *mutate.TEXT, mutate.mended, mutate.sound))
TABLES = ("payload", "question", "session", "lift_set", "sample")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Parser]:
    """Every parser."""
    return parsers.all_parsers(tmp_path_factory.mktemp("fuzz") / "stored")


@pytest.mark.parametrize("name", NAMES)
def test_every_parser_survives_damage_and_says_what_is_wrong(
    known: Mapping[str, Parser], name: str
) -> None:
    found = run.bounded(name, known[name], 0, INPUTS)
    assert found.failures == []
    assert found.inputs == INPUTS
    assert found.read, "damage so great that nothing is ever read tests little"


@pytest.mark.parametrize("name", NAMES)
def test_every_parser_has_a_sound_file_to_begin_with(
    known: Mapping[str, Parser], name: str
) -> None:
    assert known[name].run(known[name].seeds()[0]).read


def test_an_input_can_be_made_again_from_its_number() -> None:
    one, other = (run.made("fit", seeds.fits(), 7) for _ in range(2))
    assert one == other
    assert len({run.made("fit", seeds.fits(), index) for index in range(50)}) > 40


def test_the_native_parser_gets_its_share() -> None:
    made = [run.made("fit", seeds.fits(), index) for index in range(INPUTS)]
    assert sum(native.decode(data) is not None for data in made) > INPUTS / 8


@pytest.mark.parametrize("change", ALL_CHANGES)
def test_no_damage_fails_on_any_bytes(change: mutate.Change) -> None:
    for data in (b"", b"x", b"a,b\n1,2\n", bytes(40), *seeds.fits()[:1]):
        for number in range(20):
            assert isinstance(change(Random(number), data), bytes)


def test_a_silent_or_wordy_parser_is_found_out() -> None:
    def silent(data: bytes) -> Told:
        return parsers.judged([], "a.fit")

    def wordy(data: bytes) -> Told:
        raise Broken("Traceback (most recent call last)")

    for broken in (silent, wordy):
        found = run.bounded("x", Parser(seeds.gpx, broken), 0, 2)
        assert [line.split(":")[0] for line in found.failures] == ["x 0", "x 1"]


def test_a_refusal_names_its_file_in_one_printable_sentence() -> None:
    parsers.judged([Refusal("a.fit", "is empty; export it again.")], "a.fit")
    for where, message in (("b.fit", "is empty."), ("a.fit", "is empty"), ("a.fit", "a\nb.")):
        with pytest.raises(Broken):
            parsers.judged([Refusal(where, message)], "a.fit")


@pytest.mark.parametrize(
    ("code", "words"),
    [("while True: pass", "hangs"), ("import time; time.sleep(60)", "hangs"),
     ("import os; os.abort()", "died with -6")],
)  # fmt: skip
def test_a_child_that_hangs_or_dies_is_ended_and_named(code: str, words: str) -> None:
    watch_it = "from tests.fuzz import watch; watch.armed(0.2, 1.0)\n"
    done = subprocess.run([sys.executable, "-c", watch_it + code], cwd=run.ROOT, check=False)
    assert words in watch.death(done.returncode)


def test_the_command_prints_a_line_per_parser() -> None:
    command = [sys.executable, "-m", "tests.fuzz.run", "--count", "3", "--parser", "agent-list"]
    done = subprocess.run(command, cwd=run.ROOT, capture_output=True, text=True, check=True)
    head, line, end = done.stdout.splitlines()
    assert head.split() == ["parser", "inputs", "read", "refused", "asked", "slowest"]
    assert line.split()[:2] == ["agent-list", "3"]
    assert end == "every promise was kept"


@pytest.mark.parametrize("name", FILES)
def test_an_import_stores_all_that_it_says_and_nothing_of_what_it_refuses(
    known: Mapping[str, Parser],
    name: str,
    stored: tuple[Store, Settings, str],
    now: datetime,
    tmp_path: Path,
) -> None:
    store, settings, athlete = stored
    for index in range(STORED):
        path = tmp_path / known[name].file
        path.write_bytes(run.made(name, known[name].seeds(), index))
        receipt = ingest.store_file(store, settings, athlete, path, path.name, now)
        kept = ingest.raw_path(store.folder, athlete, receipt.sha256)
        sessions = receipt.runs + receipt.lifts + receipt.others
        rows = counted(store, receipt.sha256)
        assert rows["session"] == sessions, index
        if sessions or receipt.questions:
            assert (rows["payload"], kept.read_bytes()) == (1, path.read_bytes())
        else:
            assert (set(rows.values()), kept.exists()) == ({0}, False)
            assert receipt.refusals or receipt.known


def counted(store: Store, sha256: str) -> dict[str, int]:
    """Rows of the lake that came out of one file."""
    sql = "SELECT count(*) AS n FROM lake.raw.{} WHERE sha256 = ?"
    found = {table: store.row(sql.format(table), [sha256]) for table in TABLES}
    return {table: row["n"] if row else 0 for table, row in found.items()}


@pytest.fixture
def stored(store: Store, settings: Settings, now: datetime) -> tuple[Store, Settings, str]:
    """A club with one athlete who said yes."""
    team = enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, "Ada", "ada@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    return store, settings, who
