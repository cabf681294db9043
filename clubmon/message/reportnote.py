"""The section of a Monday's note with the weekly reports of a member of staff, as links.

No figure and no name of an athlete is in it: what a reader may see is decided when it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass

from clubmon import policy
from clubmon.club import links, people
from clubmon.club.people import Person, Team
from clubmon.message.noteworld import World
from clubmon.policy import Permission
from clubmon.words import calendarweek, daywords
from clubmon.words.calendarweek import Week


@dataclass(frozen=True, slots=True)
class Reports:
    """The week that is over: its ISO number, first and last day in words; (team, address) each."""

    number: int
    first: str
    last: str
    links: tuple[tuple[str, str], ...]


def reports(world: World, who: Person) -> Reports | None:
    """What is linked to this person this morning; None: not a Monday, not asked for, no team."""
    if not (world.is_monday and world.wants(who, "report")):
        return None
    week, teams = calendarweek.last_over(world.morning), _teams(world, who)
    links = tuple((team.name, _address(world, team, week)) for team in teams)
    first, last = daywords.long_day(week.monday), daywords.long_day(week.sunday)
    return Reports(week.number, first, last, links) if links else None


def _teams(world: World, who: Person) -> list[Team]:
    """Those whose report this person may read now, by name."""
    viewer = people.viewer(world.store, who.person_id)
    return [
        team
        for team in people.teams(world.store)
        if policy.may(viewer, Permission.SEE_REPORT_OF, team_id=team.team_id)
    ]


def _address(world: World, team: Team, week: Week) -> str:
    return links.url(world.settings, f"report/{team.team_id}/{week.label}")
