"""Eccentric work and the tightness after it, followed from one check-in to the next; pure.

Each piece of work explains tightness once: the times to ask again run from its end, and what
is still there a week later is no longer put down to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from clubmon.triage.answers import ASK_FROM, ECCENTRIC_WINDOW, Case, RecentSession, Score

PATTERN = "after_eccentric"
LASTS = timedelta(days=7)
ASK_AGAIN_HOURS = (24, 48, 72)  # after the end of the session


def rose(case: Case) -> bool | None:
    """Whether a leg got tighter after the newest eccentric work; None: not known.

    Where no session tells of the work, against the lowest of the last 72 h and the last before.
    """
    session = case.eccentric_session()
    if session is not None:
        return case.rose_since(session)
    compared = [_rose_lately(case, leg) for leg in ("left", "right")]
    known = [one for one in compared if one is not None]
    return any(known) if known else None


def began(case: Case) -> datetime | None:
    """When the work ended that tightness was put down to, where it was there ever since.

    The end of the session, or, where none is known, the check-in that first told of the work.
    """
    explained = [score for score in _ever_since(case) if score.pattern == PATTERN]
    if not explained:
        return None
    session = _before(case, explained[-1].when)
    if session is not None:
        return session.ended_at
    return min(s.when for s in explained if _before(case, s.when) is None)


def lasts(case: Case) -> bool:
    """Whether tightness after eccentric work is still there 7 days after its end."""
    start = began(case)
    return start is not None and case.context.now - start >= LASTS


def explained_before(case: Case) -> bool:
    """Whether the tightness of today was already put down to work of more than 72 h ago."""
    start = began(case)
    return start is not None and case.context.now - start > ECCENTRIC_WINDOW


def ask_again(case: Case) -> tuple[datetime, ...]:
    """When to ask next about the newest eccentric work: what is left of 24, 48 and 72 h.

    From the session's end, so that a second check-in does not start the clock again.
    """
    now, session, start = case.context.now, case.eccentric_session(), began(case)
    if session is not None:
        start = session.ended_at
    elif start is None or explained_before(case):
        start = now
    times = (start + timedelta(hours=hours) for hours in ASK_AGAIN_HOURS)
    return tuple(moment for moment in times if moment > now)


def _rose_lately(case: Case, leg: str) -> bool | None:
    """Against earlier days only: this morning's first score is no score before the work."""
    since, current = case.context.now - ECCENTRIC_WINDOW, getattr(case.answers, leg)
    known = [
        score
        for score in sorted(case.context.before, key=lambda score: score.when)
        if getattr(score, leg) is not None and score.on < case.context.today
    ]
    compared = [s for s in known if s.when <= since][-1:] + [s for s in known if s.when > since]
    if current is None or not compared:
        return None
    return bool(current > min(getattr(score, leg) for score in compared))


def _ever_since(case: Case) -> list[Score]:
    """The check-ins before this one, oldest first, back to the last that was not tight."""
    if (case.answers.worst or 0) < ASK_FROM:
        return []
    found: list[Score] = []
    for score in reversed(_in_force(case)):
        worst = score.worst
        if worst is not None and worst < ASK_FROM:
            break
        found.append(score)
    return found[::-1]


def _in_force(case: Case) -> list[Score]:
    """The newest of each day before today, and all of today's, oldest first."""
    kept: dict[object, Score] = {}
    for score in sorted(case.context.before, key=lambda score: score.when):
        kept[score.on if score.on < case.context.today else score.when] = score
    return list(kept.values())


def _before(case: Case, moment: datetime) -> RecentSession | None:
    """The newest session in the 72 h before a moment that loads lengthening hamstrings."""
    return case.eccentric_session(moment)
