"""What triage reads: the answers, the recent sessions, what is known besides, and their readings.

Pure. None and a missing key mean "not answered" everywhere; that is never taken for "no".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from clubmon.triage.questions import PLACES, QUESTION, signs
from clubmon.words.sentences import sentence

NO_SCORE = sentence("A tightness score is a whole number from 0 to 10; choose one of those.")
NO_PLACE = sentence("The place is upper, middle or lower; choose one of those.")

ASK_FROM = 3  # points of 10 from which the lists are asked
ASK_RISE = 2  # points of rise that ask them below that
ECCENTRIC_WINDOW = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Answers:
    """One check-in. None and a missing key mean "not answered"; an empty set, "none of these".

    `left` and `right` are points of 0-10; places are upper, middle or lower; `given` maps a
    question's id to the chosen option ids. Raises ValueError for what cannot be an answer.
    """

    left: int | None = None
    right: int | None = None
    left_place: str | None = None
    right_place: str | None = None
    something_else: bool = False
    refer: frozenset[str] | None = None
    strain: frozenset[str] | None = None
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(score is not None and not 0 <= score <= 10 for score in (self.left, self.right)):
            raise ValueError(NO_SCORE)
        if {self.left_place, self.right_place} - {None, *PLACES}:
            raise ValueError(NO_PLACE)

    @property
    def worst(self) -> int | None:
        """The worse leg's score, or None when neither was given."""
        return max((s for s in (self.left, self.right) if s is not None), default=None)


@dataclass(frozen=True, slots=True)
class RecentSession:
    """A session of the last days, and whether it loads hamstrings while they lengthen."""

    kind: str
    ended_at: datetime
    eccentric: bool = False
    hilly: bool = False
    fast: bool = False
    unaccustomed: bool = False

    @property
    def loads_hamstrings(self) -> bool:
        """Whether 48-72 h of stiffness would be usual after it."""
        return self.eccentric or self.hilly or self.fast or self.unaccustomed


@dataclass(frozen=True, slots=True)
class Score:
    """Tightness at an earlier check-in: when (aware, UTC), on which local day, which pattern."""

    when: datetime
    on: date
    left: int | None
    right: int | None
    pattern: str | None = None

    @property
    def worst(self) -> int | None:
        """The worse leg's score, or None when neither was given."""
        return max((s for s in (self.left, self.right) if s is not None), default=None)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the answers. `age` in whole years, None: unknown.

    `on_plan`: a plan of drills runs, so both lists are asked whatever the score.
    """

    now: datetime
    today: date
    age: int | None = None
    before: tuple[Score, ...] = ()
    cleared_until: date | None = None  # a physio's clearance of a named condition, last day
    open_referral: bool = False
    on_plan: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """The three inputs, with the readings that several rules share."""

    answers: Answers
    sessions: Sequence[RecentSession]
    context: Context

    def ticked(self, list_: Literal["refer", "strain"]) -> frozenset[str] | None:
        """Signs of this list that count for this athlete; None: the list was not answered.

        An id that was never offered makes an otherwise empty list count as unanswered.
        """
        chosen = self.answers.refer if list_ == "refer" else self.answers.strain
        if chosen is None:
            return None
        offered = chosen & {sign.id for sign in signs(list_, self.context.age)}
        return offered if offered or not chosen else None

    def chosen(self, question_id: str) -> frozenset[str] | None:
        """The options chosen for a pattern question; None: not answered, or not answerable so."""
        question, options = QUESTION[question_id], self.answers.given.get(question_id)
        if options is None or options - question.ids or (not question.many and len(options) != 1):
            return None
        return options

    def yes(self, question_id: str) -> bool | None:
        """A yes-or-no question's answer."""
        options = self.chosen(question_id)
        return None if options is None else "yes" in options

    def rise(self) -> int:
        """Largest rise of a leg over its last earlier day and over today's earlier answers.

        The lower of the two counts, so that answering twice on a day hides no rise.
        """
        rises = [0]
        for leg in ("left", "right"):
            current = getattr(self.answers, leg)
            known = [s for s in self.context.before if getattr(s, leg) is not None]
            today = [getattr(s, leg) for s in known if s.on == self.context.today]
            earlier = [s for s in known if s.on < self.context.today]
            last = [getattr(max(earlier, key=lambda s: s.when), leg)] if earlier else []
            if current is not None and today + last:
                rises.append(current - min(today + last))
        return max(rises)

    def asks_lists(self) -> bool:
        """Whether this check-in calls for the two lists."""
        high = self.answers.worst is not None and self.answers.worst >= ASK_FROM
        return high or self.answers.something_else or self.rise() >= ASK_RISE

    def eccentric_session(self, before: datetime | None = None) -> RecentSession | None:
        """The newest session of the 72 h before a moment (None: now) that loads hamstrings."""
        end = before or self.context.now
        fresh = [
            s
            for s in self.sessions
            if s.loads_hamstrings and timedelta(0) <= end - s.ended_at <= ECCENTRIC_WINDOW
        ]
        return max(fresh, key=lambda s: s.ended_at, default=None)

    def rose_since(self, session: RecentSession) -> bool | None:
        """Whether a leg is tighter than when last asked before that session; None: not known."""
        compared = []
        for leg in ("left", "right"):
            known = [s for s in self.context.before if getattr(s, leg) is not None]
            earlier = [s for s in known if s.when <= session.ended_at]
            current = getattr(self.answers, leg)
            if current is not None and earlier:
                compared.append(current > getattr(max(earlier, key=lambda s: s.when), leg))
        return any(compared) if compared else None

    def maybe_upper(self) -> bool:
        """Whether tightness sits in the upper part, or its place was not said."""
        legs = (
            (self.answers.left, self.answers.left_place),
            (self.answers.right, self.answers.right_place),
        )
        return any(score != 0 and place in (None, "upper") for score, place in legs)
