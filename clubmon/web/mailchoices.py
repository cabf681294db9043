"""An athlete's page for e-mails: which kinds come, and the hours in which none do."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import mailchoices, mailkinds, people, quiethours
from clubmon.mailkinds import Kind
from clubmon.people import Person
from clubmon.policy import Permission, Role
from clubmon.quiethours import QuietHours
from clubmon.web.access import context, requires, subject, viewer

bp = Blueprint("mailchoices", __name__)

SAVED = "Saved."
NOTHING = "Nothing was changed."
WRONG = "Nothing was saved: write each hour like 21:00, from one to another."
ONE_DAY = "Nothing was saved: from one hour to the same one is no time; choose “None” instead."


@bp.get("/athlete/<athlete_id>/mails")
@requires(Permission.CHOOSE_MAILS)
def show(athlete_id: str) -> str:
    """Kinds and hours in a form. Changes nothing."""
    held, person = context(), _person()
    own = mailchoices.quiet_hours_of(held.store, athlete_id)
    clubs = mailchoices.clubs(held.settings)
    shown = own if own and own.any else clubs if clubs.any else QuietHours(21 * 60, 7 * 60)
    return render_template(
        "mails.html",
        person=person,
        own=viewer().person_id == athlete_id,
        kinds=_kinds(person),
        off=mailchoices.off_for(held.store, athlete_id),
        which="club" if own is None else "own" if own.any else "none",
        clubs=str(clubs).replace("-", " to "),
        start=quiethours.clock(shown.start),
        end=quiethours.clock(shown.end),
        zone=person.timezone or held.settings.timezone,
    )


@bp.post("/athlete/<athlete_id>/mails")
@requires(Permission.CHOOSE_MAILS)
def save(athlete_id: str) -> Response:
    """Keep what the form holds: a kind without its tick is switched off."""
    held, person, hours = context(), _person(), _hours()
    offered: tuple[Kind, ...] = tuple(about.kind for about in _kinds(person))
    on = tuple(kind for kind in offered if kind in request.form.getlist("kind"))
    off = tuple(kind for kind in offered if kind not in on)
    changed = [
        bool(mailchoices.switch(held.store, athlete_id, on, held.now(), on=True)),
        bool(mailchoices.switch(held.store, athlete_id, off, held.now(), on=False)),
        mailchoices.choose_hours(held.store, athlete_id, hours, held.now()),
    ]
    if any(changed):
        by = viewer().person_id
        people.audit(held.store, by, "mails_chosen", athlete_id, "", held.now())
    flash(SAVED if any(changed) else NOTHING)
    return redirect(request.path, 303)


def _hours() -> QuietHours | None:
    """The hours of the form; None: the club's. Refuses what are none."""
    which = request.form.get("quiet", "club")
    if which == "none":
        return QuietHours()
    if which != "own":
        return None
    span = "-".join(request.form.get(name, "").strip() for name in ("start", "end"))
    try:
        found = quiethours.parse(span)
    except ValueError:
        abort(400, WRONG)
    return found if found.any else abort(400, ONE_DAY)


def _kinds(person: Person) -> tuple[mailkinds.About, ...]:
    """Those that the athlete can get; the morning list too, where they are also staff."""
    who = people.viewer(context().store, person.person_id)
    staff = who.has(Role.COACH) or who.has(Role.PHYSIO)
    return (*mailkinds.OF_ATHLETES, *(mailkinds.OF_STAFF if staff else ()))


def _person() -> Person:
    return people.person(context().store, subject().athlete_id) or abort(404)
