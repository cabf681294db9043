"""The copy-me plugin is installed as a club would install it, and keeps the contract there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clubmon import testing

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "tests" / "example_plugin"
TESTS = ("test_example.py", "example_simulator.py")
KINDS = {".py", ".toml"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin in it, and its tests beside it; built from a copy of its source."""
    folder = tmp_path_factory.mktemp("installed")
    source = shutil.copytree(
        PLUGIN, folder / "source", ignore=shutil.ignore_patterns("__pycache__")
    )
    options = ["--no-deps", "--no-build-isolation", "--quiet"]
    where = ["--target", str(folder / "site"), str(source)]
    if uv := shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"):
        command = [uv, "pip", "install", "--offline", "--python", sys.executable, *options, *where]
    else:
        command = [sys.executable, "-m", "pip", "install", "--no-index", *options, *where]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in TESTS:
        shutil.copy(PLUGIN / name, folder / name)
    return folder


@pytest.mark.slow
def test_its_own_suite_passes_where_it_is_installed(installed: Path) -> None:
    found = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS[0]],
        cwd=installed,
        env=found | {"PYTHONPATH": str(installed / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 25
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_the_service_finds_it_there(installed: Path) -> None:
    asked = "from clubmon.sync import sources; print(sources.about('example').title)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"PYTHONPATH": str(installed / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "Example Runs"


def test_every_piece_of_code_in_the_docs_is_the_plugins_own() -> None:
    page = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    sources = [
        path.read_text(encoding="utf-8") for path in PLUGIN.rglob("*") if path.suffix in KINDS
    ]
    pieces = re.findall(r"```(?:python|toml)\n(.*?)```", page, re.DOTALL)
    assert len(pieces) >= 4
    for piece in pieces:
        assert any(piece in source for source in sources), piece


def test_the_docs_name_every_error_and_every_class_to_inherit() -> None:
    page = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    for kind in (*testing.BREAKS.values(), testing.ConnectorContract, testing.SourceContract):
        assert f"`{kind.__name__}`" in page
