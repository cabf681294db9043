"""The plain data of the squad's charts, made only of what the viewer may see; pure.

Who does not share loads with the viewer is in no drawing of loads, and who does not share
tightness in none of tightness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from clubmon.load.channels import CHANNELS, Channel
from clubmon.sdk import (
    Shade,
    SquadChange,
    SquadCoverage,
    SquadDays,
    SquadPoint,
    SquadRow,
    SquadWeeks,
)
from clubmon.web.coach import squad
from clubmon.web.coach.squad import WEEK, Week
from clubmon.web.frame import figures, views
from clubmon.web.frame.sight import Seen
from clubmon.words.language import _

DAYS = views.WINDOW.days
TIGHTNESS_SHADES = ((1, 3), (4, 5), (6, 7), (8, 10))
UrlOf = Callable[[str], str]


def window(last: date) -> tuple[date, ...]:
    """The six weeks of days that end on this one, oldest first."""
    return tuple(last - timedelta(days=back) for back in range(DAYS - 1, -1, -1))


def channels(week: Week) -> list[Channel]:
    """The channels in which anybody did anything in these weeks."""
    done = {
        key
        for (_, key), days in week.daily.items()
        if any(row["load"] for row in days.values())
    }  # fmt: skip
    return [channel for key, channel in CHANNELS.items() if key in done]


def load_days(people: Iterable[Seen], week: Week, channel: Channel, url_of: UrlOf) -> SquadDays:
    """Loads by athlete and day."""
    days = window(week.last)
    rows = tuple(
        SquadRow(one.name, url_of(one.athlete_id), tuple(_loads(one, week, channel, days)))
        for one in people
        if one.sight.load
    )
    return SquadDays(
        _("{channel} by athlete and day", channel=str(channel.label)), channel.unit, days, rows,
        shades(rows, channel), _("None that day"), _("Not known"),
    )  # fmt: skip


def _loads(one: Seen, week: Week, channel: Channel, days: Iterable[date]) -> list[float | None]:
    daily = week.daily.get((one.athlete_id, channel.key), {})
    found = (channel.value(daily[day]["load"]) if day in daily else None for day in days)
    return [None if value is None else round(value, 3) for value in found]


def shades(rows: Iterable[SquadRow], channel: Channel) -> tuple[Shade, ...]:
    """Four bands with about as many days in each; fewer where the days are much alike."""
    done = sorted(value for row in rows for value in row.values if value)
    if not done:
        return ()
    cuts = {round(done[len(done) * part // 4], channel.decimals) for part in (1, 2, 3)}
    limits = [0.0, *sorted(cut for cut in cuts if done[0] < cut)]
    said = [figures.grouped(limit, channel.decimals) for limit in limits]
    unit = channel.unit
    names = [
        _("{low} to {high} {unit}", low=low, high=high, unit=unit) for low, high in pairwise(said)
    ]
    names[:1] = [_("below {limit} {unit}", limit=said[1], unit=unit)] if len(said) > 1 else []
    last = (
        _("{limit} {unit} or more", limit=said[-1], unit=unit)
        if len(said) > 1
        else _("any {unit}", unit=unit)
    )
    return tuple(map(Shade, [*names, last], limits))


def tight_days(people: Iterable[Seen], week: Week, today: date, url_of: UrlOf) -> SquadDays:
    """Tightness of the worse leg by athlete and day, of those who share it with the viewer."""
    days = window(today)
    rows = []
    for one in people:
        if one.sight.tightness:
            scores = week.scores.get(one.athlete_id, {})
            values = tuple(scores[day].worse if day in scores else None for day in days)
            rows.append(SquadRow(one.name, url_of(one.athlete_id), values))
    return SquadDays(
        _("Tightness by athlete and day"), "", days, tuple(rows),
        tuple(Shade(_("{low} to {high}", low=low, high=high), low)
              for low, high in TIGHTNESS_SHADES),
        "0", _("No answer"),
    )  # fmt: skip


def changes(
    people: Iterable[Seen], week: Week, channel: Channel, today: date, url_of: UrlOf
) -> SquadChange:
    """Those of whom the viewer may see both, and both are known."""
    points = []
    for one in people:
        change, tight = change_of(one, week, channel), tightness_of(one, week, today)
        if change is not None and tight is not None:
            url = url_of(one.athlete_id)
            points.append(SquadPoint(one.name, url, round(change, 1), tight))
    title = _("{channel}: change from usual beside tightness", channel=str(channel.label))
    return SquadChange(title, squad.LINE_PCT, tuple(points))


def change_of(one: Seen, week: Week, channel: Channel) -> float | None:
    """The last seven days against the usual week, in %; None where too little is known."""
    row = week.metrics.get((one.athlete_id, channel.key)) if one.sight.load else None
    if row is None or figures.incomplete(row["known7"], row["known_b4"]):
        return None
    return figures.change_pct(row["v7"], row["b4"])


def tightness_of(one: Seen, week: Week, today: date) -> int | None:
    """The worse leg in the newest answer of the last seven days."""
    if not one.sight.tightness:
        return None
    scores = week.scores.get(one.athlete_id, {})
    known = [day for day in scores if day > today - timedelta(days=WEEK)]
    return scores[max(known)].worse if known else None


def weekly(people: Iterable[Seen], week: Week, channel: Channel, url_of: UrlOf) -> SquadWeeks:
    """Six blocks of seven days that end on the last complete one, and what is unknown in each."""
    days = window(week.last)
    ends = days[WEEK - 1 :: WEEK]
    rows, unknown = [], [0] * len(ends)
    for one in people:
        if not one.sight.load or (one.athlete_id, channel.key) not in week.daily:
            continue
        loads = _loads(one, week, channel, days)
        blocks = [loads[at : at + WEEK] for at in range(0, DAYS, WEEK)]
        sums = tuple(round(sum(load or 0 for load in block), 3) for block in blocks)
        rows.append(SquadRow(one.name, url_of(one.athlete_id), sums))
        unknown = [n + block.count(None) for n, block in zip(unknown, blocks, strict=True)]
    title = _("{channel} of the squad, seven days each", channel=str(channel.label))
    return SquadWeeks(title, channel.unit, ends, tuple(rows), tuple(unknown))


def coverage(
    people: Sequence[Seen], week: Week, answered: Mapping[str, int], url_of: UrlOf
) -> SquadCoverage:
    """Days known and check-ins answered in six weeks; None where not for the viewer or not asked.

    `answered`: days by athlete, of those who are asked.
    """
    days = window(week.last)
    rows = tuple(
        SquadRow(
            one.name,
            url_of(one.athlete_id),
            (
                _known(one, week, days) if one.sight.load else None,
                answered.get(one.athlete_id, 0) if one.sight.asked else None,
            ),
        )
        for one in people
        if one.sight.load or one.sight.asked
    )
    return SquadCoverage(_("Days known and check-ins answered"), DAYS, rows)


def _known(one: Seen, week: Week, days: Iterable[date]) -> int:
    states = (squad.day_state(week.daily, one.athlete_id, day) for day in days)
    return sum(state != "unknown" for state in states)
