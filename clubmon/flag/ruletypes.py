"""What a rule is, which version of it is in force, and what a form may make of it; pure.

Three rules: `spike` (a week's change, per channel), `single_run` (one run against the longest
of the 30 days before) and `acwr` (raises nothing: on, the pages show the ratios).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from clubmon.load.channels import CHANNELS, Channel
from clubmon.words.language import N_, _

CLUB = ""  # the team id that stands for the whole club
THRESHOLDS = (10, 15, 20, 30)  # per cent
BASES = ("max", "literal", "four_week")
WEEKS = ("rolling", "calendar")
HOLD_DAYS = (1, 14)
REARM_DAYS = (1, 14)  # the night sees 42 mornings; longer gaps would reach past their edge
PERCENTILES = (50, 99)
FROM_DAYS = (14, 365)
FOUR_WEEKS_FROM = 35  # seven days and the 28 before them
FINENESS = Decimal("0.001")  # of a base unit: what writing it in the shown unit may lose
_NUMBER = re.compile(r"[0-9]{1,7}([.,][0-9]{1,6})?")
_WHOLE = re.compile(r"[0-9]{1,4}")
_BASE_UNITS = {
    "m": N_("metres"), "s": N_("seconds"), "g": N_("grams"), "sets": N_("sets"),
    "dau": N_("tenths"),
}  # fmt: skip

Key = tuple[str, str]  # rule and channel


class RuleError(Exception):
    """A change of a rule was refused, in one sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One version, as `app.rule` holds it; floors in base units of the channel.

    Version 0 stands for a rule that has never been set: it is off. `by_person_id` None: shipped.
    """

    rule: str
    team_id: str
    channel: str
    version: int
    enabled: bool
    basis: str  # max, literal, four_week; of single runs: longest
    threshold_pct: int
    floor_base: int
    floor_rise: int
    hold_days: int
    rearm_days: int
    from_day: int
    known_at: datetime | None = None
    week: str = "rolling"
    percentile: int | None = None
    by_person_id: str | None = None
    inherits: bool = False

    @property
    def key(self) -> Key:
        """What it is a rule of."""
        return self.rule, self.channel

    @property
    def of_channel(self) -> Channel | None:
        """The channel, where the rule has one."""
        return CHANNELS.get(self.channel)


# fmt: off
KEYS: Mapping[str, Key] = {  # as they stand in addresses, in the order of the pages
    **{f"spike-{channel}": ("spike", channel) for channel in CHANNELS},
    "single_run": ("single_run", "run_m"),
    "acwr": ("acwr", ""),
}
# Floors of channels for which no rule is shipped; those that are shipped stand in the migrations.
_FLOORS: Mapping[str, tuple[int, int]] = {
    "descent_m": (200, 100), "graded_m": (10_000, 3_000), "rpe_tonnage_g": (2_000_000, 500_000),
    "trimp_banister_dau": (5_000, 1_500), "trimp_edwards_dau": (5_000, 1_500),
}
# fmt: on


def unset(key: Key) -> Rule:
    """What a rule that was never set would start from: off."""
    base, rise = _FLOORS.get(key[1], (0, 0))
    basis = "longest" if key[0] == "single_run" else "max"
    return Rule(key[0], CLUB, key[1], 0, False, basis, 15, base, rise, 3, 7, FOUR_WEEKS_FROM)


def of_row(row: Mapping[str, Any]) -> Rule:
    """A rule from a row of `app.rule`."""
    values = {field.name: row[field.name] for field in fields(Rule)}
    values["inherits"] = bool(values["inherits"])
    return Rule(**values)


def in_force(newest: Iterable[Rule]) -> dict[Key, Rule]:
    """The rule that counts per rule and channel, from the newest version of every scope.

    A team's own comes before the club's, of two teams the one changed last, as marts.rule says.
    Rules that were never set are there too, off.
    """
    own = [one for one in newest if not one.inherits]
    own.sort(key=lambda one: (one.team_id != CLUB, one.known_at, one.version))
    found = {one.key: one for one in own}
    return {key: found.get(key) or unset(key) for key in KEYS.values()}


def proposed(now: Rule, team_id: str, form: Mapping[str, str]) -> Rule:
    """The rule as the form wants it for this scope; raises RuleError.

    `now` is the rule in force there. A field that the form leaves out stays as it is, and so
    does the version number: saving gives the next one.
    """
    enabled = _choice(_("on or off"), form.get("enabled", "yes" if now.enabled else "no"),
                      ("yes", "no")) == "yes"  # fmt: skip
    base = replace(now, team_id=team_id, enabled=enabled, inherits=False)
    if now.rule == "acwr":
        return base
    new = replace(
        base,
        threshold_pct=int(_choice(_("a threshold"), form.get("threshold", str(now.threshold_pct)),
                                  [str(one) for one in THRESHOLDS])),
        floor_base=_floor(_("The floor"), now, form.get("floor_base"), now.floor_base),
        floor_rise=_floor(_("The least rise"), now, form.get("floor_rise"), now.floor_rise),
        rearm_days=_days(_("Quiet days"), form.get("rearm_days"), now.rearm_days, REARM_DAYS),
    )  # fmt: skip
    return new if now.rule == "single_run" else _of_week(new, form)


def same(one: Rule, other: Rule) -> bool:
    """Whether two versions say the same, whoever said it when and for whom."""
    return _said(one) == _said(other)


def back_to_club(own: Rule) -> Rule:
    """The version by which a team goes back to the club's rule."""
    return replace(own, inherits=True)


def shown(base: int, channel: Channel | None) -> str:
    """Base units in the shown unit, as a form field holds them: '10', '0.5', '90.333333'."""
    value = round(Decimal(base) / (channel.metric_divisor if channel else 1), 6)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of_week(now: Rule, form: Mapping[str, str]) -> Rule:
    basis = _choice(_("a basis"), form.get("basis", now.basis), BASES)
    from_day = _days(_("The first day"), form.get("from_day"), now.from_day, FROM_DAYS)
    if basis != "literal" and from_day < FOUR_WEEKS_FROM:
        raise RuleError(
            _(
                "The first day must be {first} or later where the four-week mean counts, which "
                "needs that much history; {enough} is enough for last week alone.",
                first=FOUR_WEEKS_FROM,
                enough=FROM_DAYS[0],
            )
        )
    return replace(
        now,
        basis=basis,
        from_day=from_day,
        hold_days=_days(_("Mornings in a row"), form.get("hold_days"), now.hold_days, HOLD_DAYS),
        week=_choice(_("a week"), form.get("week", now.week), WEEKS),
        percentile=_percentile(form.get("percentile"), now.percentile),
    )


def _said(one: Rule) -> Rule:
    return replace(one, team_id="", version=0, known_at=None, by_person_id=None)


def _choice(name: str, text: str, allowed: Collection[str]) -> str:
    if text not in allowed:
        raise RuleError(
            _(
                "'{text}' is not {name}; choose one of those the page offers.",
                text=text[:20],
                name=name,
            )
        )
    return text


def _floor(name: str, now: Rule, text: str | None, before: int) -> int:
    channel = now.of_channel
    if text is None or channel is None:
        return before
    number, unit = text.strip(), channel.metric
    if not _NUMBER.fullmatch(number):
        raise RuleError(
            _(
                "{name} must be a number of {unit}, 0 or more, below ten million; "
                "'{number}' is none.",
                name=name,
                unit=unit,
                number=number[:20],
            )
        )
    exact = Decimal(number.replace(",", ".")) * channel.metric_divisor
    whole = round(exact)
    if abs(exact - whole) > FINENESS:
        base = _BASE_UNITS[now.channel.rpartition("_")[2]]
        raise RuleError(
            _(
                "{name}, {number} {unit}, does not come to whole {base}; round it.",
                name=name,
                number=number,
                unit=unit,
                base=base,
            )
        )
    return whole


def _days(name: str, text: str | None, before: int, limits: tuple[int, int]) -> int:
    if text is None:
        return before
    if not _WHOLE.fullmatch(text.strip()) or not limits[0] <= int(text) <= limits[1]:
        low, high = limits
        raise RuleError(
            _("{name} must be a whole number from {low} to {high}.", name=name, low=low, high=high)
        )
    return int(text)


def _percentile(text: str | None, before: int | None) -> int | None:
    if text is not None and not text.strip():
        return None
    return before if text is None else _days(_("The percentile"), text, 0, PERCENTILES)
