"""Kinds of e-mail that a person can switch off, each by itself; pure.

A morning's note has sections of several kinds in one message, so that nobody gets two. What
cannot wait (see outbox.ALWAYS) is none of these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from clubmon.words.language import N_

Kind = Literal["flag", "plan", "reminder", "recheck", "week", "morning", "look", "report"]


@dataclass(frozen=True, slots=True)
class About:
    """A kind by its name in running text, and what it brings in a sentence."""

    kind: Kind
    name: str
    brings: str


OF_ATHLETES = (
    About(
        "flag",
        N_("what is unusual for you"),
        N_(
            "In the morning, when something is far from your usual: the numbers, and one thing to "
            "do."
        ),
    ),
    About("plan", N_("a new plan"), N_("When drills were assigned to you, with their steps.")),
    About(
        "reminder",
        N_("today's check-in and drills"),
        N_("In the morning, what is open today. None on a day that is done."),
    ),
    About(
        "recheck",
        N_("the look back at a plan"),
        N_("On the days after a plan began on which tightness is asked again."),
    ),
    About("week", N_("your week"), N_("On Mondays, changes from your usual that need nothing.")),
)
_MORNING = About(
    "morning",
    N_("the morning list"),
    N_("In the morning, the athletes to talk to, and on Mondays the seven days at a glance."),
)
_REPORT = About(
    "report",
    N_("the weekly report"),
    N_(
        "On Mondays, links to the reports of your teams on the week before. Only if you ask for it."
    ),
)
OF_COACHES = (_MORNING, _REPORT)
OF_PHYSIOS = (
    _MORNING,
    About(
        "look",
        N_("plans to look at"),
        N_(
            "In the morning, to physios: plans that ended without a fall, or because it got "
            "worse, until somebody has looked at them."
        ),
    ),
    _REPORT,
)
ON_REQUEST: frozenset[Kind] = frozenset({"report"})  # these come only to who asked for them
ALL = {about.kind: about for about in (*OF_ATHLETES, *OF_PHYSIOS)}
ORDER: tuple[Kind, ...] = tuple(ALL)


def known(kinds: Iterable[object]) -> tuple[Kind, ...]:
    """Those that there are, in the order of a note."""
    asked = list(kinds)
    return tuple(kind for kind in ORDER if kind in asked)


def all_off(kinds: Collection[str], off: Collection[str]) -> bool:
    """Whether nothing is left of a message with sections of these kinds."""
    return bool(kinds) and set(kinds) <= set(off)
