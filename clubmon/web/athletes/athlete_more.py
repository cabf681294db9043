"""Figures that raise nothing, for information: spread within the week, slow averages; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clubmon.web.athletes import trace
from clubmon.web.frame import figures
from clubmon.words.language import _, number

FROM_WEEK = 7  # days of history
AVERAGES_FROM = 42  # before them the averages still remember that they began at 0


@dataclass(frozen=True, slots=True)
class More:
    """One channel's, as text."""

    channel: figures.Channel
    monotony: str
    strain: str
    ctl: str
    atl: str
    tsb: str


def more(found: trace.Trace | None) -> list[More]:
    """The last day's, of every channel in which there was anything in six weeks."""
    rows = found.latest() if found else []
    return [_more(channel, row) for channel, row in rows if row.get("ctl")]


def _more(channel: figures.Channel, row: Mapping[str, Any]) -> More:
    late = (row["day_number"] or 0) > AVERAGES_FROM
    return More(
        channel,
        *_spread(channel, row),
        *(channel.text(row[name]) if late else figures.NONE for name in ("ctl", "atl", "tsb")),
    )


def _spread(channel: figures.Channel, row: Mapping[str, Any]) -> tuple[str, str]:
    """Monotony and strain; days that are all alike have no spread to divide by."""
    if (row["known7"] or 0) < figures.KNOWN_OF_7 or (row["day_number"] or 0) < FROM_WEEK:
        return figures.incomplete(row["known7"], figures.KNOWN_OF_28) or figures.NONE, figures.NONE
    if not row["v7"]:
        return figures.NONE, figures.NONE
    if row["monotony"] is None:
        return _("all days equal"), figures.NONE
    return number(row["monotony"], 2), channel.text(row["strain"])
