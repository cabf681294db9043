"""Who answers check-ins and how often, for coach and physio; and what a team is asked besides.

Days and counts alone: an answer is on no part of this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.hamstring import askedmore, rates
from clubmon.hamstring.rates import Asked, Count, Rate
from clubmon.policy import Permission, Viewer
from clubmon.web.frame import sight
from clubmon.web.frame.access import Context, context, requires, team, viewer
from clubmon.web.frame.sight import Seen
from clubmon.words.language import _

bp = Blueprint("answered", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One athlete who is asked."""

    seen: Seen
    rate: Rate


@dataclass(frozen=True, slots=True)
class OfTeam:
    """A team's athletes, its rates, and whether the viewer decides what else it is asked."""

    team: Team
    lines: tuple[Line, ...]
    week: Count
    month: Count
    wellness: bool
    changes: bool

    @property
    def today(self) -> int:
        """How many have answered today."""
        return sum(line.rate.today for line in self.lines)


@bp.get("/checkins")
@requires(Permission.SEE_SQUAD)
def page() -> str:
    """Rates per team and athlete, and who is quiet."""
    held, who = context(), viewer()
    squad = sight.squad(held.store, held.settings, who, held.now())
    today, asked, others = _asked(held, squad)
    by_team = [_of_team(held, who, one, asked) for one in people.teams(held.store)]
    return render_template(
        "answered.html",
        today=today,
        teams=[one for one in by_team if one.lines or (one.changes and one.team.checkins)],
        quiet=[line for line in asked if line.rate.quiet(today)],
        quiet_after=rates.QUIET_AFTER.days,
        others=others,
    )


@bp.post("/checkins/<scope>/wellness")
@requires(Permission.CHANGE_RULES)
def wellness(scope: str) -> Response:
    """Ask a team's athletes for sleep, soreness and stress, or stop asking."""
    held, who, of = context(), viewer(), team()
    if of is None:
        abort(404)
    on = request.form.get("on") == "yes"
    askedmore.set_wellness(held.store, of.team_id, on, who.person_id, held.now())
    action = "wellness_on" if on else "wellness_off"
    people.audit(held.store, who.person_id, action, of.team_id, "", held.now())
    said = (
        _("{name} is now asked for sleep, soreness and stress.")
        if on
        else _("{name} is no longer asked for sleep, soreness and stress.")
    )
    flash(said.format(name=of.name))
    back = "/checkins" if policy.may(who, Permission.SEE_SQUAD) else "/admin"
    return redirect(back, 303)


def quiet_of(known: Mapping[str, Asked], squad: Sequence[Seen], today: date) -> list[Seen]:
    """Those of a viewer's squad who are asked and have not answered for four days or more."""
    asked = _lines(known, [one for one in squad if one.sight.asked], today)
    return [line.seen for line in asked if line.rate.quiet(today)]


def _asked(held: Context, squad: Sequence[Seen]) -> tuple[date, list[Line], list[Seen]]:
    """The club's today, those who are asked, and those who are not, by name."""
    today = people.local_today(held.settings, None, held.now())
    mine = {
        one.athlete_id: [of.team_id for of in one.athlete.teams if of.checkins]
        for one in squad
        if one.sight.asked
    }
    known = rates.days_asked(held.store, mine, held.settings.zone, today)
    others = [one for one in squad if one.athlete_id not in known]
    return today, _lines(known, squad, today), others


def _lines(known: Mapping[str, Asked], squad: Sequence[Seen], today: date) -> list[Line]:
    return [
        Line(one, rates.rate(one.athlete_id, of.days, of.since, today))
        for one in squad
        if (of := known.get(one.athlete_id))
    ]


def _of_team(held: Context, who: Viewer, of: Team, asked: list[Line]) -> OfTeam:
    lines = tuple(
        line for line in asked if of.team_id in {one.team_id for one in line.seen.athlete.teams}
    )
    found = [line.rate for line in lines]
    return OfTeam(
        of,
        lines,
        rates.together(found, "week"),
        rates.together(found, "month"),
        of.team_id in askedmore.with_wellness(held.store),
        policy.may(who, Permission.CHANGE_RULES, team_id=of.team_id),
    )
