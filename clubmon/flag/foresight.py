"""What planned sessions would make of the rules, from what the SELECTs of a night say; pure.

A condition that is true on no morning is told only where every evening ahead can be judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clubmon.flag import flags
from clubmon.flag.flagtypes import Candidate
from clubmon.flag.headroom import Why
from clubmon.flag.ruletypes import Rule

KNOWN_OF_7, KNOWN_OF_28 = 6, 25

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule's condition that would be true on some mornings ahead, in order.

    `flag`: on which of them it would raise a new flag, if on any. `without`: it would be true on
    one of them with rest instead, too. `first` has the numbers of the first morning.
    """

    rule: str
    channel: str
    mornings: tuple[date, ...]
    flag: date | None
    without: bool
    first: Candidate


def conditions(
    athlete_id: str, planned: Collection[Candidate], bare: Collection[Candidate], today: date
) -> tuple[Condition, ...]:
    """Of one athlete: the conditions of mornings after today with the plan, and without it.

    Both hold the weeks before today as well: what was flagged there is not flagged again before
    its rule has been quiet for as long as it asks. Tightness ahead is not known.
    """
    last = max((one.morning for one in planned), default=today)
    new = flags.decide(athlete_id, last, planned, (), ()).new
    raised = {(one.rule, one.channel): one.morning for one in reversed(new) if one.morning > today}
    found: dict[tuple[str, str], list[Candidate]] = {}
    for one in sorted(planned, key=lambda one: one.morning):
        if one.morning > today:
            found.setdefault((one.rule, one.channel), []).append(one)
    anyway = {(one.rule, one.channel, one.morning) for one in bare}
    return tuple(
        Condition(
            rule,
            channel,
            tuple(one.morning for one in mine),
            raised.get((rule, channel)),
            any((rule, channel, one.morning) in anyway for one in mine),
            mine[0],
        )
        for (rule, channel), mine in sorted(found.items())
    )


def unjudged(rule: Rule, evenings: Sequence[Row]) -> Why | None:
    """Why the rule of a channel cannot be judged on every one of these evenings; None: it can.

    `evenings`: rows of load_volume, with the plan in them.
    """
    if not rule.enabled:
        return Why.OFF
    if not evenings or any((row["day_number"] or 0) < rule.from_day for row in evenings):
        return Why.EARLY
    if not all(_complete(rule, row) for row in evenings):
        return Why.INCOMPLETE
    if not all(row["measured"] for row in evenings):
        return Why.IMPUTED
    return Why.PERCENTILE if rule.percentile is not None else None


def _complete(rule: Rule, row: Mapping[str, int]) -> bool:
    week = rule.basis == "four_week" or row["known_prev7"] >= KNOWN_OF_7
    four = rule.basis == "literal" or row["known_b4"] >= KNOWN_OF_28
    return row["known7"] >= KNOWN_OF_7 and week and four
