"""Headroom in words: figures about volume, never leave to train; pure.

A figure is rounded down, so that what is said stays true of what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clubmon.flag.headroom import Headroom, Hidden, Why
from clubmon.load.channels import Channel, grouped
from clubmon.web.athletes.room import Figure, Room
from clubmon.words.language import N_, _, begun

WITHHELD = N_("Shown only to those with whom the athlete shares the scores of the check-ins.")
UNWELL = N_(
    "Left out while tightness is 3 or more, or a referral is open: volume is not the question."
)
WITHIN_USUAL = {
    "today": N_("{amount} more today would stay within {pct}\u00a0% of usual."),
    "by Sunday": N_("{amount} more by Sunday would stay within {pct}\u00a0% of usual."),
}
WITHIN_BEFORE = {
    "today": N_("{amount} more today would stay within {pct}\u00a0% of the week before."),
    "by Sunday": N_("{amount} more by Sunday would stay within {pct}\u00a0% of the week before."),
}
BELOW = {
    "today": N_("{amount} more today would stay below the line from which a week is flagged."),
    "by Sunday": N_(
        "{amount} more by Sunday would stay below the line from which a week is flagged."
    ),
}
LARGER = N_("Usual is here the week before or the mean of the four before, whichever is more.")
HIDDEN = {
    Why.INCOMPLETE: N_("left out, as too few of the days before are known"),
    Why.IMPUTED: N_("left out, as more than 30\u00a0% of the efforts are estimates"),
    Why.RETURNING: N_("left out on the return to running after 30 days without"),
    Why.PERCENTILE: N_(
        "left out, as the club's rule also goes by a percentile, which moves every day"
    ),
    Why.ABOVE: N_(
        "nothing to show: above the line that is flagged, or about to be with rest as well"
    ),
}


_OPEN_ENDED = (Hidden(Why.FLOOR), Hidden(Why.EARLY))  # no week of it can be flagged yet


@dataclass(frozen=True, slots=True)
class Section:
    """The section of the page: its heading, a line per rule, and what is to be known of them."""

    heading: str
    lines: tuple[tuple[str, str], ...]  # what it is about, and the sentence
    notes: tuple[str, ...]


def section(room: Room | None, *, own: bool) -> Section | None:
    """What the page says; None where there is nothing to say. `own`: the athlete reads."""
    if room is None:
        return None
    heading = (
        _("Further load up to Sunday") if _until(room.today) == "by Sunday" else _("Load of today")
    )
    if room.withheld or room.unwell:
        return Section(heading, (), (str(WITHHELD if room.withheld else UNWELL),))
    lines = [(str(one.channel.label), _week(one, room.today)) for one in room.week]
    if room.run:
        lines.append((_("Next run"), _run(room.run) + _beside(room.run, room.week)))
    return Section(heading, tuple(lines), tuple(_notes(room, own))) if lines else None


def down(channel: Channel, base: int) -> str:
    """Base units in the shown unit, rounded down to the decimals shown; 'less than' one of them."""
    steps = int(base * 10**channel.decimals / channel.divisor)  # whole ones of the last decimal
    text = grouped(max(steps, 1) / 10**channel.decimals, channel.decimals)
    one_set = (channel.metric, text) == ("sets", "1")
    unit = _("set") if one_set else channel.unit
    said = f"{text} {unit}"
    return said if steps else _("Less than {amount}", amount=said)


def hidden(why: Why) -> str:
    """Why a planned session has no answer, to go on a sentence with."""
    if why is Why.EARLY:
        return _("no answer before there is more history")
    return str(HIDDEN[why])


def _until(today: date) -> str:
    return "today" if today.weekday() == 6 else "by Sunday"


def _week(one: Figure, today: date) -> str:
    if not isinstance(one.found, Headroom):
        return _hidden(one, one.found.why)
    words = WITHIN_BEFORE if one.rule.basis == "literal" else WITHIN_USUAL
    said = (words if one.found.within else BELOW)[_until(today)]
    return said.format(amount=down(one.channel, one.found.most), pct=one.rule.threshold_pct)


def _run(one: Figure) -> str:
    if not isinstance(one.found, Headroom):
        return _hidden(one, one.found.why)
    length = down(one.channel, one.found.most)
    if not one.found.within:
        return _(
            "{length} today would be below the length from which a run is flagged.", length=length
        )
    return _(
        "{length} today would be at most {pct}\u00a0% longer than any of the 30 days before "
        "({longest}).",
        length=length, pct=one.rule.threshold_pct,
        longest=f"{one.channel.text(one.longest_m)} {one.channel.unit}",
    )  # fmt: skip


def _beside(run: Figure, week: tuple[Figure, ...]) -> str:
    """What the week's figure says of a run of that length, so that nobody reads it alone."""
    same = next((one.found for one in week if one.channel is run.channel), None)
    if same is None or not isinstance(run.found, Headroom):
        return ""
    room = same.most if isinstance(same, Headroom) else -1
    beyond = room < run.found.most and same not in _OPEN_ENDED
    return " " + _("A week with it may be above the line that is flagged.") if beyond else ""


def _hidden(one: Figure, why: Why) -> str:
    if why is Why.EARLY:
        said = _("left out before {days} days of history", days=one.rule.from_day)
    elif why is Why.FLOOR:
        floor = f"{one.channel.text(one.rule.floor_base)} {one.channel.unit}"
        said = _("left out, as weeks below {floor} are not compared", floor=floor)
    else:
        said = str(HIDDEN[why])
    return f"{begun(said)}."


def _notes(room: Room, own: bool) -> list[str]:
    found = [
        _("Volume only: it says nothing of how you are.")
        if own
        else _("Volume only: it says nothing of how the athlete is.")
    ]
    shown = [one for one in room.week if isinstance(one.found, Headroom)]
    if shown and _until(room.today) == "today":
        found.append(_("Reckoned with rest from tomorrow."))
    elif shown:
        found.append(_("Reckoned for any split of it, all on one day too, and rest after Sunday."))
    if any(one.rule.basis == "max" for one in shown):
        found.append(str(LARGER))
    return [*found, _("What is known of today is counted.")] if room.done_today else found
