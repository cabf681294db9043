"""The week ahead: sessions on the days of a team, and what the rules would make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.load import weekrows
from clubmon.load.channels import CHANNELS
from clubmon.load.weekrows import Session
from clubmon.policy import Permission, Viewer
from clubmon.web.frame import figures, sight, wholepage
from clubmon.web.frame.access import Context, context, requires, team, viewer
from clubmon.web.frame.sight import Seen
from clubmon.web.weeks import weekpage, weekwords
from clubmon.words.language import N_, _

bp = Blueprint("week", __name__)

MOST = {"run_m": 200, "ascent_m": 10_000, "tonnage_g": 200, "eccentric_sets": 100}  # shown units
FIELDS = {"run_m": "km", "ascent_m": "ascent", "tonnage_g": "tonnes", "eccentric_sets": "sets"}
NO_DAY = N_("Choose one of the days that the form offers.")
NO_AMOUNT = N_("Give at least one amount, as a number such as 12 or 7.5.")
NOT_THERE = N_("That session is not in the plan any more.")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the page with its sessions; `whose`: the athlete's name, '' for everybody."""

    day: date
    sessions: tuple[tuple[Session, str, str], ...]  # with whose, and the amounts in words


@bp.get("/week")
@requires(Permission.SEE_SQUAD)
def show() -> Response:
    """The page; ?team= is a team's id. Changes nothing."""
    return wholepage.page(_page)


def _page() -> str:
    held, who = context(), viewer()
    now = held.now()
    today = people.local_today(held.settings, None, now)
    everyone = sight.squad(held.store, held.settings, who, now)
    teams = _teams(held, who)
    chosen = next((one for one in teams if one.team_id == request.args.get("team")), None)
    of = chosen or (teams[0] if teams else None)
    if of is None:
        return render_template("week.html", team=None, teams=())
    mine = [one for one in everyone if of.team_id in _ids(one)]
    days = [today + timedelta(days=n) for n in range(weekpage.AHEAD)]
    every = sorted({team_id for one in mine for team_id in _ids(one)} | {of.team_id})
    sessions = weekrows.between(held.store, every, today, days[-1])
    found = weekpage.outlook(held.store, mine, sessions, today, now)
    return render_template(
        "week.html", team=of, teams=teams, today=today, choices=days, found=found, words=weekwords,
        days=_days(days, [one for one in sessions if one.team_id == of.team_id], mine),
        athletes=[one for one in mine if one.sight.load],
        plans=policy.may(who, Permission.PLAN_WEEK_OF, team_id=of.team_id),
    )  # fmt: skip


@bp.post("/week/<scope>")
@requires(Permission.PLAN_WEEK_OF)
def add(scope: str) -> Response:
    """Plan a session of a team, or of one of its athletes."""
    held, of = context(), _team()
    day, amounts = _day(held), _amounts()
    whose = request.form.get("athlete", "")
    if whose and not _may_plan_for(held, of, whose):
        abort(404)
    if day is None or not amounts:
        flash(str(NO_AMOUNT if day else NO_DAY), "error")
    else:
        by = viewer().person_id
        weekrows.add(held.store, of.team_id, whose, day, amounts, by, held.now())
        flash(_("Planned for {day}.", day=figures.day(day)))
    return _back(of)


@bp.post("/week/<scope>/<planned_id>")
@requires(Permission.PLAN_WEEK_OF)
def change(scope: str, planned_id: str) -> Response:
    """Move a session to another day, copy it there, or take it out."""
    held, of = context(), _team()
    session = weekrows.one(held.store, of.team_id, planned_id)
    if (
        session is not None
        and session.athlete_id
        and not _may_plan_for(held, of, session.athlete_id)
    ):
        abort(404)
    said = _changed(held, session) if session else ""
    if said:
        flash(said)
    else:
        flash(str(NO_DAY if session else NOT_THERE), "error")
    return _back(of)


def _changed(held: Context, session: Session) -> str:
    """What was done; '' where no day was named to do it on."""
    action, by, now = request.form.get("action"), viewer().person_id, held.now()
    if action == "remove":
        weekrows.remove(held.store, session.planned_id)
        return _("Taken out of {day}.", day=figures.day(session.day))
    day = _day(held)
    if day is None or action not in ("move", "copy"):
        return ""
    if action == "move":
        weekrows.move(held.store, session.planned_id, day, by, now)
        return _("Moved to {day}.", day=figures.day(day))
    weekrows.add(held.store, session.team_id, session.athlete_id, day, session.amounts, by, now)
    return _("Copied to {day}.", day=figures.day(day))


def _teams(held: Context, who: Viewer) -> list[Team]:
    """Teams whose athletes the viewer sees as staff."""
    staff = (policy.Role.COACH, policy.Role.PHYSIO)
    return [
        one
        for one in people.teams(held.store)
        if any(who.has_for(role, frozenset({one.team_id})) for role in staff)
    ]


def _ids(one: Seen) -> list[str]:
    return [team.team_id for team in one.athlete.teams]


def _team() -> Team:
    return team() or abort(404)


def _may_plan_for(held: Context, of: Team, athlete_id: str) -> bool:
    """Whether this is an athlete of the team whose loads the viewer may see."""
    found = sight.one(held.store, held.settings, viewer(), athlete_id, held.now())
    return found is not None and found.sight.load and of.team_id in _ids(found)


def _days(days: Sequence[date], sessions: Sequence[Session], mine: Sequence[Seen]) -> list[Day]:
    """The days with their sessions; those of athletes whose loads are not shown are left out."""
    names = {"": "", **{one.athlete_id: one.name for one in mine if one.sight.load}}
    return [
        Day(
            day,
            tuple(
                (one, names[one.athlete_id], weekwords.amounts(one.amounts))
                for one in sessions
                if one.day == day and one.athlete_id in names
            ),
        )
        for day in days
    ]


def _day(held: Context) -> date | None:
    today = people.local_today(held.settings, None, held.now())
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return None
    return day if 0 <= (day - today).days < weekpage.AHEAD else None


def _amounts() -> dict[str, int] | None:
    """What was filled in, in base units by channel; None where one cannot be read, or none is."""
    found: dict[str, int] = {}
    for channel, name in FIELDS.items():
        text = request.form.get(name, "")
        if not text.strip():
            continue
        amount = figures.amount(text, CHANNELS[channel])
        if amount is None or not 0 <= amount <= MOST[channel]:
            return None
        if base := round(amount * CHANNELS[channel].divisor):
            found[channel] = base
    return found or None


def _back(of: Team) -> Response:
    return redirect(url_for("week.show", team=of.team_id), 303)
