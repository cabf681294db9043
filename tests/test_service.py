"""`clubmon serve` as people run it: a process, asked over HTTP, stopped with a signal."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import requests

from clubmon.arrival import arrivalrows
from clubmon.arrival.arrivalrows import Coming
from clubmon.club import consenting, enrolling
from clubmon.httpserver import HttpServer
from clubmon.policy import Consent, Role
from clubmon.service import utc_now
from clubmon.storage import landing
from clubmon.storage.store import Store

CLUBMON = str(Path(sys.executable).parent / "clubmon")
pytestmark = pytest.mark.slow
ADA = [
    "athlete",
    "add",
    "Ada Made-up",
    "--email",
    "ada@example.org",
    "--born",
    "2000-01-01",
    "--team",
    "Made up",
]
HEVY = (
    "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    '"Made up","3 Nov 2026, 18:00","3 Nov 2026, 19:00",Squat (Barbell),0,normal,60,5,8\n'
)


def environment() -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CLUBMON_")}
    return clean | {"CLUBMON_TIMEZONE": "Europe/Berlin"}


def clubmon(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CLUBMON, "--data", str(folder), *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A running `clubmon serve`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [CLUBMON, "--data", str(folder), "serve", "--port", self.url.rpartition(":")[2]],
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            if self.process.poll() is not None:
                pytest.fail(f"serve ended: {self.process.communicate()[1]}")
            try:
                if requests.get(f"{self.url}/healthz", timeout=2).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        pytest.fail("serve did not answer within 20 s")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _out, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@pytest.fixture(scope="module")
def begun(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder of a club with one athlete, whose form was signed, and the athlete's id."""
    folder = tmp_path_factory.mktemp("begun") / "data"
    shutil.copytree(empty_folder, folder)
    store, now = Store(folder), utc_now()
    team = enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, "Bo Made-up", "bo@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", "folder 3", now)
    store.close()
    return folder, who


@pytest.fixture
def athlete(begun: tuple[Path, str]) -> str:
    return begun[1]


@contextmanager
def served(begun: tuple[Path, str], folder: Path) -> Iterator[Service]:
    """The service on a copy of the club's folder."""
    shutil.copytree(begun[0], folder)
    running = Service(folder)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


@pytest.fixture
def service(begun: tuple[Path, str], tmp_path: Path) -> Iterator[Service]:
    with served(begun, tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="module")
def lasting(begun: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all the tests that leave it running."""
    with served(begun, tmp_path_factory.mktemp("lasting") / "data") as running:
        yield running


def test_it_ends_cleanly_on_sigterm_and_leaves_no_log_behind(service: Service) -> None:
    code, err = service.stop()
    assert code == 0
    assert err.splitlines()[-1].endswith("Stopped; everything is stored.")
    assert "Traceback" not in err
    assert not (service.folder / "control.json").exists()
    for catalog in ("app", "lake"):
        log = service.folder / f"{catalog}.duckdb.wal"
        assert not log.exists() or log.stat().st_size == 0


def test_requests_in_flight_and_in_the_queue_are_answered_before_it_ends() -> None:
    def slow(_environ: object, start: Callable[..., object]) -> list[bytes]:
        time.sleep(0.5)
        start("200 OK", [])
        return [b"x" * 100_000]

    server = HttpServer(slow, "127.0.0.1", 0, threads=2)
    server.start()
    url = f"http://127.0.0.1:{server.port}"
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(requests.get, url, timeout=20) for _ in range(6)]
        time.sleep(0.3)  # all six are accepted, two are being worked on
        server.stop()
        found = [answer.result() for answer in answers]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)
    assert [(one.status_code, len(one.content)) for one in found] == [(200, 100_000)] * 6


def test_commands_work_while_it_is_up_and_say_the_same(
    service: Service, athlete: str, tmp_path: Path
) -> None:
    path = tmp_path / "hevy.csv"
    path.write_text(HEVY, encoding="utf-8")
    first = clubmon(service.folder, "import", str(path), "--athlete", athlete)
    again = clubmon(service.folder, "import", str(path), "--athlete", athlete)
    assert (first.returncode, first.stdout) == (0, "hevy.csv: stored 1 lift\n")
    assert (again.returncode, again.stdout) == (0, "hevy.csv: stored before, nothing changed\n")
    service.stop()
    after = clubmon(service.folder, "import", str(path), "--athlete", athlete)
    assert after.stdout == again.stdout


def test_an_import_under_way_is_finished_before_it_ends(
    service: Service, athlete: str, tmp_path: Path
) -> None:
    for day in range(1, 13):
        (tmp_path / f"{day}.csv").write_text(HEVY.replace("3 Nov", f"{day} Nov"), encoding="utf-8")
    files = [str(tmp_path / f"{day}.csv") for day in range(1, 13)]
    arguments = [CLUBMON, "--data", str(service.folder), "import", *files, "--athlete", athlete]
    with subprocess.Popen(
        arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as importing:
        while not any((service.folder / "inbox").iterdir()) and importing.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)
        code, err = service.stop()
        out, _err = importing.communicate(timeout=60)
    assert (code, importing.returncode) == (0, 0)
    assert "Traceback" not in err
    assert out.count("stored 1 lift") == 12
    assert not (service.folder / "inbox").exists()


def test_a_path_that_is_not_there_costs_only_itself(
    lasting: Service, athlete: str, tmp_path: Path
) -> None:
    path = tmp_path / "hevy.csv"
    path.write_text(HEVY, encoding="utf-8")
    gone = str(tmp_path / "gone.csv")
    done = clubmon(lasting.folder, "import", gone, str(path), "--athlete", athlete)
    assert done.returncode == 1
    assert done.stdout == "hevy.csv: stored 1 lift\n"
    assert "gone.csv: cannot be opened" in done.stderr
    assert list((lasting.folder / "inbox").iterdir()) == []


def test_a_way_in_that_is_damaged_is_said_and_not_a_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for content in ("{}", "no json", "[]"):
        (folder / "control.json").write_text(content)
        assert clubmon(folder, "athlete", "list").returncode == 0


def test_an_athlete_added_while_it_is_up_is_stored(lasting: Service) -> None:
    who = clubmon(lasting.folder, *ADA).stdout.strip()
    clubmon(lasting.folder, "athlete", "consent", who, "--kind", "load", "--paper", "folder 3")
    listed = clubmon(lasting.folder, "athlete", "list")
    assert listed.stdout.splitlines()[0] == f"{who}\tAda Made-up\tMade up\tload"


def test_the_nightly_job_by_hand_is_done_by_the_service(service: Service, athlete: str) -> None:
    done = clubmon(service.folder, "nightly", "--date", "2026-11-04")
    assert done.returncode == 0, done.stderr
    assert "Morning of 2026-11-04" in done.stdout
    service.stop()
    store = Store(service.folder)
    rows = store.rows("SELECT state FROM app.job_run WHERE morning = '2026-11-04'")
    store.close()
    assert rows == [{"state": "done"}]


def test_the_way_in_for_commands_is_private(lasting: Service) -> None:
    path = lasting.folder / "control.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    known = json.loads(path.read_text())
    base = f"http://127.0.0.1:{known['port']}"
    body = {"name": "athlete list", "arguments": {}, "uploads": []}
    wrong = {"X-Clubmon-Token": "guess"}
    assert requests.post(f"{base}/run", json=body, timeout=5).status_code == 403
    assert requests.post(f"{base}/run", json=body, headers=wrong, timeout=5).status_code == 403


def test_a_second_service_on_the_folder_is_refused_in_one_line(lasting: Service) -> None:
    second = clubmon(lasting.folder, "serve", "--port", str(free_port()))
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1
    assert "open in another process" in second.stderr


def test_a_command_says_what_to_do_when_the_way_in_is_gone(service: Service) -> None:
    (service.folder / "control.json").unlink()
    refused = clubmon(service.folder, "athlete", "list")
    assert refused.returncode == 1
    assert "open in another process" in refused.stderr


def test_after_kill_9_the_next_command_finds_its_way(service: Service, athlete: str) -> None:
    service.stop(signal.SIGKILL)
    listed = clubmon(service.folder, "athlete", "list")
    assert listed.returncode == 0
    assert athlete in listed.stdout


def test_what_waits_at_kill_9_is_read_by_the_next_start(service: Service, athlete: str) -> None:
    service.stop(signal.SIGKILL)
    store = Store(service.folder)
    body = io.BytesIO(HEVY.encode())
    coming = Coming(athlete, athlete, "api", "hevy.csv", "batch")
    with landing.landed(service.folder, body) as landed:
        arrivalrows.take(store, landed, coming, utc_now())
    store.execute("app", "UPDATE app.arrival SET state = 'reading'")  # killed while it was read
    store.close()
    again = Service(service.folder)
    for _ in range(100):
        if not list(landing.inbox(service.folder).iterdir()):
            break
        time.sleep(0.1)
    again.stop()
    store = Store(service.folder)
    assert [row["state"] for row in store.rows("SELECT state FROM app.arrival")] == ["stored"]
    assert len(store.rows("SELECT session_id FROM lake.raw.session")) == 1
    store.close()


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = clubmon(tmp_path / "data", "serve", "--port", port)
    assert found.returncode == 1
    assert f"Port {port}" in found.stderr
    assert "Traceback" not in found.stderr
