"""How much further load keeps a rule's condition false; pure, exact, in base units.

Today is the morning; completed days end yesterday. The further load falls on the days from
today to Sunday, in any split, and the days after Sunday are reckoned as rest. The spike
condition of sql/marts/flag_candidate.sql is then asked of every morning until all of that load
has left the seven days: headroom is one less than the least total with which some split makes
it true on some of them. Any smaller total keeps it false as well, by the same words.

The condition is not monotone in the load, as this week's load is part of what later weeks are
compared with. What is: the mornings up to a week from today have windows before theirs that
end before today, so only the total within the seven days counts. On later ones, load on the
first days raises what the rest is compared with, and so asks for more of the rest; it helps
the condition only by lifting a base to its floor. So the least total lifts the base to the
floor, not beyond, and puts what is then needed within the seven days.

A rule by calendar week is judged on Sundays only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from clubmon.flag.ruletypes import Rule
from clubmon.words.language import N_

RUN_DAYS, RUN_DAYS_KNOWN = 30, 27  # as the single-run rule asks for
WEEK = 7


class Why(Enum):
    """Why there is no figure. It would be infinite, misleading, or not known."""

    OFF = N_("the rule is off")
    UNWELL = N_("tightness, or an open referral")
    EARLY = N_("not enough history yet")
    RETURNING = N_("no run in 30 days, or the first since then within the last seven")
    INCOMPLETE = N_("too few days known")
    IMPUTED = N_("too much of the load is imputed")
    PERCENTILE = N_("the rule also asks for a percentile, which moves with every day")
    FLOOR = N_("below the floor, so that the rule cannot be true")
    ABOVE = N_("true this morning, or whatever comes")


@dataclass(frozen=True, slots=True)
class Hidden:
    """No figure, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Headroom:
    """The largest further load (0 or more) in base units.

    `within`: also with it, every one of those mornings is at most the rule's threshold above
    what it is compared with. Else that may be more, but less than the rule's least rise or
    from below its floor.
    """

    most: int
    within: bool


def spike(
    loads: Sequence[int | None],
    rule: Rule,
    today: date,
    done_today: int = 0,
    *,
    unwell: bool = False,
    returning: bool = False,
    measured: bool = True,
) -> Headroom | Hidden:
    """Headroom of one channel from today to Sunday, beyond `done_today`.

    `rule`: the channel's spike rule in force. `loads`: the whole history, a day each, oldest
    first, ending yesterday; None is unknown.
    `unwell`: tightness of 3 or more, or an open referral; `returning` as returning() says;
    `measured`: at most 30 % of the trained days of the last 35 are imputed.
    """
    to_sunday = 6 - today.weekday()
    days = [*loads, done_today, *[0] * (to_sunday + WEEK - 1)]
    calendar = rule.week == "calendar"
    ahead = {
        t: _window(days, len(loads) + t, rule)
        for t in ([to_sunday] if calendar else range(to_sunday + WEEK))
    }
    early = next(iter(ahead.values())).day_number < rule.from_day
    why = _unfit(rule, unwell, early, returning) or _unjudged(ahead.values(), rule, measured)
    if why:
        return Hidden(why)
    now = _window(days, len(loads) + (to_sunday - WEEK if calendar else -1), rule)
    return Hidden(Why.ABOVE) if _is_true(now, rule) else _figure(ahead, rule)


def _figure(ahead: Mapping[int, _Window], rule: Rule) -> Headroom | Hidden:
    """From the windows of each day to be judged, by how far ahead it is."""
    if all(_lift(window, rule) for window in ahead.values()):
        return Hidden(Why.FLOOR)
    least = _least_of_all(ahead, rule)
    bare = _least_of_all(ahead, replace(rule, floor_base=0, floor_rise=0))
    return Headroom(least - 1, within=least <= bare) if least else Hidden(Why.ABOVE)


def single_run(
    longest: Sequence[int | None],
    rule: Rule,
    day_number: int | None,
    done_today: int = 0,
    *,
    unwell: bool = False,
    returning: bool = False,
) -> Headroom | Hidden:
    """The longest run of today, in metres, that is not beyond the rule.

    `longest`: the longest run of each of the 30 days before today, 0 for none, None for a day
    of which nothing is known. `day_number`: today's in the athlete's running history, from 1.
    `done_today`: the longest run there was today. `most` is a whole run, not on top of it.
    """
    if why := _unfit(rule, unwell, (day_number or 0) < rule.from_day, returning):
        return Hidden(why)
    before = max((m for m in longest[-RUN_DAYS:] if m), default=0)
    if not before:
        return Hidden(Why.RETURNING)
    if sum(m is not None for m in longest[-RUN_DAYS:]) < RUN_DAYS_KNOWN:
        return Hidden(Why.INCOMPLETE)
    beyond = (100 + rule.threshold_pct) * before // 100 + 1
    least = max(beyond, rule.floor_base, before + rule.floor_rise)
    return Hidden(Why.ABOVE) if done_today >= least else Headroom(least - 1, least == beyond)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one more session would do to the weekly rule.

    `first`: days from today to the one on whose evening its condition is first true; None: on
    none while the session is within the seven days. `total` and `base` are of that day, or else
    of the session's: the seven days, and what they are compared with, per week in base units.
    """

    first: int | None
    total: float
    base: float


def planned(
    loads: Sequence[int | None],
    rule: Rule,
    today: date,
    amount: int,
    ahead: int,
    done_today: int = 0,
    *,
    unwell: bool = False,
    returning: bool = False,
    measured: bool = True,
) -> Planned | Hidden:
    """Whether a session of `amount`, `ahead` days from today, makes the condition true.

    Everything else as in spike(); the other days from today on are reckoned as rest. Below the
    floor the condition is false, which is an answer here.
    """
    bare = [*loads, done_today, *[0] * (ahead + WEEK - 1)]
    at = len(loads) + ahead
    days = [*bare[:at], (bare[at] or 0) + amount, *bare[at + 1 :]]
    judged = [
        t
        for t in range(ahead + WEEK)
        if rule.week != "calendar" or (today.weekday() + t) % WEEK == WEEK - 1
    ]
    evenings = {t: _window(days, len(loads) + t, rule) for t in judged}
    early = evenings[judged[0]].day_number < rule.from_day
    why = _unfit(rule, unwell, early, returning) or _unjudged(evenings.values(), rule, measured)
    if why:
        return Hidden(why)
    if any(_is_true(_window(bare, len(loads) + t, rule), rule) for t in judged):
        return Hidden(Why.ABOVE)
    first = next((t for t, window in evenings.items() if _is_true(window, rule)), None)
    shown = _window(days, at if first is None else len(loads) + first, rule)
    base = max(7 * total / known for total, known in shown.bases)
    return Planned(first, 7 * shown.s7 / shown.known7, base)


def returning(run: Sequence[int | None]) -> bool:
    """Whether the last run before today came after 30 days without, within the last seven days.

    Or none has come yet. `run`: metres per day, oldest first, ending yesterday.
    """
    end = len(run)
    return any(
        not any(run[max(0, day - RUN_DAYS) : max(0, day)]) for day in range(end - WEEK, end + 1)
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """Sum and known days of the seven, and of each window they are compared with."""

    s7: int
    known7: int
    bases: tuple[tuple[int, int], ...]
    floored: tuple[int, int]  # the base that the floor is about
    complete: bool
    day_number: int


def _window(days: Sequence[int | None], day: int, rule: Rule) -> _Window:
    s7, known7 = _sum(days, day - 6, day)
    week, four = _sum(days, day - 13, day - 7), _sum(days, day - 34, day - 7)
    bases = {"max": (week, four), "literal": (week,), "four_week": (four,)}[rule.basis]
    enough = rule.basis == "four_week" or week[1] >= 6
    enough = enough and (rule.basis == "literal" or four[1] >= 25)
    first = next((i for i, known in enumerate(days) if known is not None), day + 1)
    floored = week if rule.basis == "literal" else four
    return _Window(s7, known7, bases, floored, known7 >= 6 and enough, day - first + 1)


def _sum(days: Sequence[int | None], first: int, last: int) -> tuple[int, int]:
    known = [d for d in days[max(0, first) : max(0, last + 1)] if d is not None]
    return sum(known), len(known)


def _unfit(rule: Rule, unwell: bool, early: bool, returning: bool) -> Why | None:
    if not rule.enabled:
        return Why.OFF
    if unwell:
        return Why.UNWELL
    if early:
        return Why.EARLY
    return Why.RETURNING if returning else None


def _unjudged(windows: Iterable[_Window], rule: Rule, measured: bool) -> Why | None:
    """Every morning must be one that the rule can judge."""
    if not all(window.complete for window in windows):
        return Why.INCOMPLETE
    if not measured:
        return Why.IMPUTED
    return Why.PERCENTILE if rule.percentile is not None else None


def _lift(window: _Window, rule: Rule) -> int:
    """What the base lacks to reach the floor."""
    total, known = window.floored
    return max(0, -(-rule.floor_base * known // 7) - total)


def _least_of_all(ahead: Mapping[int, _Window], rule: Rule) -> int:
    """The least further load that makes the condition true on some day.

    Only from the eighth day on are days still to come part of what is compared with, and can
    lift it to the floor.
    """
    return min(
        _least(window, rule) for t, window in ahead.items() if t >= WEEK or _lift(window, rule) == 0
    )


def _least(window: _Window, rule: Rule) -> int:
    """The least further load that makes the condition true that day."""
    lift = _lift(window, rule)
    known7 = window.known7
    need = max(_needed(total + lift, known, known7, rule) for total, known in window.bases)
    return lift + max(0, need - window.s7)


def _needed(total: int, known: int, known7: int, rule: Rule) -> int:
    """The least sum of seven days that is over this base by more than the threshold and the rise.

    The mart's comparisons, solved: 100 s7 known > (100 + pct) total known7 and
    7 (s7 known - total known7) >= rise known7 known.
    """
    over = (100 + rule.threshold_pct) * total * known7 // (100 * known) + 1
    rise = -(-known7 * (rule.floor_rise * known + 7 * total) // (7 * known))
    return max(over, rise)


def _is_true(window: _Window, rule: Rule) -> bool:
    judged = window.complete and window.day_number >= rule.from_day
    return judged and _lift(window, rule) == 0 and _least(window, rule) == 0
