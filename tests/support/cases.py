"""Answers, scores and contexts for the tests of triage, and hypothesis strategies of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from clubmon.triage.questions import QUESTIONS, SIGNS
from clubmon.triage.triage import Answers, Context, RecentSession, Score

NOW = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
CONTEXT = Context(NOW, TODAY, age=24)
NONE: frozenset[str] = frozenset()
YES, NO = frozenset({"yes"}), frozenset({"no"})
CLEAR = {question.id: NONE if question.many else NO for question in QUESTIONS}
NEURAL = frozenset({"after_sitting", "eases_walking"})
PELVIC = frozenset({"at_rest", "arched"})
NORDICS = RecentSession("lift", NOW - timedelta(hours=20), eccentric=True)
REFER_IDS = [sign.id for sign in SIGNS if sign.list == "refer"]
STRAIN_IDS = [sign.id for sign in SIGNS if sign.list == "strain"]


def answers(**changes: Any) -> Answers:
    """Left 5 of 10, middle; both lists answered with none; every pattern question with no."""
    given = {**CLEAR, **changes.pop("given", {})}
    for missing in changes.pop("without", ()):
        del given[missing]
    clear = Answers(left=5, right=0, left_place="middle", refer=NONE, strain=NONE, given=given)
    return replace(clear, **changes)


def score(
    hours_ago: float, left: int | None, right: int | None = 0, pattern: str | None = None
) -> Score:
    """Tightness some hours before NOW."""
    when = NOW - timedelta(hours=hours_ago)
    return Score(when, when.date(), left, right, pattern)


def _subsets(ids: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(ids), max_size=3)


# Ticks are rare among the drawn ones, so whole answers that lead to a drill are drawn as well.
_LEADING = [{**CLEAR, "neural": NEURAL}, {**CLEAR, "pelvic": PELVIC}] + [
    {**CLEAR, "when": frozenset({sign})}
    for sign in ("late_runs", "foot_contact", "knees_cave", "in_hinge")
]
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        question.id: _subsets(sorted(question.ids))
        if question.many
        else st.sampled_from([YES, NO, NONE])
        for question in QUESTIONS
    },
)
ANSWERS = st.builds(
    Answers,
    left=st.none() | st.integers(0, 10),
    right=st.none() | st.integers(0, 10),
    left_place=st.sampled_from([None, "upper", "middle", "lower"]),
    right_place=st.sampled_from([None, "upper", "middle", "lower"]),
    something_else=st.booleans(),
    refer=st.none() | st.just(NONE) | _subsets([*REFER_IDS, "unknown"]),
    strain=st.none() | st.just(NONE) | _subsets([*STRAIN_IDS, "unknown"]),
    given=GIVEN | st.sampled_from(_LEADING),
)
SESSIONS = st.lists(
    st.builds(
        RecentSession,
        kind=st.sampled_from(["run", "lift", "other"]),
        ended_at=st.integers(-2, 400).map(lambda hours: NOW - timedelta(hours=hours)),
        eccentric=st.booleans(),
        hilly=st.booleans(),
        fast=st.booleans(),
        unaccustomed=st.booleans(),
    ),
    max_size=3,
)
SCORES = st.builds(
    score,
    st.integers(1, 330),
    st.none() | st.integers(0, 10),
    pattern=st.sampled_from([None, "talk", "after_eccentric"]),
)
CONTEXTS = st.builds(
    Context,
    now=st.just(NOW),
    today=st.just(TODAY),
    age=st.sampled_from([None, 15, 17, 18, 30]),
    before=st.lists(SCORES, max_size=4).map(tuple),
    cleared_until=st.sampled_from([None, TODAY, TODAY - timedelta(days=1)]),
    open_referral=st.booleans(),
)
