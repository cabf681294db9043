"""The drill library: a list, and each drill or cue on a page of its own, for screen and paper.

Holds no personal data.
"""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from markupsafe import Markup

from clubmon.drill.drawingcheck import reworded
from clubmon.drill.drills import SAFETY_NOTE, Drill, library
from clubmon.policy import Permission
from clubmon.web.frame.access import requires
from clubmon.words.language import N_, gettext

bp = Blueprint("drill", __name__)

PATTERN_NAMES = {
    "pelvic_control": N_("Pelvic control"),
    "neural": N_("Neural"),
    "synergist": N_("Synergist muscles"),
    "movement": N_("Movement"),
}


@bp.get("/drills")
@requires(Permission.PUBLIC)
def index() -> str:
    """All drills and cues."""
    return render_template(
        "drills.html",
        drills=library().values(),
        patterns=PATTERN_NAMES,
        safety_note=SAFETY_NOTE,
        drawn=drawn,
    )


@bp.get("/drills/<drill_id>")
@requires(Permission.PUBLIC)
def show(drill_id: str) -> str:
    """The drill with this id, or 404."""
    found = library().get(drill_id)
    if found is None:
        abort(404)
    return render_template(
        "drill.html",
        drill=found,
        pattern=PATTERN_NAMES[found.pattern],
        safety_note=SAFETY_NOTE,
        drawn=drawn,
    )


def drawn(drill: Drill) -> Markup:
    """The drawing as a part of the page, in the reader's language; it was checked when read."""
    return Markup(reworded(drill.drawing, gettext))
