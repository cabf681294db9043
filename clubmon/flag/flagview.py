"""What one reader is shown of a flag: what they may see, with this morning's numbers; pure.

A flag that used tightness reaches only who may see tightness, and a coach only with the loads.
Loads behind tightness are taken out where loads are not shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from clubmon import policy
from clubmon.flag.flagtypes import Flag
from clubmon.flag.wording import Reader
from clubmon.policy import Permission, Role, Subject, Viewer
from clubmon.triage.questions import URGENCIES

Numbers = Mapping[tuple[str, str], Mapping[str, Any]]
"""(rule, channel): the numbers of a load condition that is true, as a flag keeps them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Kinds of data of one athlete that one viewer is shown."""

    load: bool = False
    tightness: bool = False
    health: bool = False
    treats: bool = False  # as a physio, to whom what is referred is open


def sight(viewer: Viewer, about: Subject) -> Sight:
    """What the viewer may see of this athlete; a coach sees nothing at all without load."""
    load, health = policy.sees_load(viewer, about), policy.sees_health(viewer, about)
    return Sight(
        load=load,
        tightness=health or (load and policy.sees_tightness(viewer, about)),
        health=health,
        treats=health and policy.may(viewer, Permission.HANDLE_REFERRAL, about),
    )


def is_staff(viewer: Viewer, about: Subject) -> bool:
    """Whether the viewer coaches or treats one of the athlete's teams."""
    return any(viewer.has_for(role, about.teams) for role in (Role.COACH, Role.PHYSIO))


def may_show(uses_tightness: bool, seen_by: Sight) -> bool:
    """Whether a flag, or what follows from one, may be shown."""
    return seen_by.tightness if uses_tightness else seen_by.load


def visible(flags: Iterable[Flag], seen_by: Sight) -> list[Flag]:
    """The flags that may be shown, without what may not be, in their order."""
    return [_without_loads(one, seen_by) for one in flags if may_show(one.uses_tightness, seen_by)]


def _without_loads(flag: Flag, seen_by: Sight) -> Flag:
    if seen_by.load or not flag.inputs.get("spikes"):
        return flag
    return replace(flag, inputs={**flag.inputs, "spikes": []})


def need(flags: Iterable[Flag], seen_by: Sight) -> tuple[int, int, bool]:
    """A sort key, most in need first: tier, urgency of a referral, then what is for the physio.

    Only who may read the answers gets the order of urgency: it would tell the others of them.
    """
    shown = list(flags)
    urgencies = [
        URGENCIES.index(flag.inputs["urgency"])
        for flag in shown
        if flag.tier == 3 and seen_by.health
    ]
    return (
        -max((flag.tier for flag in shown), default=0),
        min(urgencies, default=len(URGENCIES)),
        not any(flag.to_physio for flag in shown),
    )


def place(
    need: tuple[int, int, bool], tier: int, seen: bool, raised: date, hill: bool, name: str
) -> tuple[tuple[int, int, bool], bool, int, bool, str]:
    """A sort key for a list of athletes, the same on Today and in the morning's mail.

    After need: below tier 3 what somebody has seen comes last, then the newest comes first, then
    hills and sleds, then names.
    """
    return need, seen and tier < 3, -raised.toordinal(), not hill, name


def reader(seen_by: Sight, *, own: bool = False) -> Reader:
    """Who sentences are written for: the athlete, a physio or parent with answers, a coach."""
    if own:
        return "athlete"
    if seen_by.treats:
        return "physio"
    return "parent" if seen_by.health else "coach"


def actor(seen_by: Sight, *, own: bool = False) -> Reader:
    """Who the next step is for. A coach who sees a child's answers as a parent is a coach."""
    if own:
        return "athlete"
    return "physio" if seen_by.treats else "coach"


def on_morning(flag: Flag, morning: date, true: Numbers) -> Flag:
    """The flag as it is told on a morning; what is on record is not touched.

    A load whose condition is true in `true` gets those numbers and `since` the morning it was
    raised; otherwise it keeps its own, and `past` says of which morning they are.
    """
    raised = flag.morning if flag.morning < morning else None
    if not flag.uses_tightness:
        numbers = true.get((flag.rule, flag.channel))
        return replace(flag, inputs=_dated(flag.inputs, numbers, raised, raised))
    spikes = [_spike(spike, flag.morning, morning, true) for spike in flag.inputs.get("spikes", ())]
    told = {**flag.inputs, "spikes": spikes}
    return replace(flag, inputs={**told, "past": raised} if raised else told)


def _spike(
    spike: Mapping[str, Any], raised: date, morning: date, true: Numbers
) -> Mapping[str, Any]:
    """A load told beside tightness: true on `spike['morning']`, up to six days before it."""
    of = date.fromisoformat(spike["morning"]) if "morning" in spike else raised
    numbers = true.get((spike["rule"], spike["channel"]))
    key = {"rule": spike["rule"], "channel": spike["channel"]}
    return {**_dated(spike, numbers, None, of if of < morning else None), **key}


def _dated(
    own: Mapping[str, Any],
    now: Mapping[str, Any] | None,
    since: date | None,
    past: date | None,
) -> Mapping[str, Any]:
    if now is not None:
        return {**now, "since": since} if since else now
    return {**own, "past": past} if past else own
