"""The form that asks what a planned session would do, and its answer in words; pure.

The answer is about the rule's condition alone, never leave to train.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clubmon.flag.headroom import Headroom, Hidden, Planned
from clubmon.load.channels import CHANNELS, Channel
from clubmon.web.athletes import room_words
from clubmon.web.athletes.room import Answer, Room, Wish
from clubmon.web.frame import figures
from clubmon.words.language import _

DAYS_AHEAD = 7
DAYS = frozenset(map(str, range(DAYS_AHEAD)))
MOST = 1_000_000  # in the shown unit


@dataclass(frozen=True, slots=True)
class Form:
    """What the form offers and what was filled in; `said` is the answer or what to mend."""

    channels: tuple[Channel, ...]
    days: tuple[tuple[int, str], ...]
    channel: str
    amount: str
    ahead: int
    said: tuple[str, ...]


def read(args: Mapping[str, str], room: Room | None) -> Wish | str | None:
    """The session asked about; a sentence where it cannot be read; None where nothing is asked."""
    if room is None or not args.get("amount", "").strip():
        return None
    offered = [one.channel.key for one in room.week]
    channel, day = args.get("session", ""), args.get("in", "0")
    if channel not in offered or day not in DAYS:
        return _("Choose one of the channels and one of the days.")
    ahead, amount = int(day), figures.amount(args["amount"], CHANNELS[channel])
    if amount is None or not 0 < amount <= MOST:
        return _("Give the amount as a number above 0, such as 12 or 7.5.")
    return Wish(channel, round(amount * CHANNELS[channel].divisor), ahead)


def form(
    args: Mapping[str, str], room: Room | None, shown: str, found: Wish | str | None,
    answer: Answer | None,
) -> Form | None:  # fmt: skip
    """The form with the answer below it; None where headroom has no line either."""
    if room is None or not room.week:
        return None
    channels = tuple(one.channel for one in room.week)
    keys = [channel.key for channel in channels]
    chosen = args.get("session", shown)
    if isinstance(found, str):
        said: tuple[str, ...] = (found,)
    else:
        said = tuple(sentences(answer, room.today)) if answer else ()
    return Form(
        channels,
        tuple((n, _day(room.today, n)) for n in range(DAYS_AHEAD)),
        chosen if chosen in keys else keys[0],
        args.get("amount", "")[:12],
        found.ahead if isinstance(found, Wish) else 0,
        said,
    )


def sentences(answer: Answer, today: date) -> list[str]:
    """What the session would do, a rule each."""
    channel = CHANNELS[answer.wish.channel]
    what = f"{channel.text(answer.wish.amount)} {channel.unit} {_on(today, answer.wish.ahead)}"
    return [_week(answer, channel, what, today), *_run(answer, channel)]


def _week(answer: Answer, channel: Channel, what: str, today: date) -> str:
    found = answer.week
    if isinstance(found, Hidden):
        return f"{what}: {room_words.hidden(found.why)}."
    day = today + timedelta(days=answer.wish.ahead if found.first is None else found.first)
    sums = _(
        "{what} makes {total} in the seven days to {day}, {compared}",
        what=what,
        total=f"{channel.text(found.total)} {channel.unit}",
        day=figures.day(day),
        compared=_compared(found, channel),
    )
    if found.first is None:
        return _("{sums}: the condition stays false on every morning while it counts.", sums=sums)
    morning = figures.day(day + timedelta(days=1))
    return _(
        "{sums}: the condition would be true on the morning of {morning}.",
        sums=sums,
        morning=morning,
    )


def _compared(found: Planned, channel: Channel) -> str:
    change = figures.change_pct(found.total, found.base)
    if change is None:
        return _("with nothing to compare it with")
    return _(
        "{change} against {base}", change=figures.signed(change), base=channel.text(found.base)
    )


def _run(answer: Answer, channel: Channel) -> list[str]:
    """The rule of single runs, where it has anything to say."""
    if not isinstance(answer.run, Headroom):
        return []
    line = room_words.down(channel, answer.run.most).lower()
    if answer.wish.amount > answer.run.most:
        return [_("As one run it would be flagged, as any of more than {line}.", line=line)]
    return [_("As one run it would not be flagged; one of more than {line} would.", line=line)]


def _day(today: date, ahead: int) -> str:
    return _("today") if ahead == 0 else figures.day(today + timedelta(days=ahead))


def _on(today: date, ahead: int) -> str:
    return _("today") if ahead == 0 else _("on {day}", day=_day(today, ahead))
