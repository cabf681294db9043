"""The ledger: what came of plans, per drills and pattern, of athletes whose tightness is shared.

Coaches and physios see the same kinds of numbers as elsewhere: of those whose tightness they may
see at this moment, and of fewer than five athletes nothing.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from clubmon.drill import outcomes, planrows
from clubmon.drill.drills import library
from clubmon.policy import Permission
from clubmon.web.frame import sight
from clubmon.web.frame.access import context, requires, viewer
from clubmon.web.plans.drill import PATTERN_NAMES

bp = Blueprint("outcomes", __name__)


@bp.get("/outcomes")
@requires(Permission.SEE_SQUAD)
def show() -> str:
    """The page."""
    held = context()
    squad = sight.squad(held.store, held.settings, viewer(), held.now())
    seen = [one.athlete_id for one in squad if one.sight.tightness]
    courses = [course for found in planrows.courses(held.store, seen).values() for course in found]
    return render_template(
        "outcomes.html",
        lines=outcomes.ledger(courses),
        fewest=outcomes.FEWEST,
        hidden=lambda line: isinstance(line, outcomes.Hidden),
        drills=library(),
        patterns=PATTERN_NAMES,
    )
