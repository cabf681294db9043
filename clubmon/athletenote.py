"""The sections of a morning's note that an athlete reads, each of a kind of its own."""

from __future__ import annotations

from dataclasses import dataclass

from clubmon import letters, links, morningflags, nextstep, wording
from clubmon.drills import Drill
from clubmon.morningflags import Open
from clubmon.nextstep import Step
from clubmon.noteworld import World
from clubmon.people import Person


@dataclass(frozen=True, slots=True)
class Own:
    """What is unusual, and one thing to do about it."""

    reasons: list[str]
    step: Step


@dataclass(frozen=True, slots=True)
class Sections:
    """What one athlete is told; whatever is None or empty is left out."""

    flag: Own | None = None
    week: tuple[str, ...] = ()
    checkin_url: str | None = None  # today's, where it is open

    @property
    def drills(self) -> tuple[Drill, ...]:
        """Drills that are shown in any of them."""
        return self.flag.step.drills if self.flag else ()


def sections(world: World, who: Person) -> Sections:
    """An athlete's sections; none for somebody who is no athlete."""
    if who.person_id not in world.athletes:
        return Sections()
    flag = _flag(world, who) if world.wants(who, "flag") else None
    week = _week(world, who) if world.wants(who, "week") else []
    return Sections(
        flag,
        tuple(said for said in week if not flag or said not in flag.reasons),
        _checkin_url(world, who) if world.wants(who, "reminder") else None,
    )


def _flag(world: World, who: Person) -> Own | None:
    """Tier 2 flags that this athlete has not been told of yet.

    Nothing while a referral is open: gentler words would lower what was said there.
    """
    found = _flags_of(world, who)
    since = max(world.told.get(who.person_id, world.horizon), world.horizon)
    new = [one for one in found if one.flag.tier == 2 and one.known_at > since]
    if not new:
        return None
    load = [one for one in found if one.flag.tier == 1]
    to_physio = any(one.flag.to_physio for one in found if one in new or not one.settled)
    answers = world.agreed_to_answers(who.person_id)
    allowed = world.reaching(who.person_id) if answers else ()
    step = nextstep.step(2, to_physio, allowed, None, "athlete")
    told = wording.together(world.dated([*new, *load]), "athlete")
    return Own([said for said in told if said != step.title], step)


def _week(world: World, who: Person) -> list[str]:
    if not world.is_monday:
        return []
    found = [one for one in _flags_of(world, who) if one.flag.tier == 1]
    return wording.together(world.dated(found), "athlete")


def _flags_of(world: World, who: Person) -> list[Open]:
    about = world.subjects.get(who.person_id)
    if about is None or who.person_id in world.referred:
        return []
    return morningflags.own(world.flags.get(who.person_id, []), about)


def _checkin_url(world: World, who: Person) -> str | None:
    """Only today, where check-ins are on, agreed to, and not answered yet."""
    on = any(team.checkins for team in world.athletes[who.person_id].teams)
    if not (world.is_today and on and world.agreed_to_answers(who.person_id)):
        return None
    return None if world.has_answered(who) else checkin_url(world, who)


def checkin_url(world: World, who: Person) -> str:
    """The link of today's check-in."""
    token = links.token(world.settings, "checkin", who.person_id)
    return letters.url(world.settings, f"checkin/{token}")
