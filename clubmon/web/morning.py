"""The coach's morning as data: freshness, who to talk to and why, the squad's lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clubmon import (
    candidates,
    checkins,
    contacts,
    flagview,
    nextstep,
    people,
    planning,
    planrows,
    referrals,
)
from clubmon.contacts import Reach
from clubmon.drills import Drill
from clubmon.flagtypes import Flag
from clubmon.flagview import Numbers
from clubmon.nextstep import Step
from clubmon.plans import Course
from clubmon.referrals import Read
from clubmon.store import Row
from clubmon.web import gridview, plan_words, reasons, squad, talk, views
from clubmon.web.access import Context
from clubmon.web.gridview import View
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


def build(held: Context, everyone: Sequence[Seen], view: View) -> Page:
    """Everything on the page, of the viewer's squad as they may see it at this moment.

    `view` orders and filters the grid only: nobody is dropped from those to talk to.
    """
    store, settings, now = held.store, held.settings, held.now()
    today = people.local_today(settings, None, now)
    last = views.figures_until(store)
    flags = talk.visible(
        views.open_flags(store, [one.athlete_id for one in everyone], today),
        {one.athlete_id: one.sight for one in everyone},
    )
    week = squad.load(store, everyone, last, today, main=True)
    lines = squad.lines(everyone, week, talk.tiers(flags, today), today)
    entries = _entries(held, everyone, flags, week, today)
    arrived = views.last_arrival(store, [one.athlete_id for one in everyone if one.sight.load])
    return Page(
        today,
        freshness(views.last_run(store), last, lines, today, arrived),
        tuple(entry for entry in entries if not entry.done and entry.tier > 1),
        tuple(entry for entry in entries if not entry.done and entry.tier == 1),
        tuple(entry for entry in entries if entry.done),
        gridview.arranged(lines, view),
        len(everyone),
        *gridview.groups(everyone),
    )


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
    held: Context, shown: Sequence[Seen], flags: Sequence[Row], week: Week, today: date
) -> list[Entry]:
    """The list, most in need first."""
    by_id = {one.athlete_id: one for one in shown}
    of_athlete = talk.by_athlete(flags)
    true = candidates.true_on(held.store, list(of_athlete), today)
    ways = _ways(held, [by_id[athlete_id] for athlete_id in of_athlete])
    found = [
        _entry(held, by_id[athlete_id], mine, week, today, true.get(athlete_id, {}), ways)
        for athlete_id, mine in of_athlete.items()
    ]
    return sorted(talk.reaching(found, _reach(held, found)), key=_in_need)


def _reach(held: Context, found: Sequence[Entry]) -> Mapping[str, Reach]:
    """Whom to turn to, of those who wait for a physio and of whom the viewer may know it."""
    some = [one.seen for one in found if one.step.needs_physio and one.seen.sight.reaches]
    return contacts.reach(held.store, [one.athlete for one in some])


def _in_need(entry: Entry) -> tuple[tuple[int, int, bool], bool, int, bool, str]:
    """Most in need first; below tier 3 what somebody has seen comes after what nobody has."""
    hill, seen = entry.hills or entry.sleds, entry.seen_at is not None
    return flagview.place(entry.need, entry.tier, seen, entry.raised, hill, entry.seen.name)


def _entry(
    held: Context, one: Seen, mine: list[Row], week: Week, today: date, true: Numbers, ways: Ways
) -> Entry:
    open_flags = talk.waiting(mine, today)
    flags = open_flags or mine
    told = reasons.told(flags, one.sight, today, true)
    tier: int = flags[0]["tier"]
    last = talk.last_action(flags[0])
    marked = talk.last_seen(flags[0])
    pattern = reasons.pattern(week.scores.get(one.athlete_id, {}), today) if tier == 2 else None
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
        step=_step(held, one, told, pattern, ways),
        seen_by=marked["name"] if marked else None,
        seen_at=marked["known_at"] if marked else None,
        read=_read(held, told),
        done=talk.done_sentence(last, notes=one.sight.tightness)
        if last and not open_flags
        else None,
    )


def _read(held: Context, told: Sequence[Flag]) -> Read | None:
    """Which physio has read the referral behind these flags."""
    ids = [flag.inputs["referral_id"] for flag in told if flag.tier == 3]
    return referrals.read(held.store, ids[0]) if ids else None


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
