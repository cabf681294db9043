"""The message on a plan that was assigned by day, where no note of the morning tells of it."""

from __future__ import annotations

from datetime import datetime, time

from clubmon.club import links, showing
from clubmon.club.people import Person
from clubmon.drill import drills
from clubmon.message import athletenote, letters, mailchoices, waits
from clubmon.message.noteworld import World
from clubmon.message.outbox import Message

NOON = 12


def message(world: World, athlete_id: str) -> Message | None:
    """The message to an athlete on a plan, if it is to be told now, in their language."""
    with showing.to(world.store, world.settings, athlete_id):
        return _message(world, athlete_id)


def _message(world: World, athlete_id: str) -> Message | None:
    athlete = world.athletes.get(athlete_id)
    if athlete is None or athlete_id in world.erased:
        return None
    own, who = athletenote.new_plan(world, athlete.person), athlete.person
    if own.plan is None or _later(world, who):
        return None
    about = world.running[athlete_id].plan.plan_id
    context = {
        "own": own,
        "safety_note": drills.SAFETY_NOTE,
        "choices_url": links.url(world.settings, f"athlete/{athlete_id}/mails"),
    }
    return letters.message(
        world.settings,
        waits.PLAN,
        who,
        (about,),
        world.now,
        context,
        kinds=own.kinds,
        drill=bool(own.drills),
    )


def _later(world: World, who: Person) -> bool:
    """Whether it has to wait: quiet hours, a note that is about to come, or one this morning."""
    if world.is_quiet(who) or who.person_id in waits.waiting(world.store):
        return True
    local = world.now.astimezone(mailchoices.zone_of(world.settings, who))
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    last = world.told.get(who.person_id)
    return local.hour < NOON and last is not None and last >= midnight
