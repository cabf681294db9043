"""`clubmon replay DATE`: JSON on standard output, by itself or through the running service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clubmon import commands
from clubmon.cli import main
from clubmon.club import enrolling
from clubmon.control import Control
from clubmon.settings import Settings
from clubmon.storage.store import Store

DAY = timedelta(days=1)


def clubmon(folder: Path, *arguments: str) -> Result:
    """The command line on a data folder."""
    return CliRunner().invoke(main, ["--data", str(folder), *arguments])


@pytest.fixture
def served(season: Any) -> Iterator[Any]:
    """The season's folder while a service has it open."""

    def run(name: str, arguments: dict[str, str], files: list[tuple[Path, str]]) -> Any:
        call = commands.Call(season.store, season.settings, season.now, arguments, files)
        return commands.run(name, call)

    control = Control(season.settings.data, run)
    control.start()
    yield season
    control.stop()


@pytest.mark.slow
def test_through_the_running_service_it_is_the_same_bytes(served: Any) -> None:
    done = clubmon(served.settings.data, "replay", "2026-11-17")
    assert done.exit_code == 0
    assert done.stdout == served.text() + "\n"
    assert done.stderr == ""
    served.now += timedelta(hours=2)
    served.late_run()
    served.rebuild_from_raw()
    assert clubmon(served.settings.data, "replay", "2026-11-17").stdout == done.stdout


def test_what_is_refused_is_one_line_on_standard_error(served: Any) -> None:
    done = clubmon(served.settings.data, "replay", "2026-11-18")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "18 Nov 2026 is in the future; the newest morning is 17 Nov 2026.\n"


@pytest.fixture
def young(settings: Settings) -> Path:
    """A club that began ten days ago by this machine's clock, and has no data yet."""
    store = Store(settings.data)
    enrolling.add_team(store, "U23", datetime.now(UTC) - 10 * DAY)
    store.close()
    return settings.data


def test_without_a_service_it_opens_the_folder_itself(young: Path) -> None:
    morning = (datetime.now(UTC) - 3 * DAY).date().isoformat()
    done = clubmon(young, "replay", morning)
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["morning"], found["run"], found["flags"]) == (morning, False, [])
    again = clubmon(young, "replay", morning, "--data", str(young))
    assert again.stdout == done.stdout


def test_before_the_club_it_is_refused(young: Path) -> None:
    done = clubmon(young, "replay", (datetime.now(UTC) - 20 * DAY).date().isoformat())
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "was known in this club yet" in done.stderr


def test_in_an_empty_folder_it_is_refused(settings: Settings) -> None:
    done = clubmon(settings.data, "replay", "2020-01-01")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"There is no club in {settings.data}; name its folder")
    assert not settings.data.exists() or not any(settings.data.iterdir())


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "17.11.2026", ""])
def test_what_is_no_date_is_wrong_usage(young: Path, given: str) -> None:
    done = clubmon(young, "replay", given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
