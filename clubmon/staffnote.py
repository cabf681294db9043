"""The sections of a morning's note that coaches and physios read: who to talk to, and the week."""

from __future__ import annotations

from functools import cached_property

from clubmon import checkins, flagview, morningflags, nextstep, people
from clubmon.morningflags import Case, Entry
from clubmon.noteworld import DAY, World
from clubmon.people import Person


class Squads:
    """Everyone with an open flag, limited for each reader to what they may see."""

    def __init__(self, world: World) -> None:
        self._world = world

    def seen_by(self, who: Person) -> list[Entry]:
        """The athletes that this member of staff is told of, most urgent first."""
        if not self._world.wants(who, "morning"):
            return []
        viewer = people.viewer(self._world.store, who.person_id)
        entries = [
            morningflags.staff_entry(case, viewer)
            for case in self._cases
            if case.about.athlete_id != who.person_id and flagview.is_staff(viewer, case.about)
        ]
        return morningflags.in_order(entry for entry in entries if entry)

    @cached_property
    def _cases(self) -> list[Case]:
        """Everyone with an open flag, as this morning finds them."""
        world = self._world
        trails = checkins.trail(world.store, list(world.flags), world.morning - DAY)
        patterns = {
            athlete_id: {one.local_date: one.pattern for one in found}
            for athlete_id, found in trails.items()
        }
        return [
            Case(
                world.athletes[athlete_id].person.name,
                world.subjects[athlete_id],
                found,
                world.morning,
                world.true_of(athlete_id),
                world.allowed(athlete_id),
                nextstep.pattern(patterns.get(athlete_id, {}), world.morning),
            )
            for athlete_id, found in world.flags.items()
            if athlete_id in world.subjects
        ]
