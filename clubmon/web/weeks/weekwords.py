"""The week ahead in words: figures about volume, never leave to train; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from clubmon.flag.foresight import Condition
from clubmon.flag.headroom import Headroom
from clubmon.load.channels import CHANNELS
from clubmon.web.athletes import room_words
from clubmon.web.frame import figures
from clubmon.web.weeks.weekpage import Line
from clubmon.words.language import N_, _

RULES = {
    "single_run": N_("Single run"),
    "return_to_run": N_("Return to running after 30 days without"),
}
UNWELL = N_("Left out: tightness is 3 or more, or a referral is open. Volume is not the question.")


def amounts(loads: Mapping[str, int]) -> str:
    """'12.0 km · 150 m ascent · 4 sets'."""
    return " · ".join(_amount(channel, base) for channel, base in loads.items())


def sentences(line: Line) -> list[str]:
    """What is to be said of one athlete, a rule each."""
    if line.unwell:
        return [str(UNWELL)]
    said = [_condition(one) for one in line.conditions]
    said += [
        f"{CHANNELS[channel].label}: {room_words.hidden(why)}." for channel, why in line.unjudged
    ]
    return said


def next_run(line: Line) -> str | None:
    """How long the next run may be before it is flagged; None where there is no figure."""
    if not isinstance(line.run, Headroom):
        return None
    return room_words.down(CHANNELS["run_m"], line.run.most)


def mornings(days: Sequence[date]) -> str:
    """'Thu 26 Nov', 'Thu 26 Nov to Sat 28 Nov'; gaps are named."""
    parts: list[list[date]] = []
    for day in days:
        if parts and day - parts[-1][-1] == timedelta(days=1):
            parts[-1].append(day)
        else:
            parts.append([day])
    return ", ".join(
        figures.day(part[0])
        if len(part) == 1
        else _("{first} to {last}", first=figures.day(part[0]), last=figures.day(part[-1]))
        for part in parts
    )


def _amount(channel: str, base: int) -> str:
    shown = CHANNELS[channel]
    text = f"{shown.text(base)}\u00a0{shown.unit}"
    return _("{amount} ascent", amount=text) if channel == "ascent_m" else text


def _condition(one: Condition) -> str:
    when = mornings(one.mornings)
    said = _("{rule}: true on the morning of {when}", rule=_title(one), when=when) \
        if len(one.mornings) == 1 \
        else _("{rule}: true on the mornings of {when}", rule=_title(one), when=when)  # fmt: skip
    said += _numbers(one)
    if one.flag:
        said += " " + _("It would be flagged on {day}.", day=figures.day(one.flag))
    else:
        said += " " + _("No new flag: raised before, or not true for as long as the rule asks.")
    return said + " " + _("It would be true with rest, too.") if one.without else said


def _title(one: Condition) -> str:
    if one.rule in RULES:
        return str(RULES[one.rule])
    return _("{channel}, week", channel=CHANNELS[one.channel].label)


def _numbers(one: Condition) -> str:
    shown, first = CHANNELS[one.channel], one.first
    if one.rule == "spike" and first.v7 is not None:
        change = figures.change_pct(first.v7, first.base)
        against = f", {figures.signed(change)}" if change is not None else ""
        return f" ({shown.text(first.v7)}\u00a0{shown.unit}{against})."
    if first.day_m is not None and first.previous_longest_m:
        longest = shown.text(first.previous_longest_m)
        return " " + _("({day}, longest of 30 days {longest}).",
                       day=f"{shown.text(first.day_m)}\u00a0{shown.unit}",
                       longest=f"{longest}\u00a0{shown.unit}")  # fmt: skip
    return "."
