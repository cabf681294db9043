"""Which flags an athlete's mornings raise, and which raised ones turned out untrue; pure.

One athlete at a time. A flag opens once per athlete, rule and channel and opens again only
after a number of quiet mornings. Tiers: 3 refer, 2 talk today, 1 watch. Load flags never
depend on tightness, so whoever may not see tightness still gets them as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clubmon.flag.flagtypes import (
    REARM_DAYS,
    REFERRALS,
    TIGHTNESS,
    TO_PHYSIO,
    Candidate,
    Decision,
    Flag,
    Raised,
    Tightness,
    day_inputs,
    load_inputs,
    of_row,
    referral,
)

__all__ = [
    "REARM_DAYS",
    "TIGHTNESS",
    "TO_PHYSIO",
    "Candidate",
    "Decision",
    "Flag",
    "Raised",
    "Tightness",
    "decide",
    "of_row",
    "referral",
]

TALK_FROM = 4  # tightness of 10: on two of four days, or with a spike condition
TALK_AT_ONCE = 6
PHYSIO_FROM = 8
TRAIL_DAYS = 4
SPIKE_DAYS = 7
WINDOW_DAYS = 42  # mornings that the candidates cover
JUDGED_DAYS = 30  # nearer the window's edge a streak is cut off, and a true flag looks untrue
TIGHTNESS_VERSION = 1
DAY = timedelta(days=1)


def decide(
    athlete_id: str,
    morning: date,
    candidates: Iterable[Candidate],
    trail: Iterable[Tightness],
    raised: Sequence[Raised],
    older: Iterable[Candidate] = (),
) -> Decision:
    """What this athlete's last 42 mornings up to `morning` raise, beyond what is on record.

    `trail` holds the newest answers per local day. A late session or answer can raise a flag
    of an earlier morning. The order of the inputs does not matter, and deciding again with the
    new flags on record adds nothing. `older` are conditions under versions of rules that are no
    longer in force: flags that those raised are judged by them, and they raise nothing.
    """
    answers = {t.local_date: t for t in trail}
    case = _Case(athlete_id, morning, tuple(candidates), answers, tuple(older))
    standing = [r.flag for r in raised if not r.superseded]
    asked = [r.flag for r in raised if r.judged and not r.superseded]
    untrue = {flag.flag_id for flag in asked if case.is_untrue(flag)}
    standing = [flag for flag in standing if flag.flag_id not in untrue]
    taken = {r.flag.flag_id for r in raised}  # a superseded morning is not raised a second time
    new = [*_load_flags(case, standing, taken), *_tightness_flags(case, standing, taken)]
    new.sort(key=lambda flag: (flag.morning, -flag.tier, flag.rule, flag.channel))
    return Decision(tuple(new), tuple(sorted(untrue)))


@dataclass(frozen=True, slots=True)
class _Case:
    athlete_id: str
    morning: date
    candidates: tuple[Candidate, ...]
    trail: Mapping[date, Tightness]
    older: tuple[Candidate, ...] = ()

    @property
    def first(self) -> date:
        return self.morning - (WINDOW_DAYS - 1) * DAY

    def until(self, morning: date) -> date:
        """The last day whose answers count: this morning's own only where it is already in."""
        is_in = morning == self.morning and morning in self.trail
        return morning if is_in else morning - DAY

    def tight(self, morning: date, until: date) -> _Tight:
        window = [self.trail.get(until - back * DAY) for back in range(TRAIL_DAYS)]
        fresh = [self.trail.get(d) for d in (morning - DAY, morning) if d <= until]
        if not any(window) and not any(fresh):
            return _Tight([], [], [])  # nobody answered: loads do not matter here
        spikes = [
            c
            for c in self.candidates
            if c.rule in ("spike", "single_run")
            and morning - SPIKE_DAYS * DAY < c.morning <= morning
        ]
        return _Tight([t for t in window if t], [t for t in fresh if t], spikes)

    def is_untrue(self, flag: Flag) -> bool:
        if not self.morning - JUDGED_DAYS * DAY < flag.morning <= self.morning:
            return False
        if flag.rule in (TIGHTNESS, TO_PHYSIO):
            tight = self.tight(flag.morning, date.fromisoformat(flag.inputs["until"]))
            return not (tight.talk if flag.rule == TIGHTNESS else tight.to_physio)
        if flag.rule in REFERRALS:
            return False  # nothing lowers tier 3
        key = (flag.morning, flag.rule, flag.channel, flag.rule_version)
        return not any(
            c.holds and (c.morning, c.rule, c.channel, c.rule_version) == key
            for c in (*self.candidates, *self.older)
        )


@dataclass(frozen=True, slots=True)
class _Tight:
    """Answers of the last four days, of the day or two since the last morning, and spikes."""

    window: list[Tightness]
    fresh: list[Tightness]
    spikes: list[Candidate]

    @property
    def to_physio(self) -> bool:
        return any(t.worst >= PHYSIO_FROM or t.runs_normally is False for t in self.fresh)

    @property
    def talk(self) -> bool:
        now = max((t.worst for t in self.fresh), default=-1)
        often = sum(t.worst >= TALK_FROM for t in self.window) >= 2
        with_spike = now >= TALK_FROM and bool(self.spikes)
        return self.to_physio or now >= TALK_AT_ONCE or often or with_spike

    def inputs(self, until: date) -> dict[str, Any]:
        newest: dict[tuple[str, str], Candidate] = {}
        for candidate in sorted(self.spikes, key=lambda c: (c.morning, c.rule, c.channel)):
            newest[candidate.rule, candidate.channel] = candidate
        days = {t.local_date: t for t in (*self.window, *self.fresh)}
        return {
            "until": until.isoformat(),
            "days": [day_inputs(days[d]) for d in sorted(days)],
            "spikes": [
                {
                    **load_inputs(c),
                    "rule": c.rule,
                    "channel": c.channel,
                    "morning": c.morning.isoformat(),
                }
                for _, c in sorted(newest.items())
            ],
        }


def _load_flags(case: _Case, standing: Sequence[Flag], taken: Collection[str]) -> list[Flag]:
    of_key: dict[tuple[str, str], dict[date, Candidate]] = {}
    for candidate in case.candidates:
        if case.first <= candidate.morning <= case.morning:
            mornings = of_key.setdefault((candidate.rule, candidate.channel), {})
            mornings[candidate.morning] = candidate
    new = []
    for (rule, channel), of_morning in of_key.items():
        on_record = [f.morning for f in standing if (f.rule, f.channel) == (rule, channel)]
        rearm = max(c.rearm_days for c in of_morning.values())
        for episode in _episodes(case, of_morning, on_record, rearm):
            if any(day in episode for day in _clipped(case, on_record)):
                continue
            flags = [_load_flag(case, of_morning[d]) for d in episode if of_morning[d].holds]
            new += [flag for flag in flags if flag.flag_id not in taken][:1]
    return new


def _load_flag(case: _Case, one: Candidate) -> Flag:
    return Flag(
        case.athlete_id,
        one.morning,
        1,
        one.rule,
        one.rule_version,
        one.channel,
        False,
        load_inputs(one),
    )


def _tightness_flags(case: _Case, standing: Sequence[Flag], taken: Collection[str]) -> list[Flag]:
    if not case.trail:
        return []
    mornings = [case.first + back * DAY for back in range(WINDOW_DAYS)]
    tight = {m: case.tight(m, case.until(m)) for m in mornings}
    urgent = {m for m, found in tight.items() if found.to_physio}
    talk = {m for m, found in tight.items() if found.talk}
    new = _opened(case, TO_PHYSIO, urgent, standing, taken, tight)
    # What went to the physio is on the list already: it opens this one too, from then on.
    return [*new, *_opened(case, TIGHTNESS, talk, [*standing, *new], taken, tight)]


def _opened(
    case: _Case,
    rule: str,
    mornings: set[date],
    standing: Sequence[Flag],
    taken: Collection[str],
    tight: Mapping[date, _Tight],
) -> list[Flag]:
    own = [f.morning for f in standing if f.rule == rule]
    above = [f.morning for f in standing if f.rule == TO_PHYSIO and rule == TIGHTNESS]
    new = []
    for episode in _episodes(case, mornings, [*own, *above], REARM_DAYS):
        known = set(_clipped(case, own)) | {d for d in _clipped(case, above) if d <= episode[0]}
        if any(day in episode for day in known):
            continue
        flags = [_tightness_flag(case, rule, day, tight[day]) for day in episode if day in mornings]
        new += [flag for flag in flags if flag.flag_id not in taken][:1]
    return new


def _tightness_flag(case: _Case, rule: str, morning: date, tight: _Tight) -> Flag:
    inputs = tight.inputs(case.until(morning))
    return Flag(case.athlete_id, morning, 2, rule, TIGHTNESS_VERSION, "", True, inputs)


def _clipped(case: _Case, mornings: Iterable[date]) -> list[date]:
    """Mornings up to this one; what is older than the window counts at the window's edge."""
    return [max(d, case.first - DAY) for d in mornings if d <= case.morning]


def _episodes(
    case: _Case, true: Collection[date], on_record: Iterable[date], rearm_days: int
) -> list[list[date]]:
    """Mornings in runs: one that follows after more than `rearm_days` starts the next."""
    episodes: list[list[date]] = []
    for day in sorted({*true, *_clipped(case, on_record)}):
        if episodes and (day - episodes[-1][-1]).days <= rearm_days:
            episodes[-1].append(day)
        else:
            episodes.append([day])
    return episodes
