"""A past morning as data: the list and the grid as they could be known then.

Of that, what the viewer may see at this moment. No drill is named: only answers of the last two
days allow one, and those of a past morning never are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clubmon.club import consenting
from clubmon.flag import flagview, nextstep, replay, replaylist
from clubmon.flag.flagview import Sight
from clubmon.flag.nextstep import Step
from clubmon.flag.replaylist import Listed, Replay
from clubmon.policy import Viewer
from clubmon.web.coach import gridview, morning, reasons, squad, talk
from clubmon.web.coach.gridview import View
from clubmon.web.coach.morning import Freshness
from clubmon.web.coach.squad import Line, Week
from clubmon.web.frame import sight
from clubmon.web.frame.access import Context
from clubmon.web.frame.drawing import Drawing
from clubmon.web.frame.sight import Seen


@dataclass(frozen=True, slots=True)
class Entry:
    """One athlete on the list of that morning. `settled`: dealt with before it."""

    seen: Seen
    tier: int
    need: tuple[int, int, bool]
    reasons: tuple[str, ...]
    step: Step
    spark: Drawing | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A past morning. `known_by`: what was known by then counts; `run`: a nightly job began then.

    `erased`: people erased since, of whom nothing says whether they were on the list.
    """

    morning: date
    known_by: datetime
    run: bool
    erased: int
    fresh: Freshness
    talks: tuple[Entry, ...]
    watches: tuple[Entry, ...]
    settled: tuple[Entry, ...]
    lines: tuple[Line, ...]
    everyone: int
    teams: tuple[str, ...]
    positions: tuple[str, ...]


def build(held: Context, who: Viewer, day: date, view: View) -> Page:
    """The page of a past morning; raises ReplayRefused, see replay."""
    store, settings, now = held.store, held.settings, held.now()
    whole, figures = replay.looked(store, settings, day, now)
    then = consenting.subjects(store, settings, whole.known_by, whole.known_by)
    everyone = sight.squad(store, settings, who, now, then)
    sights = {one.athlete_id: one.sight for one in everyone}
    shown = replaylist.visible(whole, lambda id_: sights.get(id_, Sight()))
    week = squad.load_then(store, everyone, figures, day, whole.known_by)
    entries = _entries(everyone, shown, week)
    waiting = {entry.seen.athlete_id: entry.tier for entry in entries if not entry.settled}
    lines = squad.lines(everyone, week, waiting, day)
    last = week.last if figures.daily else None
    return Page(
        day, whole.known_by, whole.run, whole.erased,
        morning.freshness(None, last, lines, day),
        tuple(one for one in entries if not one.settled and one.tier > 1),
        tuple(one for one in entries if not one.settled and one.tier == 1),
        tuple(one for one in entries if one.settled),
        gridview.arranged(lines, view), len(everyone), *gridview.groups(everyone),
    )  # fmt: skip


def _entries(everyone: Sequence[Seen], shown: Replay, week: Week) -> list[Entry]:
    """The list, most in need first, then by name."""
    of_athlete: Mapping[str, list[Listed]] = defaultdict(list)
    for one in replaylist.in_order(shown.flags):
        of_athlete[one.flag.athlete_id].append(one)
    found = [
        _entry(one, of_athlete[one.athlete_id], week, shown.morning)
        for one in everyone
        if one.athlete_id in of_athlete
    ]
    return sorted(found, key=lambda entry: (entry.need, entry.seen.name))


def _entry(one: Seen, listed: list[Listed], week: Week, day: date) -> Entry:
    waiting = [flag for flag in listed if not flag.settled]
    newest_first = sorted(waiting or listed, key=lambda flag: flag.flag.morning, reverse=True)
    told = [flagview.on_morning(flag.flag, day, flag.that_morning or {}) for flag in newest_first]
    tier = max(flag.tier for flag in told)
    pattern = reasons.pattern(week.scores.get(one.athlete_id, {}), day) if tier == 2 else None
    return Entry(
        one,
        tier,
        flagview.need(told, one.sight),
        tuple(nextstep.reasons(reasons.sentences(told, one.sight), pattern)),
        nextstep.step(
            tier, any(flag.to_physio for flag in told), (), pattern, flagview.actor(one.sight)
        ),
        talk.spark(one, week, day) if week.daily or week.scores else None,
        not waiting,
    )
