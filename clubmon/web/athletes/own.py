"""An athlete's own pages: the start, what is kept and why, taking it along, deleting it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import connections, contacts, people
from clubmon.club.people import Person
from clubmon.policy import Permission, Role
from clubmon.privacy import erasure, takeout
from clubmon.privacy.takeout import Wanted
from clubmon.sync import sources
from clubmon.web.athletes import own_home
from clubmon.web.frame import sight
from clubmon.web.frame.access import SESSION, Context, context, requires, subject, viewer
from clubmon.web.frame.sight import Seen
from clubmon.web.people import consent_page
from clubmon.web.plans import plan_words
from clubmon.words.language import N_, current

bp = Blueprint("own", __name__)

ZIP = "application/zip"
NOT_CONFIRMED = N_("Nothing was deleted: type the name exactly as it stands here to confirm it.")
GONE = N_("Everything about {} is deleted; what is left in files goes within minutes.")


@bp.get("/athlete/<athlete_id>/home")
@requires(Permission.OWN_DATA)
def home(athlete_id: str) -> str:
    """The start page: what to do next, what was found and who knows, what is shared."""
    held, who = context(), viewer()
    one = sight.one(held.store, held.settings, who, athlete_id, held.now()) or abort(404)
    reader = people.person(held.store, who.person_id) or abort(404)
    own, today = who.person_id == athlete_id, _today(held, one)
    shared = consent_page.load(held.store, held.settings, reader, one.athlete, held.now())
    step = own_home.step(held, who, subject(), one, today)
    turns = step.urgency and policy.turns_to_physio(who, subject()) and not one.sight.treats
    return render_template(
        "own_home.html", one=one, own=own, step=step,
        turn_to=contacts.reach(held.store, [one.athlete])[athlete_id] if turns else None,
        six_weeks=own_home.six_weeks(held, one, today),
        flags=own_home.raised(held, one, today, own=own),
        mails=own_home.mailed(held, one, held.now()),
        plans=plan_words.rows(held, one, today),
        cleared=own_home.cleared(held, one, today),
        shared=shared,
        connected=_connected(held, athlete_id),
        months=held.settings.keep_months,
        emergency_number=held.settings.emergency_number,
    )  # fmt: skip


def _connected(held: Context, athlete_id: str) -> list[str]:
    return [sources.about(name).title for name in connections.of_athlete(held.store, athlete_id)]


def _today(held: Context, one: Seen) -> date:
    return people.local_today(held.settings, one.athlete.person.timezone, held.now())


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
    wanted = Wanted(_person(athlete_id), by == athlete_id, held.now(), current())
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
        months=held.settings.keep_months,
    )


def _person(athlete_id: str) -> Person:
    return people.person(context().store, athlete_id) or abort(404)
