"""One athlete: what is unusual and why, the chart, figures, headroom, tightness, sessions, days."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import plugins, policy
from clubmon.arrival import asking, doubtful
from clubmon.club import contacts, people
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.policy import Permission
from clubmon.web.athletes import (
    athlete_days,
    athlete_more,
    athlete_words,
    available,
    planned,
    private,
    room,
    room_words,
    told_more,
    trace,
)
from clubmon.web.coach import squad
from clubmon.web.frame import figures, shell, sight, views
from clubmon.web.frame.access import context, requires, subject, viewer
from clubmon.web.frame.sight import Seen
from clubmon.web.plans import plan_words

bp = Blueprint("athlete", __name__)

FIGURE = "athlete"  # the entry point that draws the chart
SESSIONS_SHOWN, SESSIONS_MORE = 20, 500  # at first, and with ?sessions=more


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks to be drawn."""

    channel: str
    weeks: int


@bp.get("/athlete/<athlete_id>")
@requires(Permission.SEE_ATHLETE)
def show(athlete_id: str) -> str:
    """The page; ?channel= and ?weeks= choose what is drawn, ?sessions=more lists older ones."""
    held, one = context(), _seen(athlete_id)
    last = views.figures_until(held.store)
    found = trace.load(held.store, one, last, held.now()) if last else None
    asked = _asked(found)
    own = viewer().person_id == athlete_id
    drawn = trace.chart(found, one.name, asked.channel, asked.weeks) if found else None
    today = people.local_today(held.settings, one.athlete.person.timezone, held.now())
    known = room.load(held.store, one, today, held.now()) if found and found.channels else None
    wish = planned.read(request.args, known)
    answer = (
        room.answer(held.store, one, today, held.now(), wish)
        if isinstance(wish, room.Wish)
        else None
    )
    unusual = athlete_words.unusual(held, one, own, today)
    turns = policy.turns_to_physio(viewer(), subject()) and not one.sight.treats
    reaches = one.sight.reaches or (turns and unusual.step.needs_physio)
    reach = contacts.reach(held.store, [one.athlete])[athlete_id] if reaches else None
    return render_template(
        "athlete.html", one=one, own=own, safety_note=SAFETY_NOTE, asked=asked, last=last,
        today=today, imputed=athlete_words.IMPUTED,
        unusual=unusual,
        noted=athlete_words.noted(held, one, today),
        drawn=drawn, chart_url=_chart_url(one, asked) if found and found.channels else None,
        channels=[figures.CHANNELS[key] for key in found.channels] if found else [],
        long_ago=views.long_ago(held.store, athlete_id, last) if one.sight.load else None,
        weeks=trace.WEEKS, plotly=shell.PLOTLY, sha384=shell.PLOTLY_SHA384,
        ratios=athlete_words.ratios(found) if views.shows_ratios(held.store, _teams(one)) else [],
        keys=athlete_words.keys(found), summary=athlete_words.summary(drawn) if drawn else "",
        table=athlete_days.table(drawn) if drawn else [],
        calendar=athlete_days.calendar(found, squad.day_state) if found else [],
        legs=athlete_words.legs(found, today), pattern=athlete_words.pattern(found, today),
        told_more=told_more.load(held.store, held.settings, one, today),
        longest=athlete_words.longest(held, one, last),
        headroom=room_words.section(known, own=own), more=athlete_more.more(found),
        wish=planned.form(request.args, known, asked.channel, wish, answer),
        sessions=views.sessions(
            held.store, athlete_id, _many(), last + timedelta(days=1), held.now()
        )
        if last and one.sight.load else [],
        shown_sessions=SESSIONS_SHOWN,
        more_sessions=SESSIONS_MORE if _many() == SESSIONS_SHOWN else 0,
        private=private.sessions(held.store, viewer(), athlete_id),
        reach=reach if one.sight.reaches else None,
        turn_to=None if one.sight.reaches else reach,
        plans=plan_words.section(
            held, one, today, own=policy.may(viewer(), Permission.ANSWER_PLAN, subject())
        ),
        available=available.section(held, one, subject(), own=own),
        asks=asking.waiting(held.store, athlete_id)
        if policy.may(viewer(), Permission.ANSWER_FILES, subject()) else 0,
        doubted=doubtful.waiting(held.store, [athlete_id], held.now()) if one.sight.load else 0,
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


def _teams(one: Seen) -> list[str]:
    return [team.team_id for team in one.athlete.teams]


def _seen(athlete_id: str) -> Seen:
    held = context()
    found = sight.one(held.store, held.settings, viewer(), athlete_id, held.now())
    return found if found is not None else abort(404)


def _many() -> int:
    """How many sessions the page was asked for."""
    return SESSIONS_MORE if request.args.get("sessions") == "more" else SESSIONS_SHOWN


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
