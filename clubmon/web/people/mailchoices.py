"""The page for e-mails: which kinds come, and for athletes the hours in which none do."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import quiethours
from clubmon.club import people
from clubmon.club.people import Person
from clubmon.message import mailchoices, mailkinds
from clubmon.message.mailkinds import About
from clubmon.policy import Permission, Role, Viewer
from clubmon.quiethours import QuietHours
from clubmon.web.frame.access import context, requires, subject, viewer
from clubmon.words.language import N_, _

bp = Blueprint("mailchoices", __name__)

SAVED = N_("Saved.")
NOTHING = N_("Nothing was changed.")
WRONG = N_("Nothing was saved: write each hour like 21:00, from one to another.")
ONE_DAY = N_("Nothing was saved: from one hour to the same one is no time; choose “None” instead.")


@bp.get("/mails")
@requires(Permission.SIGNED_IN)
def mine() -> str | Response:
    """Staff's own kinds in a form; an athlete has a page with the hours too. Changes nothing."""
    who = viewer()
    if who.has(Role.ATHLETE):
        return redirect(url_for("mailchoices.show", athlete_id=who.person_id))
    off = mailchoices.off_for(context().store, who.person_id)
    return render_template("staff_mails.html", kinds=_of_staff(who), off=off)


@bp.post("/mails")
@requires(Permission.SIGNED_IN)
def save_mine() -> Response:
    """Keep what the form holds: a kind without its tick is switched off."""
    who = viewer()
    changed = _switch(who.person_id, _of_staff(who))
    _say(who.person_id, changed=changed)
    return redirect(request.path, 303)


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
        clubs=_said(clubs),
        start=quiethours.clock(shown.start),
        end=quiethours.clock(shown.end),
        zone=person.timezone or held.settings.timezone,
    )


@bp.post("/athlete/<athlete_id>/mails")
@requires(Permission.CHOOSE_MAILS)
def save(athlete_id: str) -> Response:
    """Keep what the form holds: a kind without its tick is switched off."""
    held, person, hours = context(), _person(), _hours()
    switched = _switch(athlete_id, _kinds(person))
    moved = mailchoices.choose_hours(held.store, athlete_id, hours, held.now())
    _say(athlete_id, changed=switched or moved)
    return redirect(request.path, 303)


def _switch(person_id: str, kinds: tuple[About, ...]) -> bool:
    """Switch each of these on or off as the form has them; whether that changed any."""
    held, ticked = context(), request.form.getlist("kind")
    offered = tuple(about.kind for about in kinds)
    on = tuple(kind for kind in offered if kind in ticked)
    off = tuple(kind for kind in offered if kind not in on)
    began = mailchoices.switch(held.store, person_id, on, held.now(), on=True)
    ended = mailchoices.switch(held.store, person_id, off, held.now(), on=False)
    return bool(began or ended)


def _say(person_id: str, *, changed: bool) -> None:
    """A word on the next page, and the deed in the audit log where there was one."""
    held = context()
    if changed:
        by = viewer().person_id
        people.audit(held.store, by, "mails_chosen", person_id, "", held.now())
    flash(SAVED if changed else NOTHING)


def _said(hours: QuietHours) -> str:
    """'21:00 to 07:00', or '' for none."""
    start, end = quiethours.clock(hours.start), quiethours.clock(hours.end)
    return _("{start} to {end}", start=start, end=end) if hours.any else ""


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


def _kinds(person: Person) -> tuple[About, ...]:
    """Those that the athlete can get; those of staff too, where they are also staff."""
    who = people.viewer(context().store, person.person_id)
    return (*mailkinds.OF_ATHLETES, *_of_staff(who))


def _of_staff(who: Viewer) -> tuple[About, ...]:
    """Kinds that come to this person as coach or physio."""
    if who.has(Role.PHYSIO):
        return mailkinds.OF_PHYSIOS
    return mailkinds.OF_COACHES if who.has(Role.COACH) else ()


def _person() -> Person:
    return people.person(context().store, subject().athlete_id) or abort(404)
