"""The drill library: reads and checks TOML, knows no person and no database.

A pack is TOML with `[source]` and `[[drill]]` tables; unknown keys are refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

SAFETY_NOTE = (
    "This is general information, not medical advice, and clubmon is not a medical device. "
    "Stop if it hurts or if anything new happens in the leg, and ask your physio or doctor."
)
"""Shown with every drill: on the screen, on paper and in mail."""

STOP_RULE = (
    "Stop when tightness is up by 2 points or more, or at any new feeling in the leg; "
    "then answer the check-in again. This rule is ours."
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]


class LibraryError(Exception):
    """A drill file cannot be used, in one sentence that names file, drill and key."""


class Source(BaseModel):
    """Whose facts the pack holds; credited once, on the drill's page."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Text
    site: Text

    @property
    def credit(self) -> str:
        """One sentence of credit."""
        return f"Dose and cautions after “{self.title}” ({self.site}); the wording is our own."


class Drill(BaseModel):
    """One drill or cue, ready to show. `blocked_by` names refer signs that rule it out."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,15}$")]
    name: Text
    kind: Literal["drill", "cue"] = "drill"
    pattern: Literal["pelvic_control", "neural", "synergist", "movement"]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    dose: Text | None = None  # a cue has none
    frequency: Text
    caution: Annotated[tuple[Text, ...], Field(min_length=1)]
    stop_rule: Text = STOP_RULE
    progression: Text
    evidence: Text
    blocked_by: tuple[str, ...] = ()
    picture: str | None = None
    source: Source

    @property
    def credit(self) -> str:
        """Whose facts these are, as a sentence."""
        return self.source.credit


def blocked(drill: Drill, signs: Iterable[str]) -> bool:
    """Whether one of these ticked signs rules the drill out."""
    return not set(drill.blocked_by).isdisjoint(signs)


class _Pack(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source: Source
    drill: Annotated[list[dict[str, object]], Field(min_length=1)]


@cache
def library() -> Mapping[str, Drill]:
    """The built-in drills by id, in the order of the file; read-only."""
    path = Path(__file__).with_name("drills.toml")
    return MappingProxyType(read(path.read_text(encoding="utf-8"), path.name))


def read(text: str, name: str) -> dict[str, Drill]:
    """The drills of one pack by id; raises LibraryError. `name` is the file's, for messages."""
    try:
        pack = _Pack.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(f"{name} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise LibraryError(f"{name}: {_first(error)}.") from error
    found: dict[str, Drill] = {}
    for row, values in enumerate(pack.drill, start=1):
        drill = _drill(values, pack.source, f"{name}, drill {row} ({values.get('id', 'no id')})")
        if drill.id in found:
            raise LibraryError(f"{name}: the id {drill.id} is used twice; give one a new id.")
        found[drill.id] = drill
    return found


def _drill(values: dict[str, object], source: Source, where: str) -> Drill:
    try:
        return Drill.model_validate({**values, "source": source})
    except ValidationError as error:
        raise LibraryError(f"{where}: {_first(error)}.") from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    return f"'{key}' is not usable ({first['msg'].lower()}); mend it there"
