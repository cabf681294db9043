"""The squad in charts: days, change beside tightness, weekly volume, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import plugins
from clubmon.club import people
from clubmon.load.channels import CHANNELS, Channel
from clubmon.policy import Permission
from clubmon.sdk import SquadChange, SquadCoverage, SquadDays, SquadWeeks
from clubmon.web.coach import squad, squad_figures, squad_words
from clubmon.web.coach.squad import Week
from clubmon.web.frame import shell, sight, views
from clubmon.web.frame.access import context, requires, viewer
from clubmon.web.frame.sight import Seen

bp = Blueprint("squadcharts", __name__)

TIGHTNESS = "tightness"  # stands beside the channels for what the days show
CHARTS = ("days", "change", "weeks", "coverage")


@dataclass(frozen=True, slots=True)
class Squad:
    """Who and what the address asks for, read for what the viewer may see."""

    everyone: Sequence[Seen]
    shown: Sequence[Seen]
    week: Week
    today: date
    last: date | None
    answered: Mapping[str, int]
    channel: Channel
    show: str  # a channel's key, or TIGHTNESS
    team: str

    def days(self) -> SquadDays:
        """Athletes by days."""
        if self.show == TIGHTNESS:
            return squad_figures.tight_days(self.shown, self.week, self.today, page_of)
        return squad_figures.load_days(self.shown, self.week, self.channel, page_of)

    def change(self) -> SquadChange:
        """Change from usual beside tightness."""
        return squad_figures.changes(self.shown, self.week, self.channel, self.today, page_of)

    def weeks(self) -> SquadWeeks:
        """Weekly volume."""
        return squad_figures.weekly(self.shown, self.week, self.channel, page_of)

    def coverage(self) -> SquadCoverage:
        """What is known."""
        return squad_figures.coverage(self.shown, self.week, self.answered, page_of)


@bp.get("/squad")
@requires(Permission.SEE_SQUAD)
def show() -> str:
    """The page; ?show= is a channel or 'tightness', ?team= a team's name."""
    found = _squad()
    days, change, weeks, coverage = found.days(), found.change(), found.weeks(), found.coverage()
    return render_template(
        "squad.html", found=found, days=days, change=change, weeks=weeks, coverage=coverage,
        said={
            "days": squad_words.days(days),
            "change": squad_words.change(change, len(found.shown)),
            "weeks": squad_words.weeks(weeks),
            "coverage": squad_words.coverage(coverage),
        },
        placed=[
            (one, squad_figures.change_of(one, found.week, found.channel),
             squad_figures.tightness_of(one, found.week, found.today))
            for one in found.shown
            if one.sight.load or one.sight.tightness
        ],
        channels=squad_figures.channels(found.week), tightness=TIGHTNESS,
        shares_tightness=any(one.sight.tightness for one in found.everyone),
        teams=sorted({name for one in found.everyone for name in _teams(one)}),
        plotly=shell.PLOTLY, sha384=shell.PLOTLY_SHA384,
    )  # fmt: skip


@bp.get("/squad/<name>.json")
@requires(Permission.SEE_SQUAD)
def chart(name: str) -> Response:
    """One figure for the script, built by the plugin from plain data."""
    draw = plugins.load(plugins.DASHBOARDS)[0].get(f"squad_{name}")
    if name not in CHARTS or draw is None:
        abort(404)
    return jsonify(draw(getattr(_squad(), name)()))


def page_of(athlete_id: str) -> str:
    """Where a click on the athlete leads."""
    return url_for("athlete.show", athlete_id=athlete_id)


def _squad() -> Squad:
    held, who = context(), viewer()
    store, now = held.store, held.now()
    today = people.local_today(held.settings, None, now)
    everyone = sight.squad(store, held.settings, who, now)
    team = request.args.get("team", "")
    shown = [one for one in everyone if not team or team in _teams(one)]
    last = views.figures_until(store)
    week = squad.load(store, shown, last, today)
    asked = [one.athlete_id for one in shown if one.sight.asked]
    answered = views.answered(store, asked, squad_figures.window(week.last)[0], week.last)
    wanted = request.args.get("show", "")
    known = [channel.key for channel in squad_figures.channels(week)]
    key = wanted if wanted in known else next(iter(known), "run_m")
    chosen = TIGHTNESS if wanted == TIGHTNESS else key
    return Squad(everyone, shown, week, today, last, answered, CHANNELS[key], chosen, team)


def _teams(one: Seen) -> list[str]:
    return [team.name for team in one.athlete.teams]
