"""What is said of one athlete: flags, key figures, tightness and the chart, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clubmon.flag import candidates, nextstep
from clubmon.flag.flagtypes import Flag
from clubmon.flag.nextstep import Step
from clubmon.sdk import AthleteChart, PlanMark
from clubmon.storage.store import Row
from clubmon.triage import patterns
from clubmon.web.athletes import trace
from clubmon.web.coach import entries, reasons, squad, talk
from clubmon.web.frame import figures, views
from clubmon.web.frame.access import Context
from clubmon.web.frame.sight import Seen
from clubmon.words import language, units
from clubmon.words.language import N_, _, ngettext

TWO_WEEKS = 14  # days
WARM_FROM = 56  # days; before them the long average still remembers where it started
IMPUTED = {  # where a session-RPE load comes from that nobody rated
    "squad": N_("load as the squad rated it"),
    "usual": N_("load from the usual RPE"),
    "trimp": N_("load from heart rate"),
}


@dataclass(frozen=True, slots=True)
class Flagged:
    """An open flag with its reasons as sentences."""

    tier: int
    morning: date
    reasons: tuple[str, ...]
    history: tuple[str, ...]  # who has seen it or done what


@dataclass(frozen=True, slots=True)
class Unusual:
    """The open flags that the viewer may see, the highest tier first, and what comes next."""

    flags: tuple[Flagged, ...]
    step: Step


def unusual(held: Context, one: Seen, own: bool, today: date) -> Unusual:
    """What is unusual now; `own`: the athlete reads. The next step is of flags that still wait."""
    rows = talk.visible(
        views.open_flags(held.store, [one.athlete_id], today), {one.athlete_id: one.sight}
    )
    mine = talk.by_athlete(rows).get(one.athlete_id, [])
    true = candidates.true_on(held.store, [one.athlete_id], today).get(one.athlete_id, {})
    waiting = talk.waiting(mine, today) or mine
    return Unusual(
        tuple(_flagged(row, reasons.told([row], one.sight, today, true), one, own) for row in mine),
        entries.step(held, one, reasons.told(waiting, one.sight, today, true), None, own=own),
    )


def _flagged(row: Row, told: Sequence[Flag], one: Seen, own: bool) -> Flagged:
    return Flagged(
        row["tier"],
        row["morning"],
        tuple(reasons.sentences(told, one.sight, own=own)),
        tuple(_said(action, one, own) for action in row["actions"]),
    )


def _said(action: Row, one: Seen, own: bool) -> str:
    """What was done; the athlete reads what and by whom, not the notes of staff."""
    if action["action"] == "seen":
        return _("Seen by {name}.", name=action["name"] or _("someone who has left"))
    shown = {**action, "reason": None} if own else action
    return talk.done_sentence(shown, notes=one.sight.tightness)


def noted(held: Context, one: Seen, today: date) -> list[tuple[date, str]]:
    """What staff did about flags of the last six weeks, with their notes, the newest first.

    For staff, and of those flags alone that the viewer may see. Days are the club's.
    """
    if not one.sight.handles:
        return []
    rows = views.flags_between(held.store, [one.athlete_id], today - views.WINDOW, today)
    done = [
        (action["known_at"].astimezone(held.settings.zone).date(),
         talk.done_sentence(action, notes=one.sight.tightness))
        for row in talk.visible(rows, {one.athlete_id: one.sight})
        for action in row["actions"] if action["action"] != "seen"
    ]  # fmt: skip
    return sorted(dict.fromkeys(done), key=lambda found: found[0], reverse=True)


@dataclass(frozen=True, slots=True)
class Key:
    """The last seven days of one channel in words and numbers."""

    channel: figures.Channel
    week: str
    usual: str
    change: str | None
    week_on_week: str | None
    note: str | None  # 'incomplete, 5 of 7 days'
    own_range: str  # '31.0 to 48.0', from eight weeks on
    rank: str | None  # where this week stands among them


def keys(found: trace.Trace | None) -> list[Key]:
    """The key figures of every channel that the athlete has."""
    return [_key(channel, row) for channel, row in (found.latest() if found else [])]


def _key(channel: figures.Channel, row: Mapping[str, float]) -> Key:
    note = figures.incomplete(_whole(row.get("known7")), _whole(row.get("known_b4")))
    change = figures.change_pct(row.get("v7"), row.get("b4")) if note is None else None
    wow = row.get("wow_pct") if (row.get("known_prev7") or 0) >= figures.KNOWN_OF_7 else None
    return Key(
        channel,
        figures.week_text(channel, row),
        channel.text(row.get("b4")) if note is None else figures.NONE,
        None if change is None else figures.signed(change),
        None if wow is None or note else figures.signed(wow),
        note,
        _own_range(channel, row),
        _rank(row),
    )


def _own_range(channel: figures.Channel, row: Mapping[str, float]) -> str:
    low, high = row.get("p10"), row.get("p90")
    return (
        figures.NONE
        if low is None
        else _("{low} to {high}", low=channel.text(low), high=channel.text(high))
    )


def _rank(row: Mapping[str, float]) -> str | None:
    """How many of the own weeks of half a year were at most this."""
    share = row.get("percentile")
    return None if share is None else f"{100 * share:.0f}\u00a0%"


@dataclass(frozen=True, slots=True)
class Ratios:
    """Acute to chronic ratios of one channel, as text, and how many days they rest on."""

    channel: figures.Channel
    coupled: str
    uncoupled: str
    ewma: str
    known: str


def ratios(found: trace.Trace | None) -> list[Ratios]:
    """The ratios of the last day, of channels that have any; shown only where a club wants them."""
    rows = found.latest() if found else []
    return [_ratios(channel, row) for channel, row in rows if (row.get("day_number") or 0) >= 28]


def _ratios(channel: figures.Channel, row: Mapping[str, float]) -> Ratios:
    known7, known28 = row["known7"], row["known28"]
    if known7 < figures.KNOWN_OF_7 or known28 < figures.KNOWN_OF_28:
        few = _("incomplete, {known28} of 28 days", known28=language.number(known28, 0))
        few = (
            _("incomplete, {known7} of 7 days", known7=language.number(known7, 0))
            if known7 < figures.KNOWN_OF_7
            else few
        )
        return Ratios(channel, figures.NONE, figures.NONE, figures.NONE, few)
    coupled, uncoupled, ewma = (
        figures.NONE if (value := row.get(f"acwr_{form}")) is None else language.number(value, 2)
        for form in ("coupled", "uncoupled", "ewma")
    )
    if ewma != figures.NONE and row["day_number"] < WARM_FROM:
        ewma += _(", warming up")
    return Ratios(
        channel,
        coupled,
        uncoupled,
        ewma,
        _(
            "{known7} of 7, {known28} of 28",
            known7=language.number(known7, 0),
            known28=language.number(known28, 0),
        ),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def legs(found: trace.Trace | None, today: date) -> tuple[squad.Leg, ...]:
    """Two weeks of both legs; empty where tightness is not for this viewer or never given."""
    if found is None or not found.scores:
        return ()
    days = [today - timedelta(days=back) for back in reversed(range(TWO_WEEKS))]
    of_day = [found.scores.get(day) for day in days]
    return (
        squad.leg(_("Left"), [scores.left if scores else None for scores in of_day]),
        squad.leg(_("Right"), [scores.right if scores else None for scores in of_day]),
    )


def pattern(found: trace.Trace | None, today: date) -> str | None:
    """The last pattern that was to be discussed, when, and which answers lead to it in general.

    None for one of over two weeks ago. What somebody answered is not told by it.
    """
    scores = (found.scores if found else None) or {}
    for day in sorted((day for day in scores if (today - day).days < TWO_WEEKS), reverse=True):
        said = nextstep.PATTERNS.get(scores[day].pattern or "")
        if said:
            why = " / ".join(str(one) for one in patterns.reasons(scores[day].pattern or ""))
            return _("{day}: {said} What leads to it: {why}", day=figures.day(day), said=said,
                     why=why)  # fmt: skip
    return None


def longest(held: Context, one: Seen, last: date | None) -> str | None:
    """The longest run of the last seven days against the 30 days before it, in words."""
    if last is None or not one.sight.load:
        return None
    first = last - timedelta(days=squad.WEEK - 1)
    row = views.longest_runs(held.store, [one.athlete_id], first, last).get(one.athlete_id)
    if row is None:
        return None
    said = _(
        "{distance} on {day}",
        distance=units.distance_text(row["longest_m"]),
        day=figures.day(row["local_date"]),
    )
    if not row["ratio"]:
        return _("{said}, the first run in 30 days.", said=said)
    change = figures.signed(100 * (row["ratio"] - 1))
    return _(
        "{said}, {change} against the longest of the 30 days before.", said=said, change=change
    )


def summary(drawn: AthleteChart) -> str:
    """What the chart shows, in sentences."""
    last = drawn.complete - 1
    said = [
        _(
            "{channel} from {days} to {last}.",
            channel=drawn.channel,
            days=figures.day(drawn.days[0]),
            last=figures.day(drawn.days[last]),
        )
    ]
    week, line = drawn.week[last], drawn.flag_line[last]
    if week is None:
        said.append(_("Too few of the last seven days are known for a weekly figure."))
    else:
        said.append(
            _(
                "The last seven days hold {week} {unit}.",
                week=language.number(week, 1),
                unit=drawn.unit,
            )
        )
        if line is not None:
            said.append(
                _(
                    "A week above {line} {unit} would be flagged.",
                    line=language.number(line, 1),
                    unit=drawn.unit,
                )
            )
    said += _usual_summary(drawn, last)
    blank = sum(load is None for load in drawn.load[: drawn.complete])
    if blank:
        said.append(
            ngettext("Of {n} day nothing is known.", "Of {n} days nothing is known.", blank)
        )
    return " ".join([*said, *_tight_summary(drawn)])


def _usual_summary(drawn: AthleteChart, last: int) -> Sequence[str]:
    """The usual range of the own weeks on the last day."""
    low = drawn.usual_low[last] if drawn.usual_low else None
    high = drawn.usual_high[last] if drawn.usual_high else None
    if low is None or high is None:
        return ()
    return (
        _(
            "Own usual range: {low} to {high} {unit}.",
            low=language.number(low, 1),
            high=language.number(high, 1),
            unit=drawn.unit,
        ),
    )


def _tight_summary(drawn: AthleteChart) -> Sequence[str]:
    """The highest score of either leg in the window."""
    known = [
        (score, side, day)
        for side, scores in ((_("left"), drawn.left), (_("right"), drawn.right))
        for score, day in zip(scores or (), drawn.days, strict=False)
        if score
    ]
    if not known:
        return ()
    score, side, day = max(known, key=lambda found: (found[0], found[2]))
    highest = _(
        "The highest tightness was {score}/10, {side}, on {day}.",
        score=score,
        side=side,
        day=figures.day(day),
    )
    shown = [mark for mark in drawn.plans if mark.end >= drawn.days[0]]
    return highest, *(_plan_summary(mark) for mark in shown)


def _plan_summary(mark: PlanMark) -> str:
    """'Plan from Mon 2 Nov to Mon 16 Nov: better.'"""
    if not mark.outcome:
        return _("A plan goes on since {start}.", start=figures.day(mark.start))
    return _(
        "Plan from {start} to {end}: {outcome}.",
        start=figures.day(mark.start),
        end=figures.day(mark.end),
        outcome=mark.outcome,
    )
