"""What a drill is, and the reading of one pack of them; knows no person and no database.

A pack is TOML with `[source]` and `[[drill]]` tables; unknown keys are refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic import model_validator as validated

from clubmon.drill.drawingcheck import DrawingError, checked
from clubmon.triage.questions import SIGN
from clubmon.words.language import N_, Marked, _

SAFETY_NOTE = N_(
    "This is general information, not medical advice, and clubmon is not a medical device. "
    "Stop if it hurts or if anything new happens in the leg, and ask your physio or doctor."
)
"""Shown with every drill: on the screen, on paper and in mail."""

STOP_RULE = N_(
    "Stop when tightness is up by 2 points or more, or at any new feeling in the leg; "
    "then answer the check-in again. This rule is ours."
)

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3), AfterValidator(Marked)
]  # shown in the reader's language where a catalog has it
Picture = Callable[[str], str]  # the text of a file beside the pack; raises OSError


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
        return _(
            "Dose and cautions after “{title}” ({site}); the wording is our own.",
            title=self.title,
            site=self.site,
        )


class Schedule(BaseModel):
    """The frequency in numbers, where it has any: times a day, days a week, weeks at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    per_day: Annotated[int, Field(ge=1, le=6)] = 1
    days_per_week: Annotated[int, Field(ge=1, le=7)]
    weeks: Annotated[int, Field(ge=1, le=12)] | None = None


class Drill(BaseModel):
    """One drill or cue, ready to show. `blocked_by` names signs that rule it out.

    `weight_after_s`: no weight before a clean hold of so many seconds.
    `picture` is a file beside the pack; `drawing` is its checked SVG, or '' without one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,15}$")]
    name: Text
    kind: Literal["drill", "cue"] = "drill"
    pattern: Literal["pelvic_control", "neural", "synergist", "movement"]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    dose: Text | None = None  # a cue has none
    frequency: Text
    schedule: Schedule | None = None
    caution: Annotated[tuple[Text, ...], Field(min_length=1)]
    stop_rule: Text = STOP_RULE
    progression: Text
    weight_after_s: Annotated[int, Field(ge=1, le=600)] | None = None
    evidence: Text
    notes: tuple[Text, ...] = ()  # what belongs around it: recovery, filming, order
    blocked_by: tuple[str, ...] = ()
    picture: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.svg$")] | None = None
    source: Source
    drawing: str = ""

    @validated(mode="after")
    def _blocks(self) -> Self:
        unknown = sorted(set(self.blocked_by) - set(SIGN))
        if unknown:
            raise ValueError(f"blocked_by names no sign of the check-in: {', '.join(unknown)}")
        if self.pattern == "neural" and "tingling" not in self.blocked_by:
            raise ValueError("a drill for the neural pattern is blocked_by tingling")
        if self.kind == "drill" and self.dose is None:
            raise ValueError("a drill has a dose; only a cue has none")
        return self

    @property
    def credit(self) -> str:
        """Whose facts these are, as a sentence."""
        return self.source.credit


class _Pack(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source: Source
    drill: Annotated[list[dict[str, object]], Field(min_length=1)]


def blocked(drill: Drill, signs: Iterable[str]) -> bool:
    """Whether one of these ticked signs rules the drill out."""
    return not set(drill.blocked_by).isdisjoint(signs)


def read(text: str, name: str, picture: Picture) -> dict[str, Drill]:
    """The drills of one pack by id, with their drawings; raises LibraryError.

    `name` is the file's, for messages; `picture` gives a file beside it.
    """
    try:
        pack = _Pack.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(f"{name} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise LibraryError(f"{name}: {_first(error)}.") from error
    found: dict[str, Drill] = {}
    for row, values in enumerate(pack.drill, start=1):
        where = f"{name}, drill {row} ({values.get('id', 'no id')})"
        drill = _drawn(_drill(values, pack.source, where), picture, where)
        if drill.id in found:
            raise LibraryError(f"{name}: the id {drill.id} is used twice; give one a new id.")
        found[drill.id] = drill
    return found


def _drill(values: dict[str, object], source: Source, where: str) -> Drill:
    if "drawing" in values:
        raise LibraryError(f"{where}: 'drawing' is no key; name a file with 'picture' instead.")
    try:
        return Drill.model_validate({**values, "source": source})
    except ValidationError as error:
        raise LibraryError(f"{where}: {_first(error)}.") from error


def _drawn(drill: Drill, picture: Picture, where: str) -> Drill:
    if drill.picture is None:
        return drill
    try:
        drawing = checked(picture(drill.picture))
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(
            f"{where}: the picture {drill.picture} could not be read; put it beside the pack."
        ) from error
    except DrawingError as error:
        raise LibraryError(f"{where}: the picture {drill.picture} {error}.") from error
    return drill.model_copy(update={"drawing": drawing})


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ").lower()
    return f"'{key}' is not usable ({said}); mend it there" if key else f"{said}; mend it there"
