"""One athlete: what is unusual and why, the chart, key figures, tightness, sessions, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import checkins, people, plugins
from clubmon.drills import Drill, library
from clubmon.policy import Permission
from clubmon.sdk import AthleteChart
from clubmon.store import Row
from clubmon.web import athlete_days, figures, reasons, shell, sight, squad, talk, trace, views
from clubmon.web.access import Context, context, requires, viewer
from clubmon.web.sight import Seen

bp = Blueprint("athlete", __name__)

FIGURE = "athlete"  # the entry point that draws the chart
SESSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Flagged:
    """An open flag with its reasons as sentences."""

    tier: int
    morning: date
    reasons: tuple[str, ...]
    history: tuple[str, ...]  # who has seen it or done what


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks to be drawn."""

    channel: str
    weeks: int


@bp.get("/athlete/<athlete_id>")
@requires(Permission.SEE_ATHLETE)
def show(athlete_id: str) -> str:
    """The page; ?channel= and ?weeks= choose what is drawn."""
    held, one = context(), _seen(athlete_id)
    last = views.figures_until(held.store)
    found = trace.load(held.store, one, last, held.now()) if last else None
    asked = _asked(found)
    own = viewer().person_id == athlete_id
    drawn = trace.chart(found, one.name, asked.channel, asked.weeks) if found else None
    today = people.local_today(held.settings, one.athlete.person.timezone, held.now())
    return render_template(
        "athlete.html", one=one, own=own, asked=asked, last=last, today=today,
        flags=_flags(held, one, own, today), drills=_drills(held, one),
        drawn=drawn, chart_url=_chart_url(one, asked) if found and found.channels else None,
        channels=[figures.CHANNELS[key] for key in found.channels] if found else [],
        weeks=trace.WEEKS, plotly=shell.PLOTLY, sha384=shell.PLOTLY_SHA384,
        keys=_keys(held, one, found), summary=summary(drawn) if drawn else "",
        table=athlete_days.table(drawn) if drawn else [],
        calendar=athlete_days.calendar(found, squad.day_state) if found else [],
        legs=_legs(found, today), pattern=_pattern(found), longest=_longest(held, one, last),
        sessions=views.sessions(held.store, athlete_id, SESSIONS_SHOWN) if last else [],
    )  # fmt: skip


@bp.get("/athlete/<athlete_id>/chart.json")
@requires(Permission.SEE_ATHLETE)
def chart(athlete_id: str) -> Response:
    """The figure for the script, built by the plugin from plain data; 404 without figures."""
    held, one = context(), _seen(athlete_id)
    last = views.figures_until(held.store)
    draw = plugins.load(plugins.DASHBOARDS)[0].get(FIGURE)
    if last is None or draw is None:
        abort(404)
    found = trace.load(held.store, one, last, held.now())
    asked = _asked(found)
    return jsonify(draw(trace.chart(found, one.name, asked.channel, asked.weeks)))


def _seen(athlete_id: str) -> Seen:
    held = context()
    found = sight.one(held.store, held.settings, viewer(), athlete_id, held.now())
    return found if found is not None else abort(404)


def _asked(found: trace.Trace | None) -> Asked:
    """What the address names, or the first channel that holds anything, and six weeks."""
    known = list(found.channels) if found else []
    channel = request.args.get("channel", "")
    weeks = request.args.get("weeks", type=int, default=trace.WEEKS[0])
    return Asked(
        channel if channel in known else next(iter(known), "run_m"),
        weeks if weeks in trace.WEEKS else trace.WEEKS[0],
    )


def _chart_url(one: Seen, asked: Asked) -> str:
    return url_for("athlete.chart", athlete_id=one.athlete_id, **asdict(asked))


def _flags(held: Context, one: Seen, own: bool, today: date) -> list[Flagged]:
    rows = talk.visible(
        views.open_flags(held.store, [one.athlete_id], today), {one.athlete_id: one.sight}
    )
    mine = talk.by_athlete(rows).get(one.athlete_id, [])
    return [
        Flagged(
            flag["tier"],
            flag["morning"],
            tuple(reasons.of_flags([flag], one.sight, own=own)),
            tuple(_said(action) for action in flag["actions"]),
        )
        for flag in mine
    ]


def _said(action: Row) -> str:
    if action["action"] == "seen":
        return f"Seen by {action['name'] or 'someone who has left'}."
    return talk.done_sentence(action)


def _drills(held: Context, one: Seen) -> list[Drill]:
    if not one.sight.tightness:
        return []
    allowed = checkins.drills_now(held.store, one.athlete_id, held.now())
    return [library()[drill_id] for drill_id in allowed if drill_id in library()]


@dataclass(frozen=True, slots=True)
class Key:
    """The last seven days of one channel in words and numbers."""

    channel: figures.Channel
    week: str
    usual: str
    change: str | None
    week_on_week: str | None
    note: str | None  # 'incomplete, 5 of 7 days'


def _keys(held: Context, one: Seen, found: trace.Trace | None) -> list[Key]:
    if found is None:
        return []
    return [_key(figures.CHANNELS[name], days.get(found.last, {}))
            for name, days in found.channels.items()]  # fmt: skip


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
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _legs(found: trace.Trace | None, today: date) -> tuple[squad.Leg, ...]:
    """Two weeks of both legs; empty where tightness is not for this viewer or never given."""
    if found is None or not found.scores:
        return ()
    days = [today - timedelta(days=back) for back in range(13, -1, -1)]
    of_day = [found.scores.get(day) for day in days]
    return (
        squad.leg("Left", [scores.left if scores else None for scores in of_day]),
        squad.leg("Right", [scores.right if scores else None for scores in of_day]),
    )


def _pattern(found: trace.Trace | None) -> str | None:
    """The last pattern that was to be discussed, and when."""
    scores = (found.scores if found else None) or {}
    for day in sorted(scores, reverse=True):
        said = reasons.PATTERNS.get(scores[day].pattern or "")
        if said:
            return f"{figures.day(day)}: {said}"
    return None


def _longest(held: Context, one: Seen, last: date | None) -> str | None:
    """The longest run of the last seven days against the 30 days before it, in words."""
    if last is None or not one.sight.load:
        return None
    first = last - timedelta(days=squad.WEEK - 1)
    row = views.longest_runs(held.store, [one.athlete_id], first, last).get(one.athlete_id)
    if row is None:
        return None
    said = f"{row['longest_m'] / 1000:.1f} km on {figures.day(row['local_date'])}"
    if not row["ratio"]:
        return f"{said}, the first run in 30 days."
    change = figures.signed(100 * (row["ratio"] - 1))
    return f"{said}, {change} against the longest of the 30 days before."


def summary(drawn: AthleteChart) -> str:
    """What the chart shows, in sentences."""
    said = [f"{drawn.channel} from {figures.day(drawn.days[0])} to {figures.day(drawn.days[-1])}."]
    week, line = drawn.week[-1], drawn.flag_line[-1]
    if week is None:
        said.append("Too few of the last seven days are known for a weekly figure.")
    else:
        said.append(f"The last seven days hold {week:.1f} {drawn.unit}.")
        if line is not None:
            said.append(f"A week above {line:.1f} {drawn.unit} would be flagged.")
    blank = sum(load is None for load in drawn.load)
    if blank:
        said.append(f"Of {figures.count(blank, 'day', 'days')} nothing is known.")
    return " ".join([*said, *_tight_summary(drawn)])


def _tight_summary(drawn: AthleteChart) -> Sequence[str]:
    """The highest score of either leg in the window."""
    known = [
        (score, side, day)
        for side, scores in (("left", drawn.left), ("right", drawn.right))
        for score, day in zip(scores or (), drawn.days, strict=False)
        if score
    ]
    if not known:
        return ()
    score, side, day = max(known, key=lambda found: (found[0], found[2]))
    return (f"The highest tightness was {score}/10, {side}, on {figures.day(day)}.",)
