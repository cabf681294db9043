"""What came of a plan, in the same words on pages and in mails; pure."""

from __future__ import annotations

from clubmon.drill.plans import Course
from clubmon.words.language import N_, _, ngettext

REASONS = {
    "recheck": N_("at a re-check"),
    "rose": N_("because tightness was up by 2 points or more"),
    "sign": N_("because of what was ticked in a check-in"),
    "something": N_("because something new came up"),
    "tap": N_("as soon as that was said"),
    "staff": N_("by a decision"),
    "consent": N_("because check-ins are no longer shared"),
}


def outcome(course: Course) -> str | None:
    """What came of it in a sentence; None while it runs."""
    if course.ended is None:
        return None
    why = REASONS[course.ended.detail["reason"]]
    return {
        "better": _better(course.change),
        "no_better": _("Tightness did not fall by 2 points within the time; for the physio."),
        "worse": _("It got worse; ended {why}.", why=why),
        "stopped": _("Stopped {why}.", why=why),
        "unknown": _("Unknown: nothing was answered at the last re-check."),
    }[course.outcome or "unknown"]


def _better(change: int | None) -> str:
    if change is None:
        return _("Tightness fell.")
    return ngettext("Tightness fell by {n} point.", "Tightness fell by {n} points.", abs(change))
