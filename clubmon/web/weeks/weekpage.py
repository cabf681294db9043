"""The week ahead as data: who is planned for, what the rules would make of it, who is left out.

As with headroom, nothing is told of athletes who do not share tightness with the viewer, tight
or not: what is left out would tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.flag import foresee, foresight, headroom, rules
from clubmon.flag.foresee import Foreseen, Load
from clubmon.flag.foresight import Condition
from clubmon.flag.headroom import Headroom, Hidden, Why
from clubmon.flag.ruletypes import Key, Rule
from clubmon.hamstring import referrals
from clubmon.load import weekrows
from clubmon.load.channels import CHANNELS
from clubmon.load.weekrows import Session
from clubmon.storage.store import Row, Store
from clubmon.web.athletes import room
from clubmon.web.frame import views
from clubmon.web.frame.sight import Seen

AHEAD = 14  # days from today on which sessions can be planned


@dataclass(frozen=True, slots=True)
class Line:
    """One athlete. `loads`: base units by channel that are planned from today on.

    `unjudged`: channels with a planned load whose rule cannot be asked, and why. `run`: how long
    the next run may be, were it today.
    """

    seen: Seen
    loads: Mapping[str, int]
    conditions: tuple[Condition, ...] = ()
    unjudged: tuple[tuple[str, Why], ...] = ()
    run: Headroom | Hidden | None = None
    unwell: bool = False

    @property
    def quiet(self) -> bool:
        """Whether everything was judged and nothing would be true."""
        return not (self.unwell or self.conditions or self.unjudged)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everybody of the team. `hidden`: share loads, but not tightness; `unshared`: not even loads.

    `built` False: there are no figures yet.
    """

    lines: tuple[Line, ...]
    hidden: tuple[Seen, ...]
    unshared: int
    built: bool = True

    @property
    def raised(self) -> list[Line]:
        """With a condition that would be true."""
        return [one for one in self.lines if one.conditions]

    @property
    def flagged(self) -> int:
        """How many would get a new flag."""
        return sum(any(one.flag for one in line.conditions) for line in self.lines)

    @property
    def open(self) -> list[Line]:
        """Of whom the page cannot speak, in part or at all."""
        return [one for one in self.lines if one.unwell or (one.unjudged and not one.conditions)]

    @property
    def runs(self) -> list[Line]:
        """With a figure for the next run."""
        return [one for one in self.lines if isinstance(one.run, Headroom)]

    @property
    def quiet(self) -> list[Line]:
        """Of whom nothing would be flagged."""
        return [one for one in self.lines if one.quiet]


def outlook(
    store: Store, team: Iterable[Seen], sessions: Sequence[Session], today: date, now: datetime
) -> Outlook:
    """What these sessions would do to the team's athletes, as the viewer may see them."""
    everyone = list(team)
    shown = [one for one in everyone if one.sight.load and not room.is_withheld(one.sight)]
    hidden = [one for one in everyone if one.sight.load and room.is_withheld(one.sight)]
    unshared = len(everyone) - len(shown) - len(hidden)
    plan = [load for one in shown for load in _loads(one, sessions, today)]
    found = foresee.foresee(store, [one.athlete_id for one in shown], plan, today, now)
    if found is None:
        return Outlook((), tuple(hidden), unshared, built=False)
    unwell = _unwell(store, [one.athlete_id for one in shown], today)
    of_teams = {teams: rules.in_force(store, teams) for teams in {_teams(one) for one in shown}}
    lines = tuple(
        _line(one, found, plan, of_teams[_teams(one)], today, unwell=one.athlete_id in unwell)
        for one in shown
    )
    return Outlook(lines, tuple(hidden), unshared)


def _teams(one: Seen) -> tuple[str, ...]:
    return tuple(sorted(team.team_id for team in one.athlete.teams))


def _loads(one: Seen, sessions: Iterable[Session], today: date) -> list[Load]:
    teams = _teams(one)
    return [
        (one.athlete_id, session.day, channel, amount)
        for session in sessions
        if session.day >= today and session.of(one.athlete_id, teams)
        for channel, amount in session.amounts.items()
    ]


def _unwell(store: Store, ids: Sequence[str], today: date) -> frozenset[str]:
    """Tightness of 3 or more in the newest answers of the last days, or an open referral."""
    first = today - timedelta(days=room.ANSWER_DAYS - 1)
    scores = views.scores(store, ids, first)
    tight = {id_ for id_, days in scores.items() if (days[max(days)].worse or 0) >= room.TIGHT_FROM}
    return frozenset(tight | referrals.open_among(store, ids))


def _line(
    one: Seen, found: Foreseen, plan: Iterable[Load], in_force: Mapping[Key, Rule], today: date, *,
    unwell: bool,
) -> Line:  # fmt: skip
    id_ = one.athlete_id
    loads: dict[str, int] = {}
    for athlete_id, _, channel, amount in plan:
        if athlete_id == id_:
            loads[channel] = loads.get(channel, 0) + amount
    if unwell:
        return Line(one, loads, unwell=True)
    runs = found.runs.get(id_, ())
    back = headroom.returning([row["load"] for row in runs])
    true = foresight.conditions(id_, found.planned.get(id_, ()), found.bare.get(id_, ()), today)
    return Line(
        one, loads, tuple(one for one in true if one.channel in weekrows.AMOUNTS),
        tuple(_unjudged(id_, found, in_force, loads, returning=back)),
        _next_run(in_force["single_run", "run_m"], runs, today, returning=back),
    )  # fmt: skip


def _unjudged(
    id_: str, found: Foreseen, in_force: Mapping[Key, Rule], loads: Mapping[str, int], *,
    returning: bool,
) -> Iterable[tuple[str, Why]]:  # fmt: skip
    for channel in loads:
        rule = in_force["spike", channel]
        why = foresight.unjudged(rule, found.evenings.get((id_, channel), ()))
        if returning and CHANNELS[channel].group != "lift" and rule.enabled:
            why = Why.RETURNING
        if why and why is not Why.OFF:
            yield channel, why


def _next_run(
    rule: Rule, runs: Sequence[Row], today: date, *, returning: bool
) -> Headroom | Hidden | None:
    """Of a run today, whatever is planned."""
    if not rule.enabled or not runs:
        return None
    known = {row["local_date"]: row["longest_m"] or 0 for row in runs if row["state"] != "unknown"}
    before = [known.get(today - timedelta(days=n)) for n in range(headroom.RUN_DAYS, 0, -1)]
    number = (today - min(known)).days + 1 if known else None
    return headroom.single_run(before, rule, number, returning=returning)
