"""The coach's morning as data: freshness, who to talk to and why, the squad's lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from clubmon import checkins, flagview, nextstep, people, planning, planrows
from clubmon.drills import Drill
from clubmon.flagtypes import Flag
from clubmon.nextstep import Step
from clubmon.plans import Course
from clubmon.referrals import Read
from clubmon.store import Row
from clubmon.web import club as clubs
from clubmon.web import gridview, plan_words, reasons, squad, talk, views
from clubmon.web.access import Context
from clubmon.web.club import Club
from clubmon.web.gridview import View
from clubmon.web.shared import Record
from clubmon.web.sight import Seen
from clubmon.web.squad import Line, Week
from clubmon.web.talk import Entry


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
    entries = _entries(held, club, everyone, flags, week)
    return Page(
        today,
        freshness(club.run, club.loads.last, lines, today, clubs.arrived(club, everyone)),
        tuple(entry for entry in entries if not entry.done and entry.tier > 1),
        tuple(entry for entry in entries if not entry.done and entry.tier == 1),
        tuple(entry for entry in entries if entry.done),
        gridview.arranged(lines, view),
        len(everyone),
        *gridview.groups(everyone),
    )


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


def _entries(
    held: Context, club: Club, shown: Sequence[Seen], flags: Sequence[Row], week: Week
) -> list[Entry]:
    """The list, most in need first; an entry is shared as a line of the grid is."""
    by_id = {one.athlete_id: one for one in shown}
    found = [
        club.once(
            ("entry", athlete_id, by_id[athlete_id].sight),
            partial(_entry, held, club, by_id[athlete_id], mine, week),
        )
        for athlete_id, mine in talk.by_athlete(flags).items()
    ]
    return sorted(found, key=_in_need)


def _in_need(entry: Entry) -> tuple[tuple[int, int, bool], bool, int, bool, str]:
    """Most in need first; below tier 3 what somebody has seen comes after what nobody has."""
    hill, seen = entry.hills or entry.sleds, entry.seen_at is not None
    return flagview.place(entry.need, entry.tier, seen, entry.raised, hill, entry.seen.name)


def _entry(held: Context, club: Club, one: Seen, mine: list[Row], week: Week) -> Entry:
    today, record = club.today, club.record
    open_flags = talk.waiting(mine, today)
    flags = open_flags or mine
    told = reasons.told(flags, one.sight, today, club.loads.true.get(one.athlete_id, {}))
    tier: int = flags[0]["tier"]
    last = talk.last_action(flags[0])
    marked = talk.last_seen(flags[0])
    pattern = reasons.pattern(week.scores.get(one.athlete_id, {}), today) if tier == 2 else None
    ways = Ways(record.drills, record.plans) if one.sight.tightness else Ways({}, {})
    step = _step(held, one, told, pattern, ways)
    return Entry(
        seen=one,
        tier=tier,
        need=flagview.need(told, one.sight),
        flag_ids=tuple(flag["flag_id"] for flag in flags),
        raised=max(flag["morning"] for flag in flags),
        reasons=tuple(nextstep.reasons(reasons.sentences(told, one.sight), pattern)),
        hills=any(flag.hill for flag in told),
        sleds=any(flag.sled for flag in told),
        spark=talk.spark(one, week, today) if week.daily or week.scores else None,
        step=step,
        seen_by=marked["name"] if marked else None,
        seen_at=marked["known_at"] if marked else None,
        read=_read(record, told),
        reach=record.reach[one.athlete_id] if step.needs_physio and one.sight.reaches else None,
        done=talk.done_sentence(last, notes=one.sight.tightness)
        if last and not open_flags
        else None,
    )


def _read(record: Record, told: Sequence[Flag]) -> Read | None:
    """Which physio has read the referral behind these flags."""
    ids = [flag.inputs["referral_id"] for flag in told if flag.tier == 3]
    return record.read.get(ids[0]) if ids else None


@dataclass(frozen=True, slots=True)
class Ways:
    """What next steps follow from, by athlete: drills that the newest answers allow at this
    moment, and plans, the newest first; only of those of whom the viewer may know of tightness.
    """

    drills: Mapping[str, tuple[Drill, ...]]
    plans: Mapping[str, Sequence[Course]]
    own: bool = False  # the athlete reads


def step(
    held: Context, one: Seen, told: Sequence[Flag], pattern: str | None, *, own: bool = False
) -> Step:
    """The one next step after these flags of an athlete; `own`: the athlete reads."""
    return _step(held, one, told, pattern, _own_way(held, one) if own else _ways(held, [one]))


def _step(held: Context, one: Seen, told: Sequence[Flag], pattern: str | None, ways: Ways) -> Step:
    tier = max((flag.tier for flag in told), default=0)
    to_physio = any(flag.to_physio for flag in told)
    allowed = ways.drills.get(one.athlete_id, ()) if tier == 2 else ()
    reader = flagview.actor(one.sight, own=ways.own)
    return nextstep.step(tier, to_physio, allowed, pattern, reader, _plan(held, one, ways))


def _plan(held: Context, one: Seen, ways: Ways) -> Step | None:
    """The plan that runs, or the end of the last one that a physio has to look at first."""
    courses = ways.plans.get(one.athlete_id, ())
    running = next((course for course in courses if not course.ended), None)
    if running is None:
        return nextstep.LOOK_FIRST if any(course.for_physio for course in courses) else None
    today = people.local_today(held.settings, one.athlete.person.timezone, held.now())
    return nextstep.on_plan(running, today, plan_words.title(running))


def _ways(held: Context, some: Sequence[Seen]) -> Ways:
    """For staff: of those who share tightness with them."""
    ids = [one.athlete_id for one in some if one.sight.tightness]
    if not ids:
        return Ways({}, {})
    allowed = checkins.drills_of(held.store, ids, held.now())
    drills = {id_: nextstep.known(found) for id_, found in allowed.items()}
    return Ways(drills, planrows.courses(held.store, ids))


def _own_way(held: Context, one: Seen) -> Ways:
    """For the athlete: drills only where the club lets them come without a coach; a plan is read
    in its own place.
    """
    if not one.sight.tightness:
        return Ways({}, {}, own=True)
    allowed = planning.proposed(held.store, one.athlete_id, held.now())
    return Ways({one.athlete_id: nextstep.known(allowed)}, {}, own=True)
