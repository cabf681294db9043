"""The start address: leads everyone to the page that is theirs."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from clubmon.club.people import Person
from clubmon.policy import Permission, Role, Viewer
from clubmon.web.frame.access import context, maybe_viewer, requires
from clubmon.web.frame.navigation import wards
from clubmon.words.language import N_

bp = Blueprint("home", __name__)

NO_ROLE = N_("You are signed in but have no role in the club yet; ask your club's admin for one.")
GROWN_UP = N_("Nothing is left for you here: whom you answered for is old enough to decide alone.")


@bp.get("/")
@requires(Permission.PUBLIC)
def start() -> Response | str:
    """Staff go to Today, an athlete to their own page, a guardian to the child's, admins on."""
    who = maybe_viewer()
    if who is None:
        return redirect("/signin")
    children = wards(context(), who)
    target = landing(who, children)
    if target:
        return redirect(target)
    if not children:
        abort(403, GROWN_UP if who.guardian_of else NO_ROLE)
    return render_template("home.html", children=children)


def landing(who: Viewer, children: Sequence[Person]) -> str | None:
    """The address to start from, or None where there is no single one."""
    if who.has(Role.COACH) or who.has(Role.PHYSIO):
        return "/today"
    if who.has(Role.ATHLETE):
        return f"/athlete/{who.person_id}/home"
    if who.has(Role.ADMIN):
        return "/admin"
    if len(children) == 1:
        return f"/athlete/{children[0].person_id}/home"
    return None
