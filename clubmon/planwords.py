"""What came of a plan, in the same words on pages and in mails; pure."""

from __future__ import annotations

from clubmon.plans import Course

REASONS = {
    "recheck": "at a re-check",
    "rose": "because tightness was up by 2 points or more",
    "sign": "because of what was ticked in a check-in",
    "something": "because something new came up",
    "tap": "with the tap that said so",
    "staff": "by a decision",
    "consent": "because check-ins are no longer shared",
}


def outcome(course: Course) -> str | None:
    """What came of it in a sentence; None while it runs."""
    if course.ended is None:
        return None
    change = course.change
    points = "" if change is None else f" by {abs(change)} point{'' if abs(change) == 1 else 's'}"
    why = REASONS[course.ended.detail["reason"]]
    return {
        "better": f"Tightness fell{points}.",
        "no_better": "Tightness did not fall by 2 points within the time; for the physio.",
        "worse": f"It got worse; ended {why}.",
        "stopped": f"Stopped {why}.",
        "unknown": "Unknown: nothing was answered at the last re-check.",
    }[course.outcome or "unknown"]
