"""The physio's page on which a known condition is cleared until a day, or that is withdrawn."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.club import people
from clubmon.club.people import Person
from clubmon.hamstring import clearances
from clubmon.hamstring.clearances import ClearanceRefused
from clubmon.policy import Permission
from clubmon.triage.questions import SIGNS
from clubmon.web.frame.access import athletes_health, context, requires, subject, viewer
from clubmon.words.language import N_, _

bp = Blueprint("clearance", __name__)

NO_DAY = N_("Nothing was recorded: choose the last day of the clearance.")


@bp.get("/athlete/<athlete_id>/clearance")
@requires(Permission.HANDLE_REFERRAL, find=athletes_health)
def show(athlete_id: str) -> str:
    """What is in force and what was before. Changes nothing."""
    held, person = context(), _person()
    today = people.local_today(held.settings, person.timezone, held.now())
    entries = clearances.history(held.store, athlete_id)
    return render_template(
        "clearance.html",
        person=person,
        entries=entries,
        cleared=clearances.until(held.store, athlete_id),
        today=today,
        last=today + clearances.LONGEST,
        signs=[sign.label for sign in SIGNS if sign.clearable],
    )


@bp.post("/athlete/<athlete_id>/clearance")
@requires(Permission.HANDLE_REFERRAL, find=athletes_health)
def save(athlete_id: str) -> Response:
    """Record a last day, or that it is withdrawn."""
    held, person = context(), _person()
    today = people.local_today(held.settings, person.timezone, held.now())
    day = None if "withdraw" in request.form else _day()
    try:
        done = clearances.record(held.store, athlete_id, day, today, viewer().person_id, held.now())
    except ClearanceRefused as error:
        abort(400, str(error))
    flash(
        _("Recorded; it counts from the next check-in on.") if done else _("Nothing was changed.")
    )
    return redirect(request.path, 303)


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(400, NO_DAY)


def _person() -> Person:
    return people.person(context().store, subject().athlete_id) or abort(404)
