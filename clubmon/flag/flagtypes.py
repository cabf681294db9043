"""What flags are made from and what they are: plain data, no decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

REARM_DAYS = 7
TIGHTNESS, TO_PHYSIO = "tightness", "tightness_physio"
REFERRALS = ("refer", "strain")
RULE_OF = {"return_to_run": "single_run"}  # kinds of flag that a rule of another name raises


class Candidate(NamedTuple):
    """A load rule's condition that is true on a morning; base units of the channel.

    `holds`: true for as many mornings as the rule asks. `base` is the usual that `v7` was
    compared with. Single runs have `day_m` and, unless it is a return, `previous_longest_m`.
    """

    morning: date
    rule: str  # spike, single_run, return_to_run
    channel: str
    rule_version: int
    held_days: int
    holds: bool
    v7: float | None = None
    b1: float | None = None
    b4: float | None = None
    base: float | None = None
    wow_pct: float | None = None
    known7: int | None = None
    known_prev7: int | None = None
    known_b4: int | None = None
    day_m: int | None = None
    previous_longest_m: int | None = None
    hill: bool = False
    sled: bool = False
    rearm_days: int = REARM_DAYS


@dataclass(frozen=True, slots=True)
class Tightness:
    """The newest answers of one local day; scores 0-10, places upper, middle or lower."""

    local_date: date
    left: int | None = None
    right: int | None = None
    left_place: str | None = None
    right_place: str | None = None
    runs_normally: bool | None = None

    @property
    def worst(self) -> int:
        """The worse leg's score; -1 where neither was answered."""
        return max(-1 if s is None else s for s in (self.left, self.right))


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `inputs` are the numbers behind it, in base units, as JSON can hold them."""

    athlete_id: str
    morning: date
    tier: int
    rule: str
    rule_version: int
    channel: str
    uses_tightness: bool
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def flag_id(self) -> str:
        """The same for the same athlete, morning, rule and channel."""
        key = f"{self.athlete_id}/{self.morning}/{self.rule}/{self.channel}"
        return str(uuid5(NAMESPACE_URL, f"clubmon:flag/{key}"))

    @property
    def to_physio(self) -> bool:
        """Whether the physio should see this athlete before anything else."""
        return self.rule == TO_PHYSIO or self.tier == 3

    @property
    def hill(self) -> bool:
        """Whether hills belong to the load behind it; such flags sort first."""
        return self._any("hill")

    @property
    def sled(self) -> bool:
        """Whether sled work belongs to the load behind it; such flags sort first."""
        return self._any("sled")

    def _any(self, mark: str) -> bool:
        return any(load.get(mark) for load in (self.inputs, *self.inputs.get("spikes", ())))


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag on record. `judged` False: whether it is still true is not asked."""

    flag: Flag
    judged: bool = True
    superseded: bool = False
    by_an_older_rule: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Flags to add, oldest first, and ids of flags on record that are not true any more."""

    new: tuple[Flag, ...]
    superseded: tuple[str, ...]


def of_row(row: Mapping[str, Any]) -> Flag:
    """A flag from a row of `app.flag`."""
    return Flag(
        row["athlete_id"],
        row["morning"],
        row["tier"],
        row["rule"],
        row["rule_version"],
        row["channel"],
        row["uses_tightness"],
        json.loads(row["inputs"]),
    )


def referral(athlete_id: str, morning: date, pattern: str, referral_id: str, urgency: str) -> Flag:
    """The tier 3 flag of a referral; `pattern` is refer or strain."""
    inputs = {"referral_id": referral_id, "urgency": urgency}
    return Flag(athlete_id, morning, 3, pattern, 1, "", True, inputs)


def day_inputs(one: Tightness) -> dict[str, Any]:
    """One day's answers as a flag keeps them."""
    return {
        "date": one.local_date.isoformat(),
        "left": one.left,
        "right": one.right,
        "left_place": one.left_place,
        "right_place": one.right_place,
        "runs_normally": one.runs_normally,
    }


def load_inputs(one: Candidate) -> dict[str, Any]:
    """A load condition's numbers as a flag keeps them."""
    return {
        "v7": one.v7,
        "b1": one.b1,
        "b4": one.b4,
        "base": one.base,
        "wow_pct": one.wow_pct,
        "known7": one.known7,
        "known_prev7": one.known_prev7,
        "known_b4": one.known_b4,
        "held_days": one.held_days,
        "day_m": one.day_m,
        "previous_longest_m": one.previous_longest_m,
        "hill": one.hill,
        "sled": one.sled,
    }
