"""From answers and recent sessions to one pattern to discuss; pure, the first match wins.

An unanswered question ends the walk through the rules without a drill. Tier 3 is looked for
first and nothing lowers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from clubmon.answers import Answers, Case, Context, RecentSession, Score
from clubmon.patterns import OPEN, RULES, Rule, counted, pop_with_bruise
from clubmon.questions import (
    QUESTION,
    QUESTIONS,
    SIGNS,
    URGENCIES,
    Origin,
    Question,
    Urgency,
    sign_list,
    signs,
)

__all__ = [
    "QUESTIONS",
    "RULES",
    "SIGNS",
    "Answers",
    "Context",
    "Decision",
    "Question",
    "RecentSession",
    "Score",
    "Urgency",
    "advice",
    "could_raise",
    "decide",
    "questions_for",
    "suggested",
]

LISTS: tuple[Literal["refer", "strain"], ...] = ("refer", "strain")
ASK_AGAIN_HOURS = (24, 48, 72)  # after the end of the session


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do. `pattern` None: nothing to discuss. `number` is the row in the table of rules."""

    pattern: str | None
    number: int | None = None
    reasons: tuple[str, ...] = ()
    tier3: bool = False
    urgency: Urgency | None = None
    drill_ids: tuple[str, ...] = ()
    origin: Origin = "ours"
    ask_again: tuple[datetime, ...] = ()


def decide(
    answers: Answers, recent_sessions: Sequence[RecentSession], context: Context
) -> Decision:
    """The pattern to discuss, why, how urgent, and the drills that belong to it, if any."""
    case = Case(answers, recent_sessions, context)
    if counted(case):
        return _tier3(case)
    if not case.asks_lists():
        return Decision("physio", None, (OPEN.reason,)) if context.open_referral else Decision(None)
    for rule in RULES:
        matched = rule.matches(case)
        if matched is None:
            return Decision("talk", None, ("Not every question was answered.",))
        if matched:
            return _matched(rule, case)
    again = (context.now + timedelta(hours=48),)
    return Decision("talk", None, ("No single pattern fits.",), ask_again=again)


def questions_for(
    answers: Answers, recent_sessions: Sequence[RecentSession], context: Context
) -> tuple[Question, ...]:
    """What to ask next: both lists together, then one question at a time; empty: nothing.

    A sign that refers ends the questions at once, so that the advice does not wait.
    """
    case = Case(answers, recent_sessions, context)
    if counted(case) or not case.asks_lists():
        return ()
    if case.ticked("refer") is None or case.ticked("strain") is None:
        return sign_list("refer", context.age), sign_list("strain", context.age)
    for rule in RULES:
        matched = rule.matches(case)
        if matched:
            return ()
        if matched is None:
            unanswered = rule.asks is not None and case.chosen(rule.asks) is None
            return (QUESTION[rule.asks],) if rule.asks and unanswered else ()
    return ()


def could_raise(answers: Answers, context: Context) -> tuple[Question, ...]:
    """After a tier 3 decision, the unanswered lists with signs more urgent than it."""
    case = Case(answers, (), context)
    found = counted(case)
    if not found:
        return ()
    now = URGENCIES.index(_urgency(case))
    return tuple(
        sign_list(name, context.age)
        for name in LISTS
        if case.ticked(name) is None
        and any(URGENCIES.index(sign.urgency) < now for sign in signs(name, context.age))
    )


def suggested(
    question: Question,
    answers: Answers,
    recent_sessions: Sequence[RecentSession],
    context: Context,
) -> frozenset[str]:
    """Options that the sessions themselves speak for; only ever towards no drill."""
    case = Case(answers, recent_sessions, context)
    session = case.eccentric_session() if question.id == "after_eccentric" else None
    rose = session is not None and case.rose_since(session) is True
    return frozenset({"yes"}) if rose else frozenset()


def advice(urgency: Urgency, emergency_number: str, *, strain: bool) -> tuple[str, ...]:
    """What an athlete with a tier 3 decision reads, on the screen and in the mail.

    `strain` says that something in the strain list was ticked, whatever else was.
    """
    first = {
        "emergency": f"Call {emergency_number} or go to an emergency department now.",
        "same_day": "See a doctor or the club's clinician today.",
        "within_48_h": "See a physio within 48 hours.",
        "within_days": "See a physio or doctor in the next few days.",
    }[urgency]
    rest = "No drill and no stretching until a clinician has looked at it."
    worse = f"If it gets worse, or you feel unwell, call {emergency_number}."
    return (
        first,
        *(("Stop running until then.",) if strain else ()),
        rest,
        *((worse,) if urgency != "emergency" else ()),
    )


def _tier3(case: Case) -> Decision:
    found = counted(case)
    refers = pop_with_bruise(case) or any(sign.list == "refer" for sign in found)
    rule = RULES[0] if refers else RULES[1]
    return Decision(
        rule.pattern,
        rule.number,
        tuple(sign.label for sign in found),
        tier3=True,
        urgency=_urgency(case),
        origin=rule.origin,
    )


def _urgency(case: Case) -> Urgency:
    """The most urgent of the signs that count; there is one at least."""
    urgencies: set[Urgency] = {sign.urgency for sign in counted(case)}
    if pop_with_bruise(case):
        urgencies.add("same_day")
    return min(urgencies, key=URGENCIES.index)


def _matched(rule: Rule, case: Case) -> Decision:
    again: tuple[datetime, ...] = ()
    if rule.pattern == "after_eccentric":
        # From the session's end, so a second check-in does not start the clock again.
        session = case.eccentric_session()
        start = session.ended_at if session else case.context.now
        times = (start + timedelta(hours=hours) for hours in ASK_AGAIN_HOURS)
        again = tuple(moment for moment in times if moment > case.context.now)
    return Decision(
        rule.pattern,
        rule.number,
        _reasons(rule, case),
        drill_ids=rule.drill_ids,
        origin=rule.origin,
        ask_again=again,
    )


def _reasons(rule: Rule, case: Case) -> tuple[str, ...]:
    """The rule in a sentence, then, where it came from a tick-list, what was ticked."""
    question = QUESTION.get(rule.asks or "")
    if question is None or not question.many:
        return (rule.reason,)
    chosen = case.chosen(question.id) or frozenset()
    ticked = "; ".join(option.label for option in question.options if option.id in chosen)
    return rule.reason, f"Ticked: {ticked}."
