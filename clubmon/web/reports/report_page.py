"""One team's week as data, made only of what its reader may see at this moment.

Figures are those that are known now, flags those that were raised then. Who shares no loads with
the reader is in no figure and is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.arrival import doubtful
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.flag import lookback, replay
from clubmon.flag.lookback import Figures
from clubmon.hamstring import rates
from clubmon.hamstring.rates import Count
from clubmon.load.channels import CHANNELS, NONE, Channel
from clubmon.policy import Viewer
from clubmon.storage.store import Row
from clubmon.web.coach import morning, squad, talk
from clubmon.web.coach.morning import Freshness
from clubmon.web.coach.squad import Line
from clubmon.web.files.doubtful import names
from clubmon.web.frame import figures, sight
from clubmon.web.frame.access import Context
from clubmon.web.frame.drawing import Drawing
from clubmon.web.frame.remembered import Made
from clubmon.web.frame.sight import Seen
from clubmon.web.reports import report_drawings, report_flags
from clubmon.web.reports.report_flags import Flagged, Planned
from clubmon.words.calendarweek import Week
from clubmon.words.language import _

SHOWN = ("run_m", "ascent_m", "tonnage_g", "eccentric_sets")
SUMMED = ("run_m", "tonnage_g")
WEEKS = 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Amount:
    """A channel's week beside what is usual, in words; `usual` '' where there is nothing to say."""

    channel: Channel
    text: str
    usual: str
    drawing: Drawing | None


@dataclass(frozen=True, slots=True)
class Member:
    """One athlete's week. `tight`: the highest score left and right; None: not for the reader."""

    line: Line
    amounts: tuple[Amount, ...]
    longest: str
    spark: Drawing | None
    tight: tuple[int | None, int | None] | None
    answered: Count | None

    @property
    def seen(self) -> Seen:
        """Who it is, and what the reader may see."""
        return self.line.seen

    @property
    def unknown(self) -> int:
        """Days of the week of which nothing is known."""
        return squad.WEEK - self.line.known


@dataclass(frozen=True, slots=True)
class Sum:
    """A channel's sum over the athletes of one week. `unknown`: days of athletes not in it."""

    text: str
    drawing: Drawing
    unknown: int


@dataclass(frozen=True, slots=True)
class OfWeek:
    """One of six weeks, the oldest first; sums by channel, in the order of SUMMED."""

    week: Week
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the report shows. `unshared`: how many share no loads; `made_at` is aware UTC."""

    team: Team
    week: Week
    made_at: datetime
    reader: str
    fresh: Freshness
    members: tuple[Member, ...]
    channels: tuple[Channel, ...]  # those in which anybody did anything in these six weeks
    weeks: tuple[OfWeek, ...]
    flagged: tuple[Flagged, ...]
    became: Mapping[str, int]
    plans: tuple[Planned, ...]
    answered: Count
    asked: int
    tells_tightness: bool
    doubted: int

    @property
    def unshared(self) -> int:
        """Athletes of the team who are in no figure of loads."""
        return len(self.fresh.unshared)

    @property
    def everyone(self) -> int:
        """Athletes of the team."""
        return self.fresh.sharing + self.unshared

    @property
    def gaps(self) -> tuple[Member, ...]:
        """Athletes of whom days of this week are not known, most days first."""
        found = [one for one in self.members if one.seen.sight.load and one.unknown]
        return tuple(sorted(found, key=lambda one: (-one.unknown, one.seen.name)))


def build(held: Context, who: Viewer, team: Team, week: Week) -> Page:
    """The report of a week that is over; raises ReplayRefused while figures are being made."""
    everyone = [
        one
        for one in sight.squad(held.store, held.settings, who, held.now())
        if team in one.athlete.teams
    ]
    known = _figures(held, everyone, week)
    channels = tuple(CHANNELS[key] for key in SHOWN if _done(known, key))
    read = squad.read(held.store, everyone, known, week.sunday)
    lines = squad.lines(everyone, read, {}, week.sunday)
    counts = _answers(held, everyone, week)
    flags = report_flags.of_week(held, who, everyone, week)
    members = tuple(_member(line, channels, read, known.usual, counts) for line in lines)
    reader = people.person(held.store, who.person_id)
    return Page(
        team, week, held.now(), reader.name if reader else "",
        morning.freshness(None, week.sunday, lines, week.after),
        members, channels,
        _weeks(everyone, read, week),
        flags, report_flags.became(flags),
        report_flags.plans(held, everyone, week),
        Count(sum(one.answered for one in counts.values()),
              sum(one.asked for one in counts.values())),
        len(counts),
        any(one.sight.tightness for one in everyone),
        doubtful.waiting(held.store, names(everyone), held.now()),
    )  # fmt: skip


def _figures(held: Context, everyone: Sequence[Seen], week: Week) -> Figures:
    """What is known now of who shares loads, read again after the next write.

    Refused while a night runs, and if one began meanwhile.
    """
    replay.refuse_while_running(held.store)
    ids = tuple(sorted(one.athlete_id for one in everyone if one.sight.load))

    def read() -> Made[Figures]:
        now = held.now()
        found = lookback.week(held.store, ids, week.after, now)
        replay.refuse_while_running(held.store)
        return Made(found, now + DAY)

    return held.shared.week.get((week, ids), lambda: held.store.writes, held.now, read).value


def _done(known: Figures, key: str) -> bool:
    return any(
        row["load"] for (_, of), days in known.daily.items() if of == key for row in days.values()
    )


def _answers(held: Context, everyone: Sequence[Seen], week: Week) -> dict[str, Count]:
    """Check-ins answered of those asked in the week, by athlete who was asked."""
    mine = {
        one.athlete_id: [of.team_id for of in one.athlete.teams if of.checkins]
        for one in everyone
        if one.sight.asked
    }
    known = rates.days_asked(held.store, mine, held.settings.zone, week.after)
    found = {
        id_: rates.rate(id_, asked.days, asked.since, week.after).week
        for id_, asked in known.items()
    }
    return {id_: count for id_, count in found.items() if count.asked}


def _member(
    line: Line,
    channels: Sequence[Channel],
    read: squad.Week,
    usual: Mapping[tuple[str, str], Row],
    counts: Mapping[str, Count],
) -> Member:
    one, id_ = line.seen, line.seen.athlete_id
    amounts = [
        _amount(of, read.metrics.get((id_, of.key), {}), usual.get((id_, of.key), {}))
        for of in (channels if one.sight.load else ())
    ]
    longest = CHANNELS["run_m"].text(line.longest_m)
    return Member(
        line, tuple(amounts), longest, talk.spark(one, read, read.last), _highest(one, read),
        counts.get(id_),
    )  # fmt: skip


def _highest(one: Seen, read: squad.Week) -> tuple[int | None, int | None] | None:
    """The highest score of the week, left and right; None where it is not for the reader."""
    if not one.sight.tightness:
        return None
    days = squad.week_to(read.last)
    found = [score for day, score in read.scores.get(one.athlete_id, {}).items() if day in days]
    left = max((one.left for one in found if one.left is not None), default=None)
    right = max((one.right for one in found if one.right is not None), default=None)
    return left, right


def _amount(channel: Channel, row: Mapping[str, object], usual: Mapping[str, object]) -> Amount:
    text = figures.week_text(channel, row)
    value, mean = squad.number(row.get("v7")), squad.number(row.get("b4"))
    low, high = squad.number(usual.get("p10")), squad.number(usual.get("p90"))
    if text == NONE or value is None:
        return Amount(channel, NONE, "", None)
    note = figures.incomplete(squad.whole(row.get("known7")), squad.whole(row.get("known_b4")))
    if note:
        return Amount(channel, text, note, None)
    if not (value or high or mean):
        return Amount(channel, text, "", None)
    drawing = report_drawings.usual(value, low, high, mean)
    return Amount(channel, text, _usual(channel, value, low, high, mean), drawing)


def _usual(
    channel: Channel, value: float, low: float | None, high: float | None, mean: float | None
) -> str:
    """What is usual in words, and on which side of the range the week is."""
    if low is None or high is None:
        return _("usual {mean}", mean=channel.text(mean)) if mean else _("no usual week yet")
    ends = {"low": channel.text(low), "high": channel.text(high)}
    shown = channel.text(value)  # what reads alike is no different
    if value > high and shown != ends["high"]:
        return _("above usual {low} to {high}", **ends)
    if value < low and shown != ends["low"]:
        return _("below usual {low} to {high}", **ends)
    return _("usual {low} to {high}", **ends)


def _weeks(everyone: Sequence[Seen], read: squad.Week, week: Week) -> tuple[OfWeek, ...]:
    """The sums of six weeks over who shares loads."""
    ids = [one.athlete_id for one in everyone if one.sight.load]
    weeks = [week.back(n) for n in range(WEEKS - 1, -1, -1)]
    by_channel = [[_sum(ids, read, key, of) for of in weeks] for key in SUMMED]
    return tuple(
        OfWeek(
            of,
            tuple(
                _drawn(CHANNELS[key], sums[place], sums, this=of == week)
                for key, sums in zip(SUMMED, by_channel, strict=True)
            ),
        )
        for place, of in enumerate(weeks)
    )


def _sum(ids: Sequence[str], read: squad.Week, key: str, of: Week) -> tuple[int, int]:
    """What is known, in base units, and how many days are not: of who trained in that group."""
    total = unknown = 0
    for id_ in ids:
        days: Mapping[date, Row] = read.daily.get((id_, key), {})
        if any(row["state"] != "unknown" for row in days.values()):
            loads = [days[day]["load"] if day in days else None for day in of.days]
            total += sum(load for load in loads if load is not None)
            unknown += sum(load is None for load in loads)
    return total, unknown


def _drawn(
    channel: Channel, found: tuple[int, int], all_: Sequence[tuple[int, int]], *, this: bool
) -> Sum:
    total, unknown = found
    top = max(other for other, _ in all_)
    text = f"{channel.text(total)}\u00a0{channel.unit}"
    return Sum(text, report_drawings.bar(total, top, this=this), unknown)
