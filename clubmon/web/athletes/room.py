"""Reads what headroom is worked out from, for one athlete and who may see it.

Headroom is hidden while a leg is tight or a referral is open. A coach to whom tightness is not
shown would learn of it from the hiding, whatever the sentence: everything else that hides a
figure can be read from the rest of the page. So to those who see loads but not tightness
headroom is never shown, tight or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.flag import headroom, rules
from clubmon.flag.headroom import Headroom, Hidden, Planned
from clubmon.flag.ruletypes import Rule
from clubmon.hamstring import referrals
from clubmon.load import models
from clubmon.load.channels import CHANNELS, Channel
from clubmon.storage.store import Row, Store
from clubmon.web.frame import views
from clubmon.web.frame.sight import Seen, Sight

TIGHT_FROM = 3
ANSWER_DAYS = 7  # an older answer says nothing of today
IMPUTED_DAYS = 35

Days = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of one rule's headroom."""

    channel: Channel
    rule: Rule
    found: Headroom | Hidden
    longest_m: int = 0  # of single runs: the longest of the 30 days before today


@dataclass(frozen=True, slots=True)
class Room:
    """Headroom of one athlete this morning. `withheld`: not for this viewer, whatever it is."""

    today: date
    withheld: bool = False
    unwell: bool = False
    week: tuple[Figure, ...] = ()
    run: Figure | None = None
    done_today: bool = False  # a load of today is known, and counted


def is_withheld(sight: Sight) -> bool:
    """Whether the viewer could tell tightness from what is hidden."""
    return not sight.tightness


def load(store: Store, one: Seen, today: date, now: datetime) -> Room | None:
    """Headroom as known now, on the athlete's local day `today`; None without sight of loads."""
    if not one.sight.load:
        return None
    if is_withheld(one.sight):
        return Room(today, withheld=True)
    if one.sight.tightness and _is_unwell(store, one.athlete_id, today):
        return Room(today, unwell=True)
    teams = [team.team_id for team in one.athlete.teams]
    in_force = rules.in_force(store, teams)
    days = _days(store, one.athlete_id, today, now)
    run = days.get("run_m", ())
    returning = headroom.returning([row["load"] for row in run if row["local_date"] < today])
    week = [
        _week(CHANNELS[key], in_force["spike", key], days[key], today, returning)
        for key in CHANNELS
        if key in days and in_force["spike", key].enabled
    ]
    done = any(rows[-1]["local_date"] == today and rows[-1]["load"] for rows in days.values())
    single = in_force["single_run", "run_m"]
    return Room(
        today,
        week=tuple(week),
        run=_run(single, run, today, returning) if run and single.enabled else None,
        done_today=done,
    )


def _is_unwell(store: Store, athlete_id: str, today: date) -> bool:
    """Tightness of 3 or more in the newest answers of the last days, or an open referral."""
    first = today - timedelta(days=ANSWER_DAYS - 1)
    scores = views.scores(store, [athlete_id], first).get(athlete_id, {})
    newest = scores[max(scores)].worse if scores else None
    return (newest or 0) >= TIGHT_FROM or referrals.open_one(store, athlete_id) is not None


def _days(store: Store, athlete_id: str, today: date, now: datetime) -> Days:
    """Every day up to today by channel; on the last 31, run_m has the longest run, in metres."""
    rows = models.of_athlete(
        store,
        "SELECT d.channel, d.local_date, d.state, d.load, d.imputed, l.longest_m "
        "FROM lake.marts.daily_load AS d LEFT JOIN lake.marts.longest_run AS l "
        "ON l.athlete_id = d.athlete_id AND l.local_date = d.local_date AND d.channel = 'run_m' "
        "ORDER BY d.channel, d.local_date",
        athlete_id, today + timedelta(days=1), now, today - timedelta(days=headroom.RUN_DAYS),
    )  # fmt: skip
    days: dict[str, list[Row]] = {}
    for row in rows:
        days.setdefault(row["channel"], []).append(row)
    return days


@dataclass(frozen=True, slots=True)
class Wish:
    """A session that is thought of: base units of a channel, and how many days from today."""

    channel: str
    amount: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the session would do to the weekly rule and, for a run, to the rule of single runs."""

    wish: Wish
    week: Planned | Hidden
    run: Headroom | Hidden | None = None


def answer(store: Store, one: Seen, today: date, now: datetime, wish: Wish) -> Answer | None:
    """None where headroom is not shown either, or nothing is known of the channel."""
    if not one.sight.load or is_withheld(one.sight) or _is_unwell(store, one.athlete_id, today):
        return None
    in_force = rules.in_force(store, [team.team_id for team in one.athlete.teams])
    days = _days(store, one.athlete_id, today, now)
    if wish.channel not in days:
        return None
    run = days.get("run_m", ())
    returning = headroom.returning([row["load"] for row in run if row["local_date"] < today])
    rule, rows = in_force["spike", wish.channel], days[wish.channel]
    loads, done, fit = _parts(CHANNELS[wish.channel], rows, today, returning)
    week = headroom.planned(loads, rule, today, wish.amount, wish.ahead, done, **fit)
    single = in_force["single_run", "run_m"]
    length = _run(single, rows, today, returning, wish.ahead).found if single.enabled else None
    return Answer(wish, week, length if wish.channel == "run_m" else None)


def _week(
    channel: Channel, rule: Rule, rows: Sequence[Row], today: date, returning: bool
) -> Figure:
    loads, done, fit = _parts(channel, rows, today, returning)
    return Figure(channel, rule, headroom.spike(loads, rule, today, done, **fit))


def _parts(
    channel: Channel, rows: Sequence[Row], today: date, returning: bool
) -> tuple[list[int | None], int, Mapping[str, bool]]:
    """Loads to yesterday, today's so far, and what else decides whether a figure is shown."""
    before = [row for row in rows if row["local_date"] < today]
    done = sum(row["load"] or 0 for row in rows if row["local_date"] == today)
    newest = before[-IMPUTED_DAYS:]
    trained = sum(row["state"] == "trained" for row in newest)
    imputed = sum(bool(row["imputed"]) for row in newest)
    fit = {
        "returning": returning and channel.group != "lift",
        "measured": 10 * imputed <= 3 * trained,
    }
    return [row["load"] for row in before], done, fit


def _run(rule: Rule, rows: Sequence[Row], today: date, returning: bool, ahead: int = 0) -> Figure:
    """Of a run so many days from today, with none on the days between."""
    known = {row["local_date"]: row["longest_m"] or 0 for row in rows if row["state"] != "unknown"}
    done = known.get(today, 0)
    known |= {today + timedelta(days=day): done if day == 0 else 0 for day in range(ahead)}
    first, day = min(known, default=today), today + timedelta(days=ahead)
    before = [known.get(day - timedelta(days=n)) for n in range(headroom.RUN_DAYS, 0, -1)]
    number = (day - first).days + 1 if known else None
    longest = 0 if ahead else done
    found = headroom.single_run(before, rule, number, longest, returning=returning)
    return Figure(CHANNELS["run_m"], rule, found, max((m or 0 for m in before), default=0))
