"""The drill library: the built-in pack, and those that a club installs as plugins.

A club's pack is a package with an entry point in the group `clubmon.drills` that names the path
of a TOML file; its pictures stand beside that file. A pack that cannot be used is left out as a
whole and listed for the admin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from clubmon import plugins
from clubmon.drill.drilltypes import SAFETY_NOTE, STOP_RULE, Drill, LibraryError, blocked, read
from clubmon.words.sentences import sentence

__all__ = [
    "SAFETY_NOTE",
    "STOP_RULE",
    "Drill",
    "LibraryError",
    "Shelf",
    "blocked",
    "library",
    "shelf",
]

BUILT_IN = Path(__file__).with_name("drills.toml")
DRAWINGS = BUILT_IN.with_name("drawings")
LEFT_OUT = sentence("Drill pack '{name}' is left out: {why}.")


@dataclass(frozen=True, slots=True)
class Shelf:
    """All drills by id, the packs that were read, and one sentence for each that was not."""

    drills: Mapping[str, Drill]
    packs: tuple[str, ...]
    errors: tuple[str, ...]


@cache
def shelf() -> Shelf:
    """The built-in drills in the order of their file, then each pack's; read-only."""
    drills, packs = _read(BUILT_IN, DRAWINGS), []
    found, errors = plugins.load(plugins.DRILLS)
    errors = list(errors)
    for name, named in found.items():
        try:
            drills |= _new(named, drills)
            packs.append(name)
        except LibraryError as error:
            errors.append(LEFT_OUT.format(name=name, why=str(error).rstrip(".")))
    return Shelf(MappingProxyType(drills), tuple(packs), tuple(errors))


def library() -> Mapping[str, Drill]:
    """Every drill by id, the built-in ones first; read-only."""
    return shelf().drills


def _new(named: object, taken: Mapping[str, Drill]) -> dict[str, Drill]:
    if not isinstance(named, (str, Path)):
        raise LibraryError("its entry point names no path of a TOML file; let it name one.")
    found = _read(Path(named), Path(named).parent)
    if twice := sorted(set(found) & set(taken)):
        raise LibraryError(f"the id {twice[0]} is taken by another pack; give it a new one.")
    return found


def _read(path: Path, pictures: Path) -> dict[str, Drill]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path.name} could not be read; install the pack again.") from error
    return read(text, path.name, lambda name: (pictures / name).read_text(encoding="utf-8"))
