"""An athlete's own data: what is kept and why, taking it along, deleting it for good."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from clubmon import erasure, people, takeout
from clubmon.people import Person
from clubmon.policy import Permission, Role
from clubmon.takeout import Wanted
from clubmon.web.access import SESSION, Context, context, requires, viewer

bp = Blueprint("own", __name__)

ZIP = "application/zip"
NOT_CONFIRMED = "Nothing was deleted: type the name exactly as it stands here to confirm it."
GONE = "Everything about {} is deleted; what is left in files goes within minutes."


@bp.get("/athlete/<athlete_id>/data")
@requires(Permission.OWN_DATA)
def show(athlete_id: str) -> str:
    """What is kept, for how long, and what deleting takes away. Changes nothing."""
    return _page(athlete_id)


@bp.post("/athlete/<athlete_id>/data/download")
@requires(Permission.OWN_DATA)
def download(athlete_id: str) -> Response:
    """Everything that is held, as a ZIP that is made while it is sent; the audit gets a line."""
    held, by = context(), viewer().person_id
    wanted = Wanted(_person(athlete_id), by == athlete_id, held.now())
    people.audit(held.store, by, "data_downloaded", athlete_id, "", held.now())
    response = Response(takeout.stream(held.store, held.settings, wanted), mimetype=ZIP)
    response.headers.set("Content-Disposition", "attachment", filename=takeout.file_name(wanted))
    return response


@bp.post("/athlete/<athlete_id>/data/delete")
@requires(Permission.OWN_DATA)
def delete(athlete_id: str) -> str | Response | tuple[str, int]:
    """Delete everything, where the name was typed; an athlete is signed out by it."""
    held, who = context(), _person(athlete_id)
    if not erasure.confirmed(who, request.form.get("name", "")):
        return _page(athlete_id, wrong=NOT_CONFIRMED), 400
    own = viewer().person_id == athlete_id
    by_role = "athlete" if own else "guardian"
    erasure.begin(held.store, held.settings, athlete_id, viewer().person_id, by_role, held.now())
    _sweep(held)
    if not own:
        flash(GONE.format(who.name))
        return redirect("/", 303)
    session.pop(SESSION, None)
    return render_template("deleted.html", keeps=erasure.KEEPS)


def _sweep(held: Context) -> None:
    if held.on_erasure is not None:
        held.on_erasure()
    else:
        erasure.finish(held.store, held.settings, held.now())


def _page(athlete_id: str, wrong: str | None = None) -> str:
    held = context()
    roles = people.viewer(held.store, athlete_id).roles
    staff = [role.value for role in roles if role is not Role.ATHLETE]
    return render_template(
        "own_data.html",
        person=_person(athlete_id),
        own=viewer().person_id == athlete_id,
        staff=staff,
        wrong=wrong,
    )


def _person(athlete_id: str) -> Person:
    return people.person(context().store, athlete_id) or abort(404)
