"""One drill or cue on a page of its own, for the screen and for paper. Holds no personal data."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from clubmon.drills import SAFETY_NOTE, library
from clubmon.policy import Permission
from clubmon.web.access import requires

bp = Blueprint("drill", __name__)


@bp.get("/drills/<drill_id>")
@requires(Permission.PUBLIC)
def show(drill_id: str) -> str:
    """The drill with this id, or 404."""
    found = library().get(drill_id)
    if found is None:
        abort(404)
    return render_template("drill.html", drill=found, safety_note=SAFETY_NOTE)
