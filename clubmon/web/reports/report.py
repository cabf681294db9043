"""The weekly report of a team: a page to read and to print, and the same as a PDF."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.flag.replay import ReplayRefused
from clubmon.policy import Permission
from clubmon.web.frame import paper, shell
from clubmon.web.frame.access import context, requires, team, viewer
from clubmon.web.reports import report_page
from clubmon.web.reports.report_page import SUMMED, Page
from clubmon.words import calendarweek
from clubmon.words.language import N_

bp = Blueprint("report", __name__)
shell.register(bp)

NO_TEAM = N_("You have no team to report on; ask your club's admin to give you one.")
NOT_OVER = N_("This week is not over yet; its report is there on the Monday after it.")


@bp.get("/report")
@requires(Permission.SEE_SQUAD)
def newest() -> Response:
    """Leads to the last week that is over, of the viewer's first team."""
    mine = _teams()
    if not mine:
        abort(404, str(NO_TEAM))
    label = calendarweek.last_over(_today()).label
    return redirect(url_for("report.show", scope=mine[0].team_id, week=label))


@bp.get("/report/<scope>/<week>")
@requires(Permission.SEE_REPORT_OF)
def show(scope: str, week: str) -> str:
    """One week of one team, of what this reader may see now."""
    page = _page(week)
    last = calendarweek.last_over(_today())
    return render_template(
        "report.html", page=page, summed=SUMMED, teams=_teams(), last=last,
        before=page.week.back(1), after=page.week.back(-1), can_pdf=paper.missing() is None,
        may_screens=policy.may(viewer(), Permission.SEE_SCREENS),
    )  # fmt: skip


@bp.get("/report/<scope>/<week>.pdf")
@requires(Permission.SEE_REPORT_OF)
def pdf(scope: str, week: str) -> Response:
    """The same on paper."""
    why = paper.missing()
    if why:
        abort(501, why)
    page = _page(week)
    made = paper.pdf(render_template("report_paper.html", page=page, summed=SUMMED))
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="week-{page.week.label}.pdf"'
    return response


def _page(label: str) -> Page:
    of, week = team(), calendarweek.parse(label)
    if of is None or week is None:
        abort(404)
    if week.after > _today():
        abort(404, str(NOT_OVER))
    try:
        return report_page.build(context(), viewer(), of, week)
    except ReplayRefused as refused:
        abort(503, str(refused))


def _teams() -> list[Team]:
    """Those that the viewer may read a report of, by name."""
    who = viewer()
    return [
        one
        for one in people.teams(context().store)
        if policy.may(who, Permission.SEE_REPORT_OF, team_id=one.team_id)
    ]


def _today() -> date:
    held = context()
    return people.local_today(held.settings, None, held.now())
