"""What staff decide about plans: assign a drill, stop one, note how one ended."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from clubmon.hamstring import planning
from clubmon.hamstring.planning import PlanRefused
from clubmon.policy import Permission
from clubmon.web.frame.access import context, plan_owner, requires, subject, viewer
from clubmon.words.language import _

bp = Blueprint("planstaff", __name__)


@bp.post("/athlete/<athlete_id>/assign")
@requires(Permission.ASSIGN_DRILL)
def assign(athlete_id: str) -> Response:
    """Begin a plan of the drills in the form; refused without a word about why."""
    held = context()
    try:
        drills = request.form.getlist("drill")
        who = viewer().person_id
        planning.assign(held.store, held.settings, athlete_id, drills, who, held.now())
        held.on_mail()
        flash(_("Assigned. It runs from today."))
    except PlanRefused as refused:
        flash(str(refused), "error")
    return _back(athlete_id)


@bp.post("/plan/<plan_id>/stop")
@requires(Permission.ASSIGN_DRILL, athlete="plan_id", find=plan_owner)
def stop(plan_id: str) -> Response:
    """End a plan; on record with who did."""
    held = context()
    stopped = planning.stop(held.store, held.settings, plan_id, viewer().person_id, held.now())
    flash(_("The plan has ended.") if stopped else _("It had ended already."))
    return _back(subject().athlete_id)


@bp.post("/plan/<plan_id>/note")
@requires(Permission.NOTE_PLAN, athlete="plan_id", find=plan_owner)
def note(plan_id: str) -> Response:
    """A physio has looked at how a plan ended; it leaves the list."""
    held = context()
    planning.note(held.store, held.settings, plan_id, viewer().person_id, held.now())
    flash(_("Noted; it is off your list."))
    return redirect("/referrals", 303)


def _back(athlete_id: str) -> Response:
    """To the page that the form was on: Today, or the athlete's."""
    if request.form.get("from") == "today":
        return redirect(url_for("today.show"), 303)
    return redirect(url_for("athlete.show", athlete_id=athlete_id), 303)
