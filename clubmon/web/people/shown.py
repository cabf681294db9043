"""How whoever is signed in has things shown: the language, and kilometres or miles, kg or lb."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.club import people, showing
from clubmon.club.showing import Showing
from clubmon.policy import Permission
from clubmon.web.frame.access import context, requires, viewer
from clubmon.words import language
from clubmon.words.language import N_, _

bp = Blueprint("shown", __name__)

UNREADABLE = N_("Nothing was saved: choose one of those the page offers.")


@bp.get("/shown")
@requires(Permission.SIGNED_IN)
def page() -> str:
    """The three choices in a form; each can be left to the club. Changes nothing."""
    held = context()
    return render_template(
        "shown.html",
        own=showing.chosen(held.store, viewer().person_id),
        clubs=showing.clubs(held.settings),
        offered=_offered(),
    )


@bp.post("/shown")
@requires(Permission.SIGNED_IN)
def save() -> Response:
    """Keep the choice; the next page is in that language."""
    held, who = context(), viewer().person_id
    wanted = {name: request.form.get(name, "") for name in _offered()}
    if any(value and value not in _offered()[name] for name, value in wanted.items()):
        abort(400, UNREADABLE)
    if showing.choose(held.store, who, Showing(**wanted), held.now()):
        people.audit(held.store, who, "shown_chosen", who, "", held.now())
    showing.use(showing.of(held.store, held.settings, who))
    flash(_("Saved."))
    return redirect(request.path, 303)


def _offered() -> dict[str, Mapping[str, str]]:
    """What can be chosen, each by its value with its name."""
    return {
        "language": language.languages(),
        "distance": {"km": _("kilometres"), "mi": _("miles")},
        "weight": {"kg": _("kilograms"), "lb": _("pounds")},
    }
