"""The house stands as it is drawn: imports run downwards, packages hold what they must."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELVES = (
    "clubmon",
    "connectors/clubmon_files",
    "connectors/clubmon_strava",
    "connectors/clubmon_garmin",
    "dashboards/clubmon_dashboards",
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder), "PATH": str(Path(sys.executable).parent)}
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages side by side, as they are installed, with the contracts."""
    folder = tmp_path_factory.mktemp("house")
    for shelf in SHELVES:
        ignore = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / shelf, folder / Path(shelf).name, ignore=ignore)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.mark.slow
def test_the_house_as_it_is_keeps_every_contract(copy: Path) -> None:
    found = lint_imports(copy)
    assert found.returncode == 0, found.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("clubmon/storage/store.py", "import clubmon.cli", "Imports run downwards"),
        ("clubmon/triage/triage.py", "import clubmon.storage.store", "Decisions are pure"),
        ("clubmon/arrival/ingest.py", "import clubmon_files", "The core knows no plugin"),
        ("clubmon/web/frame/shared.py", "import clubmon.web.coach.today", "Inside the pages"),
        ("clubmon_files/__init__.py", "import clubmon.storage.store", "Plugins know only the sdk"),
        ("clubmon_files/fit.py", "from clubmon.arrival import doubt", "Plugins know only the sdk"),
        ("clubmon_files/fit.py", "import clubmon_dashboards", "Plugins know nothing of each other"),
        ("clubmon_dashboards/__init__.py", "import duckdb", "Dashboards never open"),
        ("clubmon_garmin/api.py", "import clubmon.sdk", "The agent is installed alone"),
    ],
)
def test_a_contract_broken_on_purpose_is_found(
    copy: Path, file: str, line: str, contract: str
) -> None:
    target = copy / file
    before = target.read_text(encoding="utf-8")
    target.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        found = lint_imports(copy)
        assert found.returncode == 1
        assert re.search(rf"{contract}.* BROKEN", found.stdout)
    finally:
        target.write_text(before, encoding="utf-8")


def test_make_check_runs_the_import_contracts() -> None:
    assert "lint-imports" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_no_python_stands_among_the_sql() -> None:
    """A .py file there breaks editable installs."""
    assert not list((ROOT / "sql").rglob("*.py"))


def test_every_model_says_its_grain_in_its_first_line() -> None:
    for path in [*(ROOT / "sql/staging").glob("*.sql"), *(ROOT / "sql/marts").glob("*.sql")]:
        assert path.read_text(encoding="utf-8").startswith("-- one row per"), path.name


def test_sql_holds_no_foreign_keys_sequences_or_returning() -> None:
    """PostgreSQL attached by DuckDB refuses them, or DuckDB does on an update."""
    for path in (ROOT / "sql").rglob("*.sql"):
        code = re.sub(r"--.*", "", path.read_text(encoding="utf-8")).upper()
        for word in ("REFERENCES", "SEQUENCE", "RETURNING", " ENUM"):
            assert word not in code, f"{word.strip()} in {path.name}"


def test_pip_gets_the_versions_that_uv_has_locked() -> None:
    locked = {
        package["name"]: package["version"]
        for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
        if "version" in package
    }
    lines = (ROOT / "deploy/constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    found = {match[1]: match[2] for match in pinned if match}
    assert len(found) > 30
    assert {name: version for name, version in found.items() if locked[name] != version} == {}


@pytest.mark.slow
def test_the_wheel_holds_what_the_service_needs_and_no_tests(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for needed in (
        "clubmon/sql/marts/load_metric.sql",
        "clubmon/sql/migrations/app/0001_people.sql",
        "clubmon/web/templates/base.html",
        "clubmon/web/static/clubmon.css",
        "clubmon/drill/drills.toml",
        "clubmon/py.typed",
        "clubmon_files/__init__.py",
        "clubmon_strava/__init__.py",
        "clubmon_dashboards/athlete.py",
    ):
        assert needed in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "deploy/"))]
    assert not [name for name in names if "clubmon_garmin" in name]  # a wheel of its own


@pytest.mark.slow
def test_the_agent_is_a_wheel_of_its_own(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT / "connectors/clubmon_garmin",
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("clubmon_agent-*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    modules = {path.name for path in (ROOT / "connectors/clubmon_garmin").glob("*.py")}
    assert {f"clubmon_garmin/{name}" for name in (*modules, "py.typed")} == {
        name for name in names if not name.startswith("clubmon_agent-")
    }
    command = "from clubmon_garmin.cli import main; main(['garmin', '--help'])"
    found = subprocess.run(
        [sys.executable, "-c", command],
        env={"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--token-file" in found.stdout
