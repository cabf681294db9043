"""Where screens are made and ended, and what they show: a wall display, a frame in a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import enrolling, people, screens
from clubmon.club.links import LinkExpired, LinkInvalid
from clubmon.club.people import Athlete, PeopleError, Team
from clubmon.club.screens import Kind, Screen, ScreenRefused, Wanted
from clubmon.policy import Permission
from clubmon.web.frame import shell
from clubmon.web.frame.access import context, requires, team, viewer
from clubmon.web.reports import board
from clubmon.web.reports.board import Board
from clubmon.words.language import N_, _

bp = Blueprint("screens", __name__)
shell.register(bp)

OVER = N_("This link is over. Ask the club for a new one.")
WHERE = {"wall": N_("Screen on a wall"), "embed": N_("Frame in a page of the club")}
WHAT = {
    "names": N_("First names"),
    "shirts": N_("Shirt numbers"),
    "counts": N_("Nobody, only sums"),
}


@dataclass(frozen=True, slots=True)
class OfTeam:
    """A team's links with their addresses, and who has agreed to stand on a screen."""

    team: Team
    links: tuple[tuple[Screen, str, str], ...]  # the link, its address, who made it
    athletes: tuple[Athlete, ...]
    agreed: int
    unnumbered: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A form of a team that was sent with errors: what was typed, and what is wrong where."""

    team_id: str
    form: str  # 'link' or 'shirts'
    sentence: str
    sent: Mapping[str, str]
    field: str = ""  # '' where it is about none alone


@bp.get("/screens")
@requires(Permission.SEE_SCREENS)
def page() -> str:
    """Links of the viewer's teams, a form for a new one, and shirt numbers. Changes nothing."""
    return _page()


def _page(refused: Refused | None = None) -> str:
    """The page; a refused form stands open with what was typed."""
    held, who = context(), viewer()
    mine = [
        one
        for one in people.teams(held.store)
        if policy.may(who, Permission.MANAGE_SCREENS, team_id=one.team_id)
    ]
    return render_template(
        "screens.html", teams=[_of_team(one) for one in mine], where=WHERE, what=WHAT,
        days=screens.DAYS, longest=screens.LONGEST_NAME, embed_on=held.settings.embed_on,
        availability=held.settings.screens_show_availability, longest_shirt=enrolling.LONGEST_SHIRT,
        refused=refused,
    )  # fmt: skip


@bp.post("/screens/<scope>")
@requires(Permission.MANAGE_SCREENS)
def make(scope: str) -> Response | tuple[str, int]:
    """Make a link for a team; the form again where it could not be."""
    held, of, form = context(), _team(), request.form
    days = form.get("days", "")
    wanted = Wanted(
        form.get("kind", ""), form.get("shows", ""), form.get("name", ""),
        int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    )  # fmt: skip
    try:
        screens.make(held.store, viewer().person_id, of.team_id, wanted, held.now())
    except ScreenRefused as error:
        return _page(Refused(of.team_id, "link", str(error), form, error.field)), 400
    flash(_("The link for {team} is made; it stands below.", team=of.name))
    return redirect(f"/screens#team-{of.team_id}", 303)


@bp.post("/screens/<scope>/<screen_id>/revoke")
@requires(Permission.MANAGE_SCREENS)
def revoke(scope: str, screen_id: str) -> Response:
    """End a link at once."""
    held, of = context(), _team()
    if not screens.revoke(held.store, of.team_id, screen_id, viewer().person_id, held.now()):
        abort(404)
    flash(_("The link is over; a screen that shows it says so within a minute."))
    return redirect(f"/screens#team-{of.team_id}", 303)


@bp.post("/screens/<scope>/shirts")
@requires(Permission.MANAGE_SCREENS)
def shirts(scope: str) -> Response | tuple[str, int]:
    """Keep the shirt numbers of a team's athletes; the form again where one is none."""
    held, of = context(), _team()
    given = {
        one.person.person_id: request.form[one.person.person_id]
        for one in _athletes(of)
        if one.person.person_id in request.form
    }
    try:
        changed = enrolling.set_shirts(held.store, given)
    except PeopleError as error:
        return _page(Refused(of.team_id, "shirts", str(error), given)), 400
    if changed:
        people.audit(
            held.store, viewer().person_id, "shirts_set", of.team_id, str(changed), held.now()
        )
    flash(_("Saved.") if changed else _("Nothing was changed."))
    return redirect(f"/screens#team-{of.team_id}", 303)


@bp.get("/wall/<token>")
@requires(Permission.SIGNED_LINK)
def wall(token: str) -> Response:
    """The board for a screen across the room."""
    return _shown("wall", token)


@bp.get("/embed/<token>")
@requires(Permission.SIGNED_LINK)
def embed(token: str) -> Response:
    """The board for a frame in a page of the club."""
    return _shown("embed", token)


def _shown(kind: Kind, token: str) -> Response:
    """The page of a link; where it is over, a page that says so and asks for nothing."""
    g.bare = g.cookieless = True
    held = context()
    found: Board | None = None
    code = 410
    try:
        found = board.build(held, screens.live(held.store, held.settings, kind, token, held.now()))
    except LinkInvalid:
        code = 404
    except LinkExpired:
        pass
    if found is None:
        return make_response(render_template("screen_over.html", sentence=OVER, kind=kind), code)
    return make_response(render_template(f"{kind}.html", board=found, now=held.now()))


def _of_team(of: Team) -> OfTeam:
    held = context()
    athletes = tuple(_athletes(of))
    shown = board.agreed(held, of)
    return OfTeam(
        of,
        tuple(
            (one, screens.address(held.settings, one), _name(one.person_id))
            for one in screens.in_force(held.store, [of.team_id], held.now())
        ),
        athletes,
        len(shown),
        sum(not one.athlete.person.shirt for one in shown),
    )


def _athletes(of: Team) -> list[Athlete]:
    return [one for one in people.athletes(context().store) if of in one.teams]


def _name(person_id: str) -> str:
    found = people.person(context().store, person_id)
    return found.name if found else ""


def _team() -> Team:
    return team() or abort(404)
