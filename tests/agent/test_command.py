"""What `clubmon-agent` promises on the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from clubmon_garmin import cli, keys
from clubmon_garmin.errors import AgentError


@pytest.fixture
def told(machine: Any) -> Any:
    """Runs the command in a process of its own, with files for key and token."""
    for name, secret in (("key", machine.key), ("token", machine.token)):
        (machine.folder / name).write_text(secret + "\n")
        (machine.folder / name).chmod(0o600)
    (machine.folder / "agent.toml").write_text(
        f'[garmin]\nclub = "{machine.club.url}"\ngarmin-url = "{machine.garmin.url}"\n'
        f'key-file = "{machine.folder}/key"\ntoken-file = "{machine.folder}/token"\n'
        f'state = "{machine.folder}/held/garmin.state"\n'
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "-m", "clubmon_garmin"),
                *("--config", str(machine.folder / "agent.toml"), "garmin", *arguments),
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_one_line_says_what_was_done(machine: Any, fill: Any, told: Any) -> None:
    fill(2)
    done = told("--since", "2026-01-01")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 sent\n", "")
    assert told("--since", "2026-01-01").stdout == "nothing new\n"


def test_a_refusal_is_exit_code_1(machine: Any, fill: Any, told: Any) -> None:
    fill(1)
    machine.club.refuses[b"recording 0"] = (422, "is no FIT file.")
    done = told("--since", "2026-01-01", "--verbose")
    assert (done.returncode, done.stdout) == (1, "1 refused\n")
    assert done.stderr == "refused: 1000: is no FIT file.\n"


def test_a_key_that_has_ended_is_one_sentence_and_no_traceback(machine: Any, told: Any) -> None:
    machine.garmin.keys.clear()
    done = told()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert machine.key not in done.stderr


def test_wrong_usage_is_exit_code_2(told: Any) -> None:
    assert told("--every", "5s").returncode == 2
    assert told("--key", "secret").returncode == 2  # a key is never taken from there


def test_what_it_keeps_is_for_its_owner_alone(machine: Any, fill: Any, told: Any) -> None:
    fill(1, rpe10=50)
    told("--since", "2026-01-01")
    assert (machine.folder / "held/garmin.state").stat().st_mode & 0o077 == 0
    assert (machine.folder / "held").stat().st_mode & 0o077 == 0


def plan(machine: Any) -> cli.Plan:
    for name, secret in (("key", machine.key), ("token", machine.token)):
        (machine.folder / name).write_text(secret)
        (machine.folder / name).chmod(0o600)
    return cli.Plan(
        machine.club.url,
        machine.garmin.url,
        machine.folder / "key",
        machine.folder / "token",
        machine.folder / "garmin.state",
        machine.since,
        verbose=False,
    )


def test_on_a_timer_it_runs_on_through_failures_that_pass(
    machine: Any, fill: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(1)
    machine.garmin.next = [(503, b"", {})] * 5
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if pauses.count(21_600) == 2:
            machine.garmin.keys.clear()

    assert cli.again(plan(machine), 21_600, sleep) == 1
    out = capsys.readouterr()
    assert out.out == "1 sent\n"
    assert "fails with HTTP 503" in out.err
    assert "personalApiToken" in out.err
    assert pauses.count(21_600) == 2


def test_a_file_that_others_can_read_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(AgentError, match="chmod 600"):
        keys.secret("garmin-key", tmp_path / "key", "--key-file")


@pytest.mark.parametrize("content", ["", "  \n", "two words", "smörgås"])
def test_what_is_no_secret_is_said_without_showing_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(AgentError) as raised:
        keys.secret("garmin-key", tmp_path / "key", "--key-file")
    assert not content.strip() or content.strip() not in str(raised.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="cannot be read"):
        keys.secret("garmin-key", tmp_path / "gone", "--key-file")


def test_key_and_token_are_stored_in_the_keyring_and_taken_from_there(
    machine: Any, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(1)
    held: dict[tuple[str, str], str] = {}
    ring = ModuleType("keyring")  # what the package of that name offers; its stores are a desktop's
    monkeypatch.setattr(
        ring, "set_password", lambda *place: held.update({place[:2]: place[2]}), raising=False
    )
    monkeypatch.setattr(ring, "get_password", lambda *place: held.get(place), raising=False)
    monkeypatch.setitem(sys.modules, "keyring", ring)
    command, config = CliRunner(), ["--config", str(machine.folder / "none.toml")]
    for name, secret in (("garmin-key", machine.key), ("club-token", machine.token)):
        done = command.invoke(cli.main, [*config, "store", name], input=f"{secret} \n")
        assert (done.exit_code, secret in done.output) == (0, False)
    places = ["--club", machine.club.url, "--garmin-url", machine.garmin.url]
    state = ["--state", str(machine.folder / "garmin.state"), "--since", "2026-01-01"]
    done = command.invoke(cli.main, [*config, "garmin", *places, *state])
    assert (done.exit_code, done.output) == (0, "1 sent\n")


def test_without_a_keyring_a_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(AgentError, match="--key-file"):
        keys.secret("garmin-key", None, "--key-file")
    with pytest.raises(AgentError, match="--key-file"):
        keys.store("garmin-key", "k", "--key-file")


def test_the_help_says_where_the_options_and_the_memory_are_kept() -> None:
    said = "".join(CliRunner().invoke(cli.main, ["--help"]).output.split())
    assert str(cli.FOLDER / "agent.toml") in said
    said = "".join(CliRunner().invoke(cli.main, ["garmin", "--help"]).output.split())
    assert str(cli.FOLDER / "garmin.state") in said
