"""The sections of a morning's note that coaches and physios read: who to talk to, and the week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from clubmon.club import contacts, people
from clubmon.club.people import Person
from clubmon.drill import planwords
from clubmon.drill.plans import Course
from clubmon.flag import flagview, morningflags, nextstep
from clubmon.flag.morningflags import Case, Entry
from clubmon.flag.nextstep import Step
from clubmon.hamstring import checkins
from clubmon.message.noteworld import DAY, World
from clubmon.words import daywords


@dataclass(frozen=True, slots=True)
class Look:
    """A plan that ended and waits for a physio: whose, and what came of it in a sentence."""

    name: str
    said: str


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

    def plans_for(self, who: Person) -> list[Look]:
        """Plans whose end this physio is to look at, by the name of their athlete."""
        world = self._world
        if not world.wants(who, "look"):
            return []
        viewer = people.viewer(world.store, who.person_id)
        found = [
            _look(world.athletes[athlete_id].person.name, course)
            for athlete_id, course in world.to_look_at.items()
            if athlete_id in world.subjects
            and athlete_id != who.person_id
            and flagview.sight(viewer, world.subjects[athlete_id]).treats
        ]
        return sorted(found, key=lambda look: look.name)

    def _plan(self, athlete_id: str) -> Step | None:
        """What a case's plan says of the next step."""
        course, who = self._world.running.get(athlete_id), self._world.athletes[athlete_id].person
        if course:
            return nextstep.on_plan(course, self._world.today_of(who))
        return nextstep.LOOK_FIRST if athlete_id in self._world.to_look_at else None

    @cached_property
    def _cases(self) -> list[Case]:
        """Everyone with an open flag, as this morning finds them."""
        world = self._world
        trails = checkins.trail(world.store, list(world.flags), world.morning - DAY)
        patterns = {
            athlete_id: {one.local_date: one.pattern for one in found}
            for athlete_id, found in trails.items()
        }
        answers = {
            athlete_id: {one.local_date: (one.left_score, one.right_score) for one in found}
            for athlete_id, found in trails.items()
        }
        known = [world.athletes[id_] for id_ in world.flags if id_ in world.subjects]
        reach = contacts.reach(world.store, known)
        return [
            Case(
                world.athletes[athlete_id].person.name,
                world.subjects[athlete_id],
                found,
                world.morning,
                world.true_of(athlete_id),
                world.allowed(athlete_id),
                nextstep.pattern(patterns.get(athlete_id, {}), world.morning),
                self._plan(athlete_id),
                reach[athlete_id],
                answers.get(athlete_id),
            )
            for athlete_id, found in world.flags.items()
            if athlete_id in world.subjects
        ]


def _look(name: str, course: Course) -> Look:
    ended = course.ended
    assert ended is not None  # as for_physio says
    return Look(name, f"{daywords.long_day(ended.day)}: {planwords.outcome(course)}")
