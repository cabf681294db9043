"""Numbers as people read them: rounded, with their unit, a true minus sign; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from clubmon.load.channels import CHANNELS, NONE, Channel, grouped
from clubmon.words import daywords
from clubmon.words.language import _

__all__ = [
    "CHANNELS",
    "NONE",
    "Channel",
    "amount",
    "change_pct",
    "count",
    "day",
    "duration",
    "grouped",
    "incomplete",
    "long_day",
    "signed",
    "week_text",
]

KNOWN_OF_7, KNOWN_OF_28 = 6, 25  # fewer known days make a window incomplete
_SPACE = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
_MARK = re.compile(r"(?<=\d)[\s.,](?=\d{3}(?!\d))")


def amount(text: str, channel: Channel) -> float | None:
    """What somebody typed in the channel's shown unit, with a point or a comma; None: no number.

    A space may group thousands, as on the pages. Where whole units are shown so may a point or a
    comma: nobody climbs 1.250 m.
    """
    plain = (_SPACE if channel.decimals else _MARK).sub("", text.strip()).replace(",", ".")
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if isfinite(found) else None


def signed(pct: float) -> str:
    """A change in whole %, such as '+32 %' or '−9 %'."""
    whole = round(pct)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return f"{sign}{abs(whole)}\u00a0%"


def change_pct(value: float | None, usual: float | None) -> float | None:
    """How far a value is from usual, in %; None without a usual value."""
    return None if value is None or not usual else 100 * (value / usual - 1)


def incomplete(known7: int | None, known_b4: int | None) -> str | None:
    """'incomplete, 5 of 7 days' where too little is known to compare, else None."""
    if (known7 or 0) < KNOWN_OF_7:
        return _("incomplete, {known7} of 7 days", known7=known7 or 0)
    if (known_b4 or 0) < KNOWN_OF_28:
        return _("incomplete, {known_b4} of 28 days before", known_b4=known_b4 or 0)
    return None


def week_text(channel: Channel, row: Mapping[str, Any]) -> str:
    """Seven days of a channel. '≈' scaled from six known days; '≥' the sum of fewer."""
    known = row.get("known7") or 0
    if not known or row.get("v7") is None:
        return NONE
    if known >= KNOWN_OF_7:
        return ("" if known == 7 else "≈\u202f") + channel.text(row["v7"])
    return "≥\u202f" + channel.text(row["v7"] * known / 7)


def day(value: date) -> str:
    """'Tue 17 Nov'."""
    return daywords.short_day(value)


def long_day(value: date) -> str:
    """'Tuesday 17 November'."""
    return daywords.long_day(value)


def duration(seconds: int | None) -> str:
    """'52 min', '1 h 40 min'; a dash where unknown."""
    if seconds is None:
        return NONE
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}\u00a0h {minutes}\u00a0min" if hours else f"{minutes}\u00a0min"


def count(number: int, one: str, many: str) -> str:
    """'1 athlete', '3 athletes', of words that are in the reader's language."""
    return f"{number} {one if number == 1 else many}"
