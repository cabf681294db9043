"""Whether an athlete can train: said by the athlete or the physio, shown to their coaches too."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import availability
from clubmon.club.availability import OWN, PHYSIO, STATES, Availability
from clubmon.policy import Permission, Subject
from clubmon.web.coach.squad import told
from clubmon.web.frame.access import Context, context, requires, subject, viewer
from clubmon.web.frame.sight import Seen
from clubmon.words import language
from clubmon.words.language import N_, _

bp = Blueprint("available", __name__)

NO_STATE = N_("Nothing was noted: press one of the three buttons.")


@dataclass(frozen=True, slots=True)
class Section:
    """What counts now, and the buttons for who may say so. `states`: none where they may not."""

    now: Availability | None
    states: dict[str, str]
    note: str


def section(held: Context, one: Seen, about: Subject, *, own: bool) -> Section | None:
    """The part of an athlete's page; None where the viewer is told nothing of it."""
    if not told(one):
        return None
    now = availability.current(held.store, {one.athlete_id: one.consents}).get(one.athlete_id)
    may = policy.may(viewer(), Permission.SET_AVAILABILITY, about)
    return Section(now, STATES if may else {}, _note(now, own=own) if may else "")


def _note(now: Availability | None, *, own: bool) -> str:
    """Who is shown it, and whose word counts; coaches are not told whose it is."""
    seen = _("Your coaches see this word and no reason.") if own else _("Coaches see no reason.")
    if now is None or now.state == "full":
        return seen
    said = {
        OWN: _("you") if own else _("the athlete"),
        PHYSIO: _("your physio") if own else _("a physio"),
    }
    by = language.named(said[role] for role in (OWN, PHYSIO) if role in now.by)
    return _("Said by {by}; the more careful word counts. {seen}", by=by, seen=seen)


@bp.post("/athlete/<athlete_id>/availability")
@requires(Permission.SET_AVAILABILITY)
def say(athlete_id: str) -> Response:
    """Note what the athlete, a guardian or the physio says."""
    held, who, state = context(), viewer(), request.form.get("state", "")
    if state not in STATES:
        abort(400, NO_STATE)
    role = PHYSIO if policy.may(who, Permission.HANDLE_REFERRAL, subject()) else OWN
    availability.say(held.store, athlete_id, state, who.person_id, role, held.now())
    flash(_("Noted: {state}.", state=STATES[state].lower()))
    return redirect(url_for("athlete.show", athlete_id=athlete_id), 303)
