"""Kinds of e-mail that a person can switch off, each by itself; pure.

A morning's note has sections of several kinds in one message, so that nobody gets two. What
cannot wait (see outbox.ALWAYS) is none of these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["flag", "plan", "reminder", "recheck", "week", "morning", "look"]


@dataclass(frozen=True, slots=True)
class About:
    """A kind by its name in running text, and what it brings in a sentence."""

    kind: Kind
    name: str
    brings: str


OF_ATHLETES = (
    About("flag", "what is unusual for you", "In the morning, when something is far from your "
          "usual: the numbers, and one thing to do."),
    About("plan", "a new plan", "When drills were assigned to you, with their steps."),
    About("reminder", "today's check-in and drills", "In the morning, what is open today. None "
          "on a day that is done."),
    About("recheck", "the look back at a plan", "On the days after a plan began on which "
          "tightness is asked again."),
    About("week", "your week", "On Mondays, changes from your usual that need nothing."),
)  # fmt: skip
OF_COACHES = (
    About(
        "morning",
        "the morning list",
        "In the morning, the athletes to talk to, and on Mondays the seven days at a glance.",
    ),
)
OF_PHYSIOS = (
    *OF_COACHES,
    About(
        "look",
        "plans to look at",
        "In the morning, to physios: plans that ended without a "
        "fall, or because it got worse, until somebody has looked at them.",
    ),
)
ALL = {about.kind: about for about in (*OF_ATHLETES, *OF_PHYSIOS)}
ORDER: tuple[Kind, ...] = tuple(ALL)


def known(kinds: Iterable[object]) -> tuple[Kind, ...]:
    """Those that there are, in the order of a note."""
    asked = list(kinds)
    return tuple(kind for kind in ORDER if kind in asked)


def all_off(kinds: Collection[str], off: Collection[str]) -> bool:
    """Whether nothing is left of a message with sections of these kinds."""
    return bool(kinds) and set(kinds) <= set(off)
