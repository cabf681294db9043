"""What a plan of drills asks on a day, when it stops, and what came of it; pure.

A plan is one row that never changes; everything after it is events. Days are the athlete's own
local days. Stop rule, re-checks and their numbers are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from clubmon.drill.drilltypes import Drill

Kind = Literal["done", "not_today", "worse", "recheck", "ended", "noted"]
Answer = Literal["done", "not_today", "worse"]
Outcome = Literal["better", "no_better", "worse", "stopped", "unknown"]
Reason = Literal["recheck", "rose", "sign", "something", "tap", "staff", "consent"]

ANSWERS: tuple[Answer, ...] = ("done", "not_today", "worse")
RECHECKS = (7, 14)  # days after the start
GRACE = timedelta(days=2)  # in which an answer still counts as the re-check's
JUDGED_FROM = 14
POINTS = 2  # a fall that counts as better, a rise that stops a plan
WEEK = 7
WEEKS_OPEN = 4  # of a drill with days but without an end of its own
WEEKS_ONCE = 2  # of a drill without days


@dataclass(frozen=True, slots=True)
class Plan:
    """Drills to do together. `left`, `right`: tightness at the start, None: not known.

    `days_per_week` None: once, before the next fitting session. `known_at` is aware UTC.
    """

    plan_id: str
    athlete_id: str
    drills: tuple[str, ...]  # ids; who shows what they are asks the gate first
    pattern: str | None
    checkin_id: str
    start: date
    end: date
    per_day: int
    days_per_week: int | None
    left: int | None
    right: int | None
    by_person_id: str
    known_at: datetime

    @property
    def worst(self) -> int | None:
        """The worse leg's tightness at the start."""
        return worst(self.left, self.right)

    @property
    def rechecks(self) -> tuple[int, ...]:
        """Days after the start on which tightness is asked again; the last one ends the plan."""
        last = max(JUDGED_FROM, (self.end - self.start).days + 1)
        return tuple(sorted({*RECHECKS, last}))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a plan; `by_person_id` '' where nobody was signed in."""

    plan_id: str
    kind: Kind
    day: date
    detail: Mapping[str, Any]
    by_person_id: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class New:
    """An event that follows from what is known and is not on record yet."""

    kind: Kind
    day: date
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adherence:
    """How often it was done, of how often it was due so far."""

    done: int
    due: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often, and for how many days, a plan of some drills goes on."""

    per_day: int
    days_per_week: int | None
    days: int


@dataclass(frozen=True, slots=True)
class Course:
    """A plan with its events, oldest first."""

    plan: Plan
    events: tuple[Event, ...] = ()

    @property
    def ended(self) -> Event | None:
        """The event that ended it; None while it runs."""
        return next((event for event in self.events if event.kind == "ended"), None)

    @property
    def outcome(self) -> Outcome | None:
        """What came of it; None while it runs."""
        return self.ended.detail["outcome"] if self.ended else None

    @property
    def change(self) -> int | None:
        """Points of tightness at the end against the start; None: not known, or it runs."""
        return self.ended.detail.get("change") if self.ended else None

    @property
    def taps(self) -> dict[date, Event]:
        """The newest answer of each day."""
        return {event.day: event for event in self.events if event.kind in ANSWERS}

    @property
    def checked(self) -> dict[int, Event]:
        """Re-checks on record by their number of days."""
        return {event.detail["number"]: event for event in self.events if event.kind == "recheck"}

    @property
    def for_physio(self) -> bool:
        """Whether it ended in a way that a physio should look at, and none has said so yet.

        A sign that refers has a referral of its own.
        """
        ended = self.ended
        told = any(event.kind == "noted" for event in self.events)
        if ended is None or told or ended.detail["reason"] == "sign":
            return False
        return ended.detail["outcome"] in ("no_better", "worse")

    def due(self, day: date) -> bool:
        """Whether it is to be done on this day and nothing was answered for the day yet."""
        plan = self.plan
        if self.ended or not plan.start <= day <= plan.end or day in self.taps:
            return False
        if plan.days_per_week is None:
            return not any(times(tap) for on, tap in self.taps.items() if on < day)
        week = plan.start + timedelta(days=(day - plan.start).days // WEEK * WEEK)
        done = sum(1 for on, tap in self.taps.items() if week <= on < day and times(tap))
        return done < _expected(plan.days_per_week, (day - week).days)

    def adherence(self, day: date) -> Adherence:
        """Done of due up to a day; that day itself counts once something was answered for it."""
        done = sum(times(tap) for on, tap in self.taps.items() if on <= day)
        until = min(day, self.plan.end, self.ended.day if self.ended else day)
        days = (until - self.plan.start).days + (1 if until in self.taps or until < day else 0)
        return Adherence(done, max(done, self._slots(days)))

    def _slots(self, days: int) -> int:
        """How often it was to be done in its first days."""
        if self.plan.days_per_week is None:
            return 1 if days > 0 else 0
        full, rest = divmod(max(days, 0), WEEK)
        started = _expected(self.plan.days_per_week, rest - 1) if rest else 0
        return self.plan.per_day * (full * self.plan.days_per_week + started)

    @property
    def clean_hold(self) -> bool | None:
        """What the athlete last said of a clean hold; None: nothing yet."""
        said = [tap.detail["clean"] for tap in self.taps.values() if tap.detail.get("clean") in
                (True, False)]  # fmt: skip
        return said[-1] if said else None

    def recheck_due(self, day: date) -> int | None:
        """The re-check that an answer of this day counts for, if it is missing."""
        for number in self.plan.rechecks:
            on = self.plan.start + timedelta(days=number)
            if not self.ended and number not in self.checked and on <= day <= on + GRACE:
                return number
        return None


def worst(left: int | None, right: int | None) -> int | None:
    """The worse leg's score, or None when neither was given."""
    return max((score for score in (left, right) if score is not None), default=None)


def times(tap: Event) -> int:
    """How often it was done on the day of an answer."""
    return int(tap.detail.get("times", 1)) if tap.kind == "done" else 0


def schedule(drills: Iterable[Drill]) -> Schedule:
    """Of drills done together: the most often of them, until the last has ended.

    One without days of its own is done once; one without an end goes on for four weeks.
    """
    told = [drill.schedule for drill in drills if drill.schedule]
    if not told:
        return Schedule(1, None, WEEKS_ONCE * WEEK)
    return Schedule(
        max(one.per_day for one in told),
        max(one.days_per_week for one in told),
        WEEK * max(one.weeks or WEEKS_OPEN for one in told),
    )


def stop_reason(
    plan: Plan, left: int | None, right: int | None, *, sign: bool, something_else: bool
) -> Reason | None:
    """Why answers stop a running plan: a sign that refers, something new, or a leg 2 points up."""
    if sign:
        return "sign"
    if something_else:
        return "something"
    legs = ((plan.left, left), (plan.right, right))
    rises = [now - then for then, now in legs if then is not None and now is not None]
    return "rose" if any(rise >= POINTS for rise in rises) else None


def ending(plan: Plan, reason: Reason, day: date, now: int | None) -> New:
    """The end of a plan before its time; `now` is the worse leg's tightness, None: not known."""
    outcome: Outcome = "stopped" if reason in ("staff", "consent") else "worse"
    return _end(outcome, reason, day, _change(plan, now))


def settle(course: Course, scores: Mapping[date, int | None], today: date) -> list[New]:
    """Re-checks that are answered or missed by a day, and the end that follows from them.

    `scores`: the worse leg by local day. A re-check takes the first score from its day on, for
    two days more; none in them is a result of its own, unknown. From 14 days on no fall of 2
    points ends the plan, and so does its last re-check.
    """
    found: list[New] = []
    for number in course.plan.rechecks:
        if course.ended or number in course.checked:
            continue
        told = _recheck(course.plan, number, scores, today)
        if told is None:
            break
        found.append(told)
        end = _judged(course.plan, number, told)
        if end:
            return [*found, end]
    return found


def _recheck(plan: Plan, number: int, scores: Mapping[date, int | None], today: date) -> New | None:
    """A re-check that is over; None while it can still be answered."""
    first = plan.start + timedelta(days=number)
    for back in range(GRACE.days + 1):
        day = first + timedelta(days=back)
        if day <= today and (score := scores.get(day)) is not None:
            told = {"number": number, "score": score, "change": _change(plan, score)}
            return New("recheck", day, told)
    missed = {"number": number, "score": None, "change": None}
    return New("recheck", first + GRACE, missed) if today > first + GRACE else None


def _judged(plan: Plan, number: int, told: New) -> New | None:
    change = told.detail["change"]
    last = number == plan.rechecks[-1]
    if number < JUDGED_FROM or (change is None and not last):
        return None
    if change is None:
        return _end("unknown", "recheck", told.day, None)
    if change >= POINTS:
        return _end("worse", "recheck", told.day, change)
    if change > -POINTS:
        return _end("no_better", "recheck", told.day, change)
    return _end("better", "recheck", told.day, change) if last else None


def _end(outcome: Outcome, reason: Reason, day: date, change: int | None) -> New:
    return New("ended", day, {"outcome": outcome, "reason": reason, "change": change})


def _change(plan: Plan, now: int | None) -> int | None:
    return None if plan.worst is None or now is None else now - plan.worst


def _expected(days_per_week: int, day: int) -> int:
    """On how many days of a plan's week it was to be done by its day 0-6, spread evenly."""
    return sum(place * WEEK // days_per_week <= day for place in range(days_per_week))
