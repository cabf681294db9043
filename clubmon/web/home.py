"""The start address: leads everyone to the page that is theirs."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from clubmon.policy import Permission, Role, Viewer
from clubmon.web.access import context, maybe_viewer, requires
from clubmon.web.navigation import wards

bp = Blueprint("home", __name__)

NO_ROLE = "You are signed in but have no role in the club yet; ask your club's admin for one."


@bp.get("/")
@requires(Permission.PUBLIC)
def start() -> Response | str:
    """Staff go to Today, an athlete to their own page, a guardian to the child's, admins on."""
    who = maybe_viewer()
    if who is None:
        return redirect("/signin")
    target = landing(who)
    if target:
        return redirect(target)
    if not who.guardian_of:
        abort(403, NO_ROLE)
    return render_template("home.html", children=wards(context().store, who))


def landing(who: Viewer) -> str | None:
    """The address to start from, or None where there is no single one."""
    if who.has(Role.COACH) or who.has(Role.PHYSIO):
        return "/today"
    if who.has(Role.ATHLETE):
        return f"/athlete/{who.person_id}"
    if who.has(Role.ADMIN):
        return "/admin"
    if len(who.guardian_of) == 1:
        return f"/athlete/{next(iter(who.guardian_of))}"
    return None
