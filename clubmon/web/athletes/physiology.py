"""An athlete's own values for TRIMP and high-speed running: looked at and changed on one page.

Open to the athlete, a minor's guardian, and the physio who may see health data; to nobody else,
coaches and admins included. What it shows and takes follows the consents of this moment: sex and
heart rates need the one for health data, the speed needs the one for load. No value stands in an
address, a log or the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import people
from clubmon.club.people import Person
from clubmon.load import physiology
from clubmon.load.physiology import Values
from clubmon.policy import Consent, Permission
from clubmon.web.frame.access import context, requires, subject, viewer
from clubmon.words.language import N_, _

bp = Blueprint("physiology", __name__)

SAVED = N_("Saved.")
NOTHING = N_("Nothing was changed.")
WRONG = N_("Nothing was saved: put right what is marked below.")
CLOSED = N_(
    "Nothing was saved: a consent that this needs is not in force any more; open the page again."
)
INCOMPLETE = N_("Nothing was saved: the form was not complete; reload the page and try again.")
LONGEST_KEPT = 40  # letters of what was typed that a refused form shows again


@dataclass(frozen=True, slots=True)
class Change:
    """When the values were last changed, and by whom."""

    at: datetime
    by: str


@bp.get("/athlete/<athlete_id>/values")
@requires(Permission.KEEP_VALUES)
def show(athlete_id: str) -> str:
    """The values in force in a form. Changes nothing."""
    return _page({}, {})


@bp.post("/athlete/<athlete_id>/values")
@requires(Permission.KEEP_VALUES)
def save(athlete_id: str) -> Response | tuple[str, int]:
    """Save what the form holds as a new row; an empty form clears the values."""
    held, by, open_names = context(), viewer().person_id, _open()
    sent = {name: request.form[name] for name in physiology.NEEDS if name in request.form}
    if not sent:
        abort(400, INCOMPLETE)
    if not sent.keys() <= open_names:
        abort(403, CLOSED)
    typed = physiology.read(sent)
    if typed.errors:
        return _page(sent, typed.errors), 400
    if physiology.save(held.store, athlete_id, typed.values, open_names, by, held.now()):
        people.audit(held.store, by, "values_changed", athlete_id, "", held.now())
        flash(SAVED)
    else:
        flash(NOTHING)
    return redirect(request.path, 303)


def _page(sent: Mapping[str, str], errors: Mapping[str, str]) -> str:
    """The page; `sent` is what a refused form held, and stands in the fields again."""
    held, about, who = context(), subject(), viewer()
    person = people.person(held.store, about.athlete_id) or abort(404)
    kept = physiology.in_force(held.store, about.athlete_id)
    texts = physiology.typed(kept.values if kept else Values())
    texts |= {name: text[:LONGEST_KEPT] for name, text in sent.items()}
    return render_template(
        "values.html",
        person=person,
        own=who.person_id == about.athlete_id,
        open=_open(),
        texts={name: text for name, text in texts.items() if name in _open()},
        errors=errors,
        wrong=WRONG if errors else "",
        usual=physiology.USUAL_FAST_MMPS,
        kmh=physiology.kmh,
        readers=_readers(person),
        consents=policy.may(who, Permission.GIVE_CONSENT, about),
        change=Change(kept.known_at, _name(kept.by_person_id)) if kept else None,
    )


def _open() -> frozenset[str]:
    return physiology.open_to(subject().consents)


def _readers(athlete: Person) -> list[str]:
    """Names of all who see the page as things are now, the viewer's own as 'you'."""
    held, about = context(), subject()
    guardians = people.guardians(held.store, about.athlete_id) if about.minor else []
    health = Consent.HEALTH in about.consents
    physios = people.physios(held.store, about.teams) if health else []
    found = {one.person_id: one.name for one in (athlete, *guardians, *physios)}
    return list((found | {viewer().person_id: _("you")}).values())


def _name(person_id: str) -> str:
    found = people.person(context().store, person_id)
    return found.name if found else people.GONE
