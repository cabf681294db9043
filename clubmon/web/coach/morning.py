"""The coach's morning as data: freshness, who to talk to and why, the squad's lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from clubmon.flag.nextstep import Step
from clubmon.web.coach import club as clubs
from clubmon.web.coach import entries as listed
from clubmon.web.coach import gridview, squad, talk
from clubmon.web.coach.club import Club
from clubmon.web.coach.gridview import View
from clubmon.web.coach.squad import Line, Week
from clubmon.web.coach.talk import Entry
from clubmon.web.frame import views
from clubmon.web.frame.access import Context
from clubmon.web.frame.sight import Seen

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How much of the squad the page can speak for."""

    run: views.LastRun | None
    arrived: datetime | None  # the newest of what the viewer may see of anybody
    last: date | None  # the last day that the figures cover
    late_by: int  # days by which the figures are behind
    complete: tuple[Line, ...]
    partly: tuple[Line, ...]
    silent: tuple[Line, ...]
    unshared: tuple[Line, ...]

    @property
    def synced(self) -> datetime | None:
        """Up to when the page knows what there was: the last run, or what arrived since."""
        ended = self.run.ended_at if self.run else None
        return max((at for at in (ended, self.arrived) if at), default=None)

    @property
    def silence(self) -> tuple[int, int]:
        """The shortest and the longest silence in days; (0, 0) where nobody is silent."""
        days = [line.silent_for for line in self.silent] or [0]
        return min(days), max(days)

    @property
    def sharing(self) -> int:
        """Athletes whose loads the viewer may see."""
        return len(self.complete) + len(self.partly) + len(self.silent)


@dataclass(frozen=True, slots=True)
class Page:
    """All that Today shows. `lines` are those that the grid's filters leave of `everyone`."""

    today: date
    fresh: Freshness
    talks: tuple[Entry, ...]
    watches: tuple[Entry, ...]
    done: tuple[Entry, ...]
    lines: tuple[Line, ...]
    everyone: int
    teams: tuple[str, ...]
    positions: tuple[str, ...]
    fresh_on_it: tuple[Entry, ...]  # came onto the list in the last 24 hours
    left: tuple[Seen, ...]  # was on it then, and is not any more
    on_plans: tuple[tuple[Seen, Step], ...]  # of nobody who is on the list

    @property
    def settled(self) -> int:
        """Of those to talk to, how many have been dealt with."""
        return sum(entry.tier > 1 for entry in self.done)


def build(held: Context, club: Club, everyone: Sequence[Seen], view: View) -> Page:
    """Everything on the page, of the viewer's squad as they may see it at this moment.

    `view` orders and filters the grid only: nobody is dropped from those to talk to.
    """
    today = club.today
    flags = talk.visible(club.record.flags, {one.athlete_id: one.sight for one in everyone})
    week = squad.limited(club.week, everyone)
    lines = _lines(club, everyone, week, talk.tiers(flags, today))
    entries = listed.of_squad(held, club, everyone, flags, week)
    return Page(
        today,
        freshness(club.run, club.loads.last, lines, today, clubs.arrived(club, everyone)),
        tuple(entry for entry in entries if not entry.done and entry.tier > 1),
        tuple(entry for entry in entries if not entry.done and entry.tier == 1),
        tuple(entry for entry in entries if entry.done),
        gridview.arranged(lines, view),
        len(everyone),
        *gridview.groups(everyone),
        tuple(
            one for one in entries if not one.done and one.tier > 1 and one.begun > held.now() - DAY
        ),
        _left(club, everyone, entries, held.now()),
        _on_plans(held, club, everyone, entries),
    )


def _left(
    club: Club, everyone: Sequence[Seen], entries: Sequence[Entry], now: datetime
) -> tuple[Seen, ...]:
    """Who was on the list a day ago, as far as the viewer may see, and is not now."""
    there = {entry.seen.athlete_id for entry in entries}
    sights = {one.athlete_id: one.sight for one in everyone if one.athlete_id not in there}
    ended = [row for row in talk.visible(club.record.ended, sights) if row["ended_at"] > now - DAY]
    gone = {row["athlete_id"] for row in ended}
    return tuple(one for one in everyone if one.athlete_id in gone)


def _on_plans(
    held: Context, club: Club, everyone: Sequence[Seen], entries: Sequence[Entry]
) -> tuple[tuple[Seen, Step], ...]:
    """Whose plan runs though nothing stands out, with how it goes."""
    there = {entry.seen.athlete_id for entry in entries}
    found = [
        (one, listed.plan(held, one, club.record.plans))
        for one in everyone
        if one.sight.tightness and one.athlete_id not in there
    ]
    return tuple((one, step) for one, step in found if step and step.kind == "plan")


def _lines(
    club: Club, everyone: Sequence[Seen], week: Week, tiers: Mapping[str, int]
) -> list[Line]:
    """The grid; an athlete's row is the same for all who may see the same of them."""
    return [
        club.once(
            ("line", one.athlete_id, one.sight),
            partial(squad.line, one, week, tiers.get(one.athlete_id), club.today),
        )
        for one in everyone
    ]


def freshness(
    run: views.LastRun | None,
    last: date | None,
    lines: Iterable[Line],
    today: date,
    arrived: datetime | None = None,
) -> Freshness:
    """Sort the squad by how much is known of it. Without figures nobody counts as silent."""
    groups: dict[str, list[Line]] = {"complete": [], "partly": [], "silent": [], "unshared": []}
    for line in lines:
        groups[_group(line)].append(line)
    late = (today - last).days - 1 if last else 0
    return Freshness(run, arrived, last, late, *(tuple(groups[name]) for name in groups))


def _group(line: Line) -> str:
    if not line.seen.sight.load:
        return "unshared"
    if line.silent_for >= squad.SILENT_AFTER:
        return "silent"
    return "complete" if line.complete else "partly"
