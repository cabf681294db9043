"""A past morning's list as plain data: what a viewer may see of it, and its JSON; pure.

The list holds everything. Before anyone but the holder of the data folder reads it, `visible`
takes out what they may not see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from clubmon.flag import flagview
from clubmon.flag.flagtypes import Flag
from clubmon.flag.flagview import Numbers, Sight

FORMAT = 1
DECIMALS = 6  # of ratios and percentages; whole base units stay whole
OF_A_LOAD = ("rule", "channel", "morning")


@dataclass(frozen=True, slots=True)
class Listed:
    """One flag of the list. `that_morning`: its loads' numbers where they were true then.

    `settled`: somebody had acted on it, dismissed it or put it off. `late`: its load was known
    too late to be told of, see morningflags.
    """

    flag: Flag
    known_at: datetime
    settled: bool = False
    late: bool = False
    that_morning: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """A morning's list as it could be known by a moment (aware).

    `run`: the moment is that of the nightly job on record; otherwise it is the club's hour, and
    the list is what the job would have found. `erased`: people erased since; `withdrawn`: people
    of whom something is left out because the consent is not in force today, None: not said.
    """

    morning: date
    known_by: datetime
    run: bool
    flags: tuple[Listed, ...] = ()
    erased: int = 0
    withdrawn: int | None = 0


def visible(replayed: Replay, sight_of: Callable[[str], Sight]) -> Replay:
    """What one viewer may see of the list: `sight_of` an athlete's id says what of each athlete.

    How many withdrew a consent is not said: of a small team it would tell who.
    """
    shown = [one for listed in replayed.flags for one in seen(listed, sight_of)]
    return replace(replayed, flags=tuple(shown), withdrawn=None)


def seen(listed: Listed, sight_of: Callable[[str], Sight]) -> list[Listed]:
    """A listed flag without what may not be shown, or nothing."""
    seen_by = sight_of(listed.flag.athlete_id)
    return [
        with_numbers(replace(listed, flag=_without_answers(flag, seen_by)), listed.that_morning)
        for flag in flagview.visible([listed.flag], seen_by)
    ]


def with_numbers(listed: Listed, true: Numbers | None) -> Listed:
    """Keep of the morning's true loads those that this flag is about."""
    keys = [(load["rule"], load["channel"]) for load in _loads(listed.flag)]
    own = {key: true[key] for key in keys if true and key in true}
    return replace(listed, that_morning=own)


def in_order(flags: Iterable[Listed]) -> tuple[Listed, ...]:
    """Highest tier first, then by athlete, rule, channel and morning: the same on every day."""
    return tuple(
        sorted(
            flags,
            key=lambda one: (
                -one.flag.tier,
                one.flag.athlete_id,
                one.flag.rule,
                one.flag.channel,
                one.flag.morning,
            ),
        )
    )


def as_json(replayed: Replay) -> str:
    """The list as JSON: the same bytes for the same list."""
    return json.dumps(document(replayed), sort_keys=True, indent=2, allow_nan=False)


def document(replayed: Replay) -> dict[str, Any]:
    """The list as JSON holds it; docs/replay.md says what each field means."""
    left_out = {"erased": replayed.erased, "consent_withdrawn": replayed.withdrawn}
    return {
        "format": FORMAT,
        "morning": replayed.morning.isoformat(),
        "known_by": _instant(replayed.known_by),
        "run": replayed.run,
        "flags": [_flag(one) for one in in_order(replayed.flags)],
        "left_out": {name: count for name, count in left_out.items() if count is not None},
    }


def _flag(one: Listed) -> dict[str, Any]:
    flag = one.flag
    told = {name: value for name, value in flag.inputs.items() if name != "spikes"}
    found = {
        "flag_id": flag.flag_id,
        "athlete_id": flag.athlete_id,
        "tier": flag.tier,
        "rule": flag.rule,
        "rule_version": flag.rule_version,
        "channel": flag.channel,
        "uses_tightness": flag.uses_tightness,
        "raised_on": flag.morning.isoformat(),
        "known_at": _instant(one.known_at),
        "settled": one.settled,
        "late": one.late,
        "loads": [_load(load, one.that_morning or {}) for load in _loads(flag)],
    }
    return {**found, "answers": _exact(told)} if flag.uses_tightness else found


def _load(load: Mapping[str, Any], true: Numbers) -> dict[str, Any]:
    numbers = {name: value for name, value in load.items() if name not in OF_A_LOAD}
    then = true.get((load["rule"], load["channel"]))
    return {
        **{name: load[name] for name in OF_A_LOAD},
        "numbers": _exact(numbers),
        "that_morning": _exact(then),
    }


def _loads(flag: Flag) -> list[Mapping[str, Any]]:
    """The loads behind a flag: its own, or those told beside tightness."""
    morning = flag.morning.isoformat()
    if flag.uses_tightness:
        return [{"morning": morning, **spike} for spike in flag.inputs.get("spikes", ())]
    about = {"rule": flag.rule, "channel": flag.channel, "morning": morning}
    return [{**flag.inputs, **about}]


def _without_answers(flag: Flag, seen_by: Sight) -> Flag:
    """Without what is told to readers of answers only: urgency, and whether running is normal."""
    if seen_by.health or not flag.uses_tightness:
        return flag
    inputs = {name: value for name, value in flag.inputs.items() if name != "urgency"}
    if "days" in inputs:
        inputs["days"] = [
            {name: value for name, value in day.items() if name != "runs_normally"}
            for day in inputs["days"]
        ]
    return replace(flag, inputs=inputs)


def _exact(value: Any) -> Any:
    """Numbers as JSON prints them the same everywhere; -0.0 becomes 0.0."""
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, Mapping):
        return {name: _exact(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return value


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()
