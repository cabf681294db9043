"""After eccentric work: once per session, asked again from its end, and no longer than a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cases import CONTEXT, NEURAL, NO, NONE, NORDICS, NOW, TODAY, YES, answers, score

from clubmon.triage import episodes
from clubmon.triage.answers import Case
from clubmon.triage.questions import QUESTION
from clubmon.triage.triage import Context, RecentSession, Score, decide, questions_for, suggested

AFTER = answers(given={"after_eccentric": YES})
PATTERN = episodes.PATTERN


def before(*scores: Score, **changes: Any) -> Context:
    return replace(CONTEXT, before=scores, **changes)


def ended(hours_ago: float) -> RecentSession:
    return replace(NORDICS, ended_at=NOW - timedelta(hours=hours_ago))


def hours(decision_times: tuple[Any, ...], since: RecentSession) -> list[float]:
    return [(time - since.ended_at).total_seconds() / 3600 for time in decision_times]


# -- within three days -----------------------------------------------------------------------


def test_it_is_asked_again_24_48_and_72_hours_after_the_end_of_the_session() -> None:
    decision = decide(AFTER, [NORDICS], before(score(24, 1)))
    assert decision.pattern == PATTERN
    assert decision.drill_ids == ()
    assert hours(decision.ask_again, NORDICS) == [24, 48, 72]


def test_a_second_check_in_does_not_start_that_clock_again() -> None:
    later = replace(CONTEXT, now=NOW + timedelta(hours=10))
    assert hours(decide(AFTER, [NORDICS], later).ask_again, NORDICS) == [48, 72]


def test_without_a_session_the_clock_runs_from_the_check_in_that_told_of_the_work() -> None:
    first = decide(AFTER, [], CONTEXT)
    assert first.ask_again == tuple(NOW + timedelta(hours=h) for h in (24, 48, 72))
    told = score(24, 4, pattern=PATTERN)
    again = decide(AFTER, [], before(score(48, 1), told))
    assert again.ask_again == tuple(told.when + timedelta(hours=h) for h in (48, 72))


@pytest.mark.parametrize(
    ("sessions", "earlier"),
    [
        ([NORDICS], (score(24, 5),)),
        ([NORDICS], (score(30, 6), score(24, 7))),
        # nothing arrived: not above any of the last three days, nor the last before them
        ([], (score(24, 5),)),
        ([], (score(100, 5), score(24, 6))),
    ],
)
def test_tightness_that_did_not_rise_after_the_work_is_talked_about(
    sessions: list[RecentSession], earlier: tuple[Score, ...]
) -> None:
    said = answers(given={"after_eccentric": YES, "neural": NEURAL})
    decision = decide(said, sessions, before(*earlier))
    assert (decision.pattern, decision.drill_ids) == ("talk", ())


@pytest.mark.parametrize(
    "earlier",
    [(), (score(24, None, None),), (score(48, 1), score(24, 5)), (score(0.5, 5), score(96, 3))],
)
def test_a_rise_that_is_not_ruled_out_is_believed(earlier: tuple[Score, ...]) -> None:
    assert decide(AFTER, [], before(*earlier)).pattern == PATTERN


@pytest.mark.parametrize(
    ("session", "earlier", "expected"),
    [
        (NORDICS, (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False, hilly=True), (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False, fast=True), (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False, unaccustomed=True), (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False), (score(24, 1),), NONE),
        (ended(72 + 1 / 3600), (score(96, 1),), NONE),
        (ended(-1), (score(24, 1),), NONE),
        (NORDICS, (score(24, 5),), NONE),
        (NORDICS, (), NONE),
        (NORDICS, (score(24, None, None),), NONE),
    ],
)
def test_sessions_and_scores_suggest_an_answer_only_towards_no_drill(
    session: RecentSession, earlier: tuple[Score, ...], expected: frozenset[str]
) -> None:
    found = suggested(QUESTION["after_eccentric"], answers(), [session], before(*earlier))
    assert found == expected
    assert suggested(QUESTION["neural"], answers(), [session], before(*earlier)) == NONE


# -- from three days on ----------------------------------------------------------------------


def asks_for_newer(context: Context, session: RecentSession) -> bool:
    said = answers(without=("after_eccentric",))
    (question,) = questions_for(said, [session], context)
    return "only newer work counts" in question.hint


@pytest.mark.parametrize(("hours_ago", "newer"), [(71, False), (73, True)])
def test_after_72_hours_the_same_work_is_not_asked_about_again(hours_ago: int, newer: bool) -> None:
    context = before(score(hours_ago + 5, 0), score(hours_ago - 20, 5, pattern=PATTERN))
    assert asks_for_newer(context, ended(hours_ago)) is newer


def test_the_same_work_explains_nothing_twice_even_if_the_athlete_says_so() -> None:
    context = before(score(120, 0), score(90, 5, pattern=PATTERN), score(30, 5))
    decision = decide(AFTER, [ended(100)], context)
    assert (decision.pattern, decision.drill_ids) == ("talk", ())


# -- at seven days ---------------------------------------------------------------------------

DAY = 24
MONDAY = score(6 * DAY, 5, pattern=PATTERN)


def week(*since: Score, end: float = 7 * DAY, **changes: Any) -> Any:
    """Decided today, after Nordics that ended `end` hours ago and these scores since."""
    said = answers(given=changes.pop("given", {}), **changes)
    return decide(said, [ended(end)], before(score(8 * DAY, 0), *since))


def test_what_is_still_there_at_7_days_is_the_synergist_pattern_without_another_question() -> None:
    decision = week(MONDAY, score(3 * DAY, 4), score(DAY, 4))
    assert (decision.number, decision.pattern, decision.drill_ids) == (6, "synergist", ("D4",))
    assert week(MONDAY, without=("when",)).pattern == "synergist"


@pytest.mark.parametrize(
    ("since", "changes"),
    [
        ((MONDAY,), {"end": 7 * DAY - 0.1}),
        ((MONDAY, score(2 * DAY, 2)), {}),
        ((score(6 * DAY, 5),), {}),
        ((score(6 * DAY, 5, pattern="neural"),), {}),
    ],
    ids=["six days", "was gone in between", "never put down to it", "was another pattern"],
)
def test_otherwise_a_week_says_nothing(since: tuple[Score, ...], changes: dict[str, Any]) -> None:
    assert week(*since, **changes).pattern == "mixed"


def test_the_rows_before_it_still_come_first() -> None:
    assert week(MONDAY, given={"neural": NEURAL}).pattern == "neural"
    assert week(MONDAY, given={"limits": frozenset({"strain_history"})}).pattern == "physio"
    assert week(MONDAY, without=("pelvic",)).pattern == "talk"


def test_a_day_without_a_score_is_not_a_day_without_tightness() -> None:
    assert week(MONDAY, score(3 * DAY, None, None)).pattern == "synergist"


def test_newer_work_that_tightness_was_put_down_to_starts_the_week_again() -> None:
    newer = score(2 * DAY, 6, pattern=PATTERN)
    context = before(score(8 * DAY, 0), MONDAY, newer)
    said = answers(given={"after_eccentric": NO})
    assert decide(said, [ended(7 * DAY), ended(4 * DAY)], context).pattern == "mixed"


def test_an_answer_that_was_replaced_on_its_day_counts_no_more() -> None:
    replaced = score(6 * DAY - 1, 5, pattern="mixed")
    assert replaced.on == MONDAY.on
    assert week(MONDAY, replaced).pattern == "mixed"


def test_a_morning_below_three_points_ends_it() -> None:
    case = Case(answers(left=2), (ended(7 * DAY),), before(MONDAY, today=TODAY))
    assert episodes.began(case) is None
    assert not episodes.lasts(case)
