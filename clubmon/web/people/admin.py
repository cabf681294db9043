"""The admin's page: did the night run, who is who, what is stuck. No health data, no loads."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.arrival import dropfolder, settling
from clubmon.club import contacts, enrolling, people
from clubmon.club.people import PeopleError, Team
from clubmon.drill.drills import shelf
from clubmon.hamstring import askedmore
from clubmon.policy import Permission
from clubmon.web.frame.access import context, requires, viewer
from clubmon.web.people import overview
from clubmon.words.language import N_, _

bp = Blueprint("admin", __name__)

NOT_OFFERED = N_("No contact was named: choose a physio or a person without a role in the club.")


@bp.get("/admin")
@requires(Permission.ADMINISTER)
def page() -> str:
    """Job runs, mail, people, teams and plugins."""
    held = context()
    return render_template(
        "admin.html",
        runs=overview.runs(held.store),
        mail=overview.mail(held.store),
        members=overview.members(held.store, held.settings, held.now()),
        with_wellness=askedmore.with_wellness(held.store),
        teams=overview.teams(held.store),
        connectors=overview.connectors(),
        sessions=overview.sessions(held.store),
        doubted=overview.doubted(held.store, held.now()),
        outdated=settling.outdated(held.store),
        strangers=dropfolder.strangers(held.store, held.settings),
        packs=shelf(),
        can_run=held.run_nightly is not None,
    )


@bp.post("/admin/nightly")
@requires(Permission.ADMINISTER)
def run_again() -> Response:
    """Start the nightly job now; the page shows the run once it has begun."""
    held = context()
    if held.run_nightly is None:
        abort(404)
    people.audit(held.store, viewer().person_id, "nightly_started", "", "", held.now())
    held.run_nightly()
    flash(_("The nightly job was started; reload this page in a moment to see it."))
    return redirect("/admin", 303)


@bp.post("/admin/team/<team_id>/contact")
@requires(Permission.ADMINISTER)
def name_contact(team_id: str) -> Response:
    """Name who is told of warning signs, first and second."""
    held, now, team = context(), context().now(), _team(team_id)
    first, second = (request.form.get(name, "") for name in ("first", "second"))
    offered = {person.person_id for person in contacts.offered(held.store, team_id)}
    if first not in offered or (second and second not in offered):
        abort(400, NOT_OFFERED)
    if first != team.medical_contact_id:
        enrolling.set_medical_contact(held.store, team_id, first, now)
        _audit("medical_contact_named", team_id, first)
    if second and second != team.second_contact_id:
        enrolling.set_medical_contact(held.store, team_id, second, now, second=True)
        _audit("second_contact_named", team_id, second)
    flash(_("Contacts of {team} are recorded.", team=team.name))
    return redirect("/admin", 303)


@bp.post("/admin/team/<team_id>/checkins")
@requires(Permission.ADMINISTER)
def switch(team_id: str) -> Response:
    """Turn a team's check-ins on or off; on only with a medical contact."""
    held, on, team = context(), request.form.get("on") == "yes", _team(team_id)
    try:
        enrolling.switch_checkins(held.store, team_id, on, held.now())
    except PeopleError as error:
        abort(400, str(error))
    _audit("checkins_on" if on else "checkins_off", team_id, "")
    said = N_("Check-ins of {team} are on.") if on else N_("Check-ins of {team} are off.")
    flash(said.format(team=team.name))
    return redirect("/admin", 303)


def _team(team_id: str) -> Team:
    found = next((team for team in people.teams(context().store) if team.team_id == team_id), None)
    return found if found is not None else abort(404)


def _audit(action: str, subject_id: str, detail: str) -> None:
    held = context()
    people.audit(held.store, viewer().person_id, action, subject_id, detail, held.now())
