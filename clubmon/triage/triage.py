"""From answers and recent sessions to one pattern to discuss; pure, the first match wins.

An unanswered question ends the walk through the rules without a drill. Tier 3 is looked for
first and nothing lowers it. `may_have_drill` is the one gate before every drill: what decides,
shows, mails or assigns one asks it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from clubmon.triage import episodes
from clubmon.triage.answers import Answers, Case, Context, RecentSession, Score
from clubmon.triage.patterns import OPEN, RULES, Rule, counted, halves, pop_with_bruise
from clubmon.triage.questions import (
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
from clubmon.words.language import N_, Listed, _, later

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
    "may_have_drill",
    "questions_for",
    "suggested",
]

LISTS: tuple[Literal["refer", "strain"], ...] = ("refer", "strain")
FRESH = timedelta(hours=48)  # how long answers to the two lists count
ASK_MIXED = timedelta(hours=48)
ONLY_NEWER = N_("Work of more than three days ago was asked about already; only newer work counts.")
WITHOUT_DRILL = frozenset({"refer", "strain", "physio", episodes.PATTERN})
"""Patterns in which a coach cannot assign a drill either: the table says no drill for them."""


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


def may_have_drill(
    refer: Collection[str] | None,
    strain: Collection[str] | None,
    answered_at: datetime,
    now: datetime,
    *,
    something_else: bool = False,
    open_referral: bool = False,
) -> bool:
    """Whether any drill may be shown, mailed or assigned: the newest answers to both lists.

    None is "not answered", empty "none of these"; times are aware. No sign ticked in either,
    answered in the last 48 h, nothing else said, and no referral that waits for a physio.
    """
    clear = refer is not None and strain is not None and not refer and not strain
    fresh = timedelta(0) <= now - answered_at <= FRESH
    return clear and fresh and not something_else and not open_referral


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
            return Decision("talk", None, (N_("Not every question was answered."),))
        if matched:
            return _matched(rule, case)
    raise AssertionError("The last rule matches whatever was answered.")


def questions_for(
    answers: Answers, recent_sessions: Sequence[RecentSession], context: Context
) -> tuple[Question, ...]:
    """What to ask next: both lists together, then one question at a time; empty: nothing.

    A sign that refers ends the questions at once, so that the advice does not wait. While a plan
    runs the lists are asked at any score: without them its drill is not shown again.
    """
    case = Case(answers, recent_sessions, context)
    if counted(case) or not (case.asks_lists() or context.on_plan):
        return ()
    if case.ticked("refer") is None or case.ticked("strain") is None:
        return sign_list("refer", context.age), sign_list("strain", context.age)
    if not case.asks_lists():
        return ()
    for rule in RULES:
        matched = rule.matches(case)
        if matched:
            return ()
        if matched is None:
            unanswered = rule.asks is not None and case.chosen(rule.asks) is None
            return (_question(rule.asks, case),) if rule.asks and unanswered else ()
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
        "emergency": _(
            "Call {emergency_number} or go to an emergency department now.",
            emergency_number=emergency_number,
        ),
        "same_day": _("See a doctor or the club's clinician today."),
        "within_48_h": _("See a physio within 48 hours."),
        "within_days": _("See a physio or doctor in the next few days."),
    }[urgency]
    stop = _("Stop running.") if urgency == "emergency" else _("Stop running until then.")
    rest = _("No drill and no stretching until a clinician has looked at it.")
    worse = _(
        "If it gets worse, or you feel unwell, call {emergency_number}.",
        emergency_number=emergency_number,
    )
    return (
        first,
        *((stop,) if strain else ()),
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


def _question(question_id: str, case: Case) -> Question:
    question = QUESTION[question_id]
    if question_id == "after_eccentric" and episodes.explained_before(case):
        return replace(question, hint=ONLY_NEWER)
    return question


def _matched(rule: Rule, case: Case) -> Decision:
    again: tuple[datetime, ...] = ()
    if rule.pattern == episodes.PATTERN:
        again = episodes.ask_again(case)
    elif rule.pattern == "mixed":
        again = (case.context.now + ASK_MIXED,)
    return Decision(
        rule.pattern,
        rule.number,
        _reasons(rule, case),
        drill_ids=rule.drill_ids if _may_have_drill(case) else (),
        origin=rule.origin,
        ask_again=again,
    )


def _may_have_drill(case: Case) -> bool:
    answers, context = case.answers, case.context
    return may_have_drill(
        answers.refer,
        answers.strain,
        context.now,
        context.now,
        something_else=answers.something_else,
        open_referral=context.open_referral,
    )


def _reasons(rule: Rule, case: Case) -> tuple[str, ...]:
    """The rule in a sentence, then, where it came from a tick-list, what was ticked."""
    if rule.pattern == "mixed":
        half = Listed(halves(case))
        return (
            rule.reason,
            *((later("By half, to talk about in this order: {half}.", half=half),) if half else ()),
        )
    question = QUESTION.get(rule.asks or "")
    if question is None or not question.many:
        return (rule.reason,)
    chosen = case.chosen(question.id) or frozenset()
    ticked = Listed(option.label for option in question.options if option.id in chosen)
    return (rule.reason, *((later("Ticked: {ticked}.", ticked=ticked),) if ticked else ()))
