"""A club's own pack, built and installed as a package; broken ones are listed, never a crash."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clubmon import plugins
from clubmon.drill.drills import library, shelf

PACK = Path(__file__).with_name("pack")
BUILT_IN = ["D1", "D2", "D3", "D4", "C1", "C2", "C3"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as a wheel, built the way a club would build it."""
    folder = tmp_path_factory.mktemp("pack")
    copy = Path(shutil.copytree(PACK, folder / "source"))
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=copy, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture
def target(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the pack is installed into; what was read before is forgotten."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "target")
    monkeypatch.syspath_prepend(tmp_path / "target")
    forget()
    yield tmp_path / "target" / "clubmon_club_drills"
    monkeypatch.undo()
    forget()


def forget() -> None:
    plugins.load.cache_clear()
    shelf.cache_clear()
    sys.modules.pop("clubmon_club_drills", None)


def edit(target: Path, old: str, new: str, name: str = "drills.toml") -> None:
    path = target / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_installed_pack_stands_after_the_built_in_drills_with_its_picture(target: Path) -> None:
    assert list(library()) == [*BUILT_IN, "X1"]
    assert shelf().packs == ("club",)
    assert shelf().errors == ()
    drill = library()["X1"]
    assert "<title>Leg lift</title>" in drill.drawing
    assert drill.credit.startswith("Dose and cautions after “Our own notebook” (club.example)")
    assert drill.schedule is not None
    assert (drill.schedule.days_per_week, drill.schedule.weeks) == (3, 6)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("drills.toml", '"X1"', '"D4"', "the id D4 is taken by another pack; give it a new one."),
        ("drills.toml", "dose =", "doze =", "drills.toml, drill 1 (X1): 'doze' is not usable"),
        ("drills.toml", "leg-lift.svg", "leg.svg", "leg.svg could not be read"),
        ("leg-lift.svg", "<path", "<script/><path", "leg-lift.svg holds <script>"),
        ("__init__.py", '"drills.toml"', '"gone.toml"', "gone.toml could not be read"),
        ("__init__.py", "PACK = ", "PACK = 7 or ", "names no path of a TOML file"),
        ("__init__.py", "PACK = ", "raise OSError('no'); PACK = ", "could not be loaded: no"),
    ],
)
def test_a_pack_that_cannot_be_used_is_left_out_whole_and_said_in_one_sentence(
    target: Path, name: str, old: str, new: str, said: str
) -> None:
    edit(target, old, new, name)
    assert list(library()) == BUILT_IN
    (error,) = shelf().errors
    assert said in error
    assert "club" in error
    assert "\n" not in error
