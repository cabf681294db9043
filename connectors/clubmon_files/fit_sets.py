"""Strength sets of a FIT file. Every set carries the session's start as its timestamp, so
`start_time` and `message_index` place it; rests are sets too, of another type.
"""

from __future__ import annotations

from typing import Any

from fitdecode import profile

from clubmon.sdk import LiftSet
from clubmon_files import bounds
from clubmon_files.fit_parts import Part
from clubmon_files.recordingtypes import Message

UNNAMED = "Unknown exercise"
# The profile's names in these categories leave out with what: a push, of a sled.
IMPLEMENTS = {
    "banded_exercises": "banded",
    "battle_rope": "battle_rope",
    "sandbag": "sandbag",
    "sled": "sled",
    "sledge_hammer": "sledge_hammer",
    "suspension": "suspension",
    "tire": "tire",
}


def sets_between(
    messages: list[Message], titles: list[Message], part: Part, sieve: bounds.Sieve
) -> tuple[LiftSet, ...]:
    """The active sets that began within the part, in the order they were done."""
    names = {
        (title.get("exercise_category"), title.get("exercise_name")): title["wkt_step_name"]
        for title in titles
        if isinstance(title.get("wkt_step_name"), str)
        and _hashable(title.get("exercise_category"), title.get("exercise_name"))
    }
    active = [
        message
        for message in messages
        if message.get("set_type") == "active" and _began(message, part.start, part.end)
    ]
    return tuple(_lift_set(message, names, sieve) for message in sorted(active, key=_place))


def exercise(message: Message, names: dict[tuple[Any, Any], str]) -> str:
    """The exercise in words: the device's own title, else the profile's, else its category."""
    category = _first(message.get("category"))
    subtype = _first(message.get("category_subtype"))
    own = names.get((category, subtype))
    if own:
        return own
    kind = profile.FIELD_TYPES.get(f"{category}_exercise_name")
    known = kind.enum.get(subtype) if kind is not None and kind.enum else None
    word = _in_full(known, category) or (category if isinstance(category, str) else None)
    return word.replace("_", " ").capitalize() if word else UNNAMED


def _lift_set(message: Message, names: dict[tuple[Any, Any], str], sieve: bounds.Sieve) -> LiftSet:
    return LiftSet(
        exercise=exercise(message, names),
        set_type="normal",
        reps=sieve.keep(bounds.repetitions, "repetitions", message.get("repetitions")),
        weight_kg=sieve.keep(bounds.weight, "weight", message.get("weight")),
    )


def _in_full(known: str | None, category: object) -> str | None:
    implement = IMPLEMENTS.get(category) if isinstance(category, str) else None
    return f"{implement}_{known}" if known and implement else known


def _began(message: Message, start: float, end: float) -> bool:
    began = message.get("start_time", message.get("timestamp"))
    return not isinstance(began, int) or start <= began < end


def _place(message: Message) -> tuple[float, float]:
    index = message.get("message_index")
    began = message.get("start_time")
    return (
        float(began) if isinstance(began, int) else 0.0,
        float(index) if isinstance(index, int) else 0.0,
    )


def _first(value: object) -> Any:
    """Category fields are arrays: the first entry that is known."""
    if isinstance(value, tuple):
        return next((part for part in value if part is not None), None)
    return value


def _hashable(*values: object) -> bool:
    return all(isinstance(value, str | int | None) for value in values)
