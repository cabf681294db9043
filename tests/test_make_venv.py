"""Setting up on a machine that lacks something: one line that says what to install."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "deploy" / "make-venv.sh"
OLD = "#!/bin/sh\nexit 1\n"  # refuses the question whether it is 3.11 or newer
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n'
UV = '#!/bin/sh\necho "uv $* into $UV_PROJECT_ENVIRONMENT"\n'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that is the whole PATH of the machine."""
    path = tmp_path / "bin"
    path.mkdir()
    return path


def put(machine: Path, name: str, content: str) -> None:
    (machine / name).write_text(content)
    (machine / name).chmod(0o755)


def setup(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), ".venv"],
        cwd=machine.parent, env={"PATH": str(machine)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("python", [None, OLD])
def test_without_a_new_enough_python_one_line_says_what_to_install(
    machine: Path, python: str | None
) -> None:
    if python:
        put(machine, "python3", python)
    found = setup(machine)
    assert found.returncode == 1
    assert len(found.stderr.splitlines()) == 1
    assert "Python 3.11 or newer" in found.stderr


def test_where_pythons_venv_is_missing_one_line_says_what_to_install(machine: Path) -> None:
    put(machine, "python3", NO_VENV)
    found = setup(machine)
    assert found.returncode == 1
    assert len(found.stderr.splitlines()) == 1
    assert "apt install python3-venv" in found.stderr


def test_uv_is_used_where_it_is_installed_with_the_locked_versions(machine: Path) -> None:
    put(machine, "uv", UV)
    found = setup(machine)
    assert found.returncode == 0
    assert found.stdout.strip() == "uv sync --quiet --frozen into .venv"
