"""What triage promises: each row, each conflict of two rows, and never a drill by omission."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clubmon.drills import library
from clubmon.questions import QUESTION, QUESTIONS, SIGN, SIGNS, URGENCIES, signs
from clubmon.triage import (
    RULES,
    Answers,
    Context,
    Decision,
    RecentSession,
    Score,
    advice,
    could_raise,
    decide,
    questions_for,
    suggested,
)

NOW = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
CONTEXT = Context(NOW, TODAY, age=24)
NONE: frozenset[str] = frozenset()
YES, NO = frozenset({"yes"}), frozenset({"no"})
CLEAR = {
    "history": NO,
    "runs_normally": YES,
    "after_eccentric": NO,
    "neural": NONE,
    "pelvic": NONE,
}
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


def score(hours_ago: int, left: int | None, right: int | None = 0) -> Score:
    """Tightness some hours before NOW."""
    when = NOW - timedelta(hours=hours_ago)
    return Score(when, when.date(), left, right)


def asked(given_answers: Answers, context: Context = CONTEXT) -> list[str]:
    """Ids of the questions that come next."""
    return [question.id for question in questions_for(given_answers, (), context)]


# -- each row --------------------------------------------------------------------------------


@pytest.mark.parametrize("sign_id", REFER_IDS)
def test_every_refer_sign_refers_with_its_urgency_and_no_drill(sign_id: str) -> None:
    decision = decide(
        answers(refer=frozenset({sign_id}), given={"neural": NEURAL}),
        (),
        replace(CONTEXT, age=15),
    )
    assert (decision.pattern, decision.number, decision.tier3) == ("refer", 1, True)
    assert decision.urgency == SIGN[sign_id].urgency
    assert decision.reasons == (SIGN[sign_id].label,)
    assert decision.drill_ids == ()


@pytest.mark.parametrize(
    ("urgency", "ids"),
    [
        ("emergency", {"saddle", "bladder", "both_legs", "growing_weakness", "chest"}),
        ("same_day", {"calf", "pop_bruise", "sit_bone", "fever_pain"}),
        ("within_days", {"tingling", "night_pain", "fever", "two_weeks", "condition"}),
    ],
)
def test_the_refer_signs_are_those_of_the_table(urgency: str, ids: set[str]) -> None:
    assert {s.id for s in SIGNS if s.list == "refer" and s.urgency == urgency} == ids


@pytest.mark.parametrize("sign_id", STRAIN_IDS)
def test_every_strain_sign_is_a_suspected_strain_within_48_hours(sign_id: str) -> None:
    decision = decide(answers(strain=frozenset({sign_id}), given={"neural": NEURAL}), (), CONTEXT)
    assert (decision.pattern, decision.number, decision.tier3) == ("strain", 2, True)
    assert decision.urgency == "within_48_h"
    assert decision.drill_ids == ()


@pytest.mark.parametrize(
    ("changes", "pattern", "number", "drills"),
    [
        ({"something_else": True}, "talk", None, ()),
        ({"given": {"history": YES}}, "physio", None, ()),
        ({"given": {"runs_normally": NO}}, "physio", None, ()),
        ({"left": 8}, "physio", None, ()),
        (
            {"left_place": "upper", "given": {"neural": frozenset({"sitting_hurts"})}},
            "physio",
            None,
            (),
        ),
        ({"given": {"after_eccentric": YES}}, "after_eccentric", 3, ()),
        ({"given": {"neural": NEURAL}}, "neural", 4, ("D3",)),
        ({"given": {"pelvic": PELVIC}}, "pelvic_control", 5, ("D1", "D2")),
        (
            {"given": {"pelvic": frozenset({"in_squat", "arched"})}},
            "pelvic_control",
            5,
            ("D1", "D2"),
        ),
        ({"given": {"neural": frozenset({"toe_touch"})}}, "talk", None, ()),
        ({"given": {"pelvic": frozenset({"arched"})}}, "talk", None, ()),
        ({"given": {"pelvic": frozenset({"at_rest", "in_squat"})}}, "talk", None, ()),
        ({}, "talk", None, ()),
        ({"left": 2}, None, None, ()),
        ({"left": None, "right": None}, None, None, ()),
    ],
)
def test_each_row_of_the_table(
    changes: dict[str, Any], pattern: str | None, number: int | None, drills: tuple[str, ...]
) -> None:
    decision = decide(answers(**changes), (), CONTEXT)
    assert (decision.pattern, decision.number, decision.drill_ids) == (pattern, number, drills)
    assert not decision.tier3
    assert decision.urgency is None


# -- conflicts: the first row wins -----------------------------------------------------------

ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("refer", {"refer": frozenset({"night_pain"})}, "refer"),
    ("strain", {"strain": frozenset({"limp"})}, "strain"),
    ("something else", {"something_else": True}, "talk"),
    ("history", {"given": {"history": YES}}, "physio"),
    ("not running", {"given": {"runs_normally": NO}}, "physio"),
    (
        "sitting hurts high up",
        {"left_place": "upper", "given": {"neural": NEURAL | {"sitting_hurts"}}},
        "physio",
    ),
    ("after eccentric", {"given": {"after_eccentric": YES}}, "after_eccentric"),
    ("neural", {"given": {"neural": NEURAL}}, "neural"),
    ("pelvic", {"given": {"pelvic": PELVIC}}, "pelvic_control"),
]


@pytest.mark.parametrize(("first", "second"), [*combinations(ROWS, 2)], ids=lambda row: row[0])
def test_of_two_rows_that_both_match_the_first_wins(
    first: tuple[str, dict[str, Any], str], second: tuple[str, dict[str, Any], str]
) -> None:
    changes = {**second[1], **first[1]}
    changes["given"] = {**second[1].get("given", {}), **first[1].get("given", {})}
    assert decide(answers(**changes), (), CONTEXT).pattern == first[2]


def test_signs_of_both_lists_refer_with_the_more_urgent_of_them() -> None:
    decision = decide(answers(refer=frozenset({"fever"}), strain=frozenset({"limp"})), (), CONTEXT)
    assert (decision.pattern, decision.urgency) == ("refer", "within_48_h")
    assert decision.reasons == (SIGN["fever"].label, SIGN["limp"].label)


def test_a_pop_and_a_bruise_in_the_strain_list_are_the_refer_sign_of_the_same_day() -> None:
    decision = decide(answers(strain=frozenset({"pop", "bruise"})), (), CONTEXT)
    assert (decision.pattern, decision.urgency) == ("refer", "same_day")


@pytest.mark.parametrize("changes", [{"left": 0}, {"left": None}, {"strain": None}])
def test_a_sign_refers_at_any_score_and_with_other_answers_missing(changes: dict[str, Any]) -> None:
    decision = decide(answers(refer=frozenset({"chest"}), **changes), (), CONTEXT)
    assert (decision.tier3, decision.urgency) == (True, "emergency")


def test_a_strain_sign_counts_although_the_first_list_was_left_out() -> None:
    assert decide(answers(refer=None, strain=frozenset({"pop"})), (), CONTEXT).tier3


# -- age, clearance, open referrals ----------------------------------------------------------


@pytest.mark.parametrize(("age", "shown"), [(17, True), (18, False), (None, True)])
def test_the_sit_bone_sign_is_asked_below_18_and_where_the_age_is_unknown(
    age: int | None, shown: bool
) -> None:
    assert ("sit_bone" in {sign.id for sign in signs("refer", age)}) is shown


def test_a_sign_that_was_not_asked_is_no_answer_to_the_list() -> None:
    decision = decide(answers(refer=frozenset({"sit_bone"}), given={"neural": NEURAL}), (), CONTEXT)
    assert (decision.pattern, decision.drill_ids) == ("talk", ())


@pytest.mark.parametrize(("days", "pattern"), [(0, "physio"), (-1, "refer")])
def test_a_clearance_counts_to_its_last_day_and_then_the_condition_refers_again(
    days: int, pattern: str
) -> None:
    cleared = replace(CONTEXT, cleared_until=TODAY + timedelta(days=days))
    said = answers(refer=frozenset({"condition"}), given={"neural": NEURAL})
    decision = decide(said, (), cleared)
    assert (decision.pattern, decision.drill_ids) == (pattern, ())


def test_a_clearance_covers_no_other_sign() -> None:
    cleared = replace(CONTEXT, cleared_until=TODAY)
    said = answers(refer=frozenset({"condition", "calf"}))
    assert decide(said, (), cleared).urgency == "same_day"


def test_an_open_referral_keeps_every_drill_back() -> None:
    decision = decide(answers(given={"neural": NEURAL}), (), replace(CONTEXT, open_referral=True))
    assert (decision.pattern, decision.drill_ids) == ("physio", ())


def test_an_open_referral_is_said_on_a_calm_day_too() -> None:
    decision = decide(Answers(left=0, right=0), (), replace(CONTEXT, open_referral=True))
    assert decision.pattern == "physio"
    assert decide(Answers(left=0, right=0), (), CONTEXT).pattern is None


@pytest.mark.parametrize(
    ("refer", "strain", "asked"),
    [
        (None, {"limp"}, ["refer"]),
        ({"tingling"}, None, ["strain"]),
        ({"calf"}, None, []),
        ({"chest"}, None, []),
        (None, {"pop", "bruise"}, ["refer"]),
        (set(), {"limp"}, []),
        (None, None, []),
        (None, set(), []),
    ],
)
def test_after_a_sign_only_a_list_that_could_make_it_more_urgent_is_still_asked(
    refer: set[str] | None, strain: set[str] | None, asked: list[str]
) -> None:
    said = Answers(
        left=6,
        refer=None if refer is None else frozenset(refer),
        strain=None if strain is None else frozenset(strain),
    )
    assert [question.id for question in could_raise(said, CONTEXT)] == asked


# -- place and sitting -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "pattern"), [("upper", "physio"), (None, "physio"), ("lower", "neural")]
)
def test_high_up_and_sore_on_sitting_never_gives_d3_nor_does_an_unknown_place(
    place: str | None, pattern: str
) -> None:
    said = answers(left_place=place, given={"neural": NEURAL | {"sitting_hurts"}})
    assert decide(said, (), CONTEXT).pattern == pattern


# -- after eccentric work --------------------------------------------------------------------


def test_after_eccentric_asks_again_24_48_and_72_hours_after_the_end_of_the_session() -> None:
    said = answers(given={"after_eccentric": YES})
    decision = decide(said, [NORDICS], replace(CONTEXT, before=(score(24, 1),)))
    assert decision.pattern == "after_eccentric"
    assert decision.ask_again == tuple(NORDICS.ended_at + timedelta(hours=h) for h in (24, 48, 72))


def test_a_second_check_in_does_not_start_that_clock_again() -> None:
    later = replace(CONTEXT, now=NOW + timedelta(hours=10))
    decision = decide(answers(given={"after_eccentric": YES}), [NORDICS], later)
    assert decision.ask_again == tuple(NORDICS.ended_at + timedelta(hours=h) for h in (48, 72))


def test_tightness_that_did_not_rise_after_the_session_is_talked_about() -> None:
    said = answers(given={"after_eccentric": YES, "neural": NEURAL})
    decision = decide(said, [NORDICS], replace(CONTEXT, before=(score(24, 5),)))
    assert (decision.pattern, decision.drill_ids) == ("talk", ())


@pytest.mark.parametrize(
    ("session", "before", "expected"),
    [
        (NORDICS, (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False, hilly=True), (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False, fast=True), (score(24, 1),), YES),
        (replace(NORDICS, eccentric=False), (score(24, 1),), NONE),
        (replace(NORDICS, ended_at=NOW - timedelta(hours=72, seconds=1)), (score(96, 1),), NONE),
        (replace(NORDICS, ended_at=NOW + timedelta(hours=1)), (score(24, 1),), NONE),
        (NORDICS, (score(24, 5),), NONE),
        (NORDICS, (), NONE),
        (NORDICS, (score(24, None, None),), NONE),
    ],
)
def test_sessions_and_scores_suggest_an_answer_only_towards_no_drill(
    session: RecentSession, before: tuple[Score, ...], expected: frozenset[str]
) -> None:
    context = replace(CONTEXT, before=before)
    found = suggested(QUESTION["after_eccentric"], answers(), [session], context)
    assert found == expected
    assert suggested(QUESTION["neural"], answers(), [session], context) == NONE


# -- when and what is asked ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "before", "expected"),
    [
        ({"left": 2}, (), []),
        ({"left": 3}, (), ["refer", "strain"]),
        ({"left": 0, "right": 3}, (), ["refer", "strain"]),
        ({"left": 0, "something_else": True}, (), ["refer", "strain"]),
        ({"left": 2}, (score(24, 0),), ["refer", "strain"]),
        ({"left": 2}, (score(24, 1),), []),
        ({"left": 2}, (score(48, 0), score(24, 2)), []),
        ({"left": 2}, (score(24, None), score(48, 0)), ["refer", "strain"]),
        # answered 2 an hour ago, 0 yesterday: answering twice on a day hides no rise
        ({"left": 2}, (score(24, 0), score(1, 2)), ["refer", "strain"]),
    ],
)
def test_the_lists_are_asked_from_3_on_a_rise_of_2_and_after_something_else(
    changes: dict[str, Any], before: tuple[Score, ...], expected: list[str]
) -> None:
    said = answers(refer=None, strain=None, **changes)
    assert asked(said, replace(CONTEXT, before=before)) == expected


def test_at_most_five_questions_follow_one_at_a_time_in_the_order_of_the_table() -> None:
    said, order = answers(given={}, without=tuple(CLEAR)), []
    while following := asked(said):
        assert len(following) == 1
        order += following
        said = replace(said, given={**said.given, following[0]: CLEAR[following[0]]})
    assert order == ["history", "runs_normally", "after_eccentric", "neural", "pelvic"]


@pytest.mark.parametrize(
    "changes",
    [
        {"refer": frozenset({"fever"})},
        {"refer": None, "strain": frozenset({"limp"})},
        {"given": {"history": YES}},
        {"left": 9, "given": {"history": NO}, "without": ("pelvic",)},
        {"given": {"neural": NEURAL}, "without": ("pelvic",)},
    ],
)
def test_nothing_more_is_asked_once_the_answer_is_settled(changes: dict[str, Any]) -> None:
    assert asked(answers(**changes)) == []


@pytest.mark.parametrize("chosen", [frozenset({"yes", "no"}), NONE, frozenset({"perhaps"})])
def test_a_choice_of_one_that_is_not_one_counts_as_unanswered(chosen: frozenset[str]) -> None:
    assert asked(answers(given={"history": chosen})) == ["history"]


@pytest.mark.parametrize("bad", [{"left": 11}, {"right": -1}, {"left_place": "knee"}])
def test_what_cannot_be_an_answer_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="choose one of those"):
        Answers(**bad)


# -- advice and provenance -------------------------------------------------------------------


@pytest.mark.parametrize("urgency", URGENCIES)
def test_advice_names_the_clubs_number_and_says_to_stop_running_for_a_strain(urgency: Any) -> None:
    said = advice(urgency, "999", strain=True)
    assert any("999" in sentence for sentence in said)
    assert "Stop running until then." in said
    assert "Stop running until then." not in advice(urgency, "999", strain=False)


def test_a_pattern_names_what_was_ticked() -> None:
    decision = decide(answers(given={"neural": NEURAL}), (), CONTEXT)
    assert decision.reasons == (
        "Two or more of the four signs that go with it, and no tingling.",
        "Ticked: Worse after sitting for a while; Eases with walking.",
    )


def test_every_rule_and_question_says_where_it_comes_from() -> None:
    origins = {"article", "guideline", "ours"}
    assert {r.origin for r in RULES} | {q.origin for q in QUESTIONS} <= origins
    assert {s.origin for s in SIGNS} <= origins
    assert all(rule.reason for rule in RULES)


def test_every_rule_proposes_drills_that_exist_for_its_pattern() -> None:
    for rule in RULES:
        assert {library()[id_].pattern for id_ in rule.drill_ids} <= {rule.pattern}


# -- no drill by omission --------------------------------------------------------------------


def subsets(ids: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(ids), max_size=3)


GIVEN = st.fixed_dictionaries(
    {},
    optional={
        question.id: subsets(sorted(question.ids))
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
    refer=st.none() | st.just(NONE) | subsets([*REFER_IDS, "unknown"]),
    strain=st.none() | st.just(NONE) | subsets([*STRAIN_IDS, "unknown"]),
    given=GIVEN | st.just({**CLEAR, "neural": NEURAL}) | st.just({**CLEAR, "pelvic": PELVIC}),
)
SESSIONS = st.lists(
    st.builds(
        RecentSession,
        kind=st.sampled_from(["run", "lift", "other"]),
        ended_at=st.integers(-2, 200).map(lambda hours: NOW - timedelta(hours=hours)),
        eccentric=st.booleans(),
        hilly=st.booleans(),
        fast=st.booleans(),
    ),
    max_size=3,
)
CONTEXTS = st.builds(
    Context,
    now=st.just(NOW),
    today=st.just(TODAY),
    age=st.sampled_from([None, 15, 17, 18, 30]),
    before=st.lists(
        st.builds(score, st.integers(1, 300), st.none() | st.integers(0, 10)), max_size=4
    ).map(tuple),
    cleared_until=st.sampled_from([None, TODAY, TODAY - timedelta(days=1)]),
    open_referral=st.booleans(),
)


@settings(max_examples=600)
@given(ANSWERS, SESSIONS, CONTEXTS)
@example(answers(given={"neural": NEURAL}), [], CONTEXT)
@example(answers(given={"neural": NEURAL}, refer=None), [], CONTEXT)
@example(answers(given={"neural": NEURAL}, strain=None), [], CONTEXT)
@example(answers(given={"neural": NEURAL}, refer=frozenset({"tingling"})), [], CONTEXT)
def test_no_answers_with_a_sign_or_without_a_list_ever_give_a_drill(
    said: Answers, sessions: list[RecentSession], context: Context
) -> None:
    decision = decide(said, sessions, context)
    unclear = said.refer != NONE or said.strain != NONE or said.something_else
    if unclear or context.open_referral:
        assert decision.drill_ids == ()
    if decision.drill_ids:
        assert decision.pattern in {"neural", "pelvic_control"}
        assert said.given["history"] == NO
        assert said.given["runs_normally"] == YES
        assert said.given["after_eccentric"] == NO


@settings(max_examples=300)
@given(ANSWERS, SESSIONS, CONTEXTS)
def test_leaving_out_any_answer_never_adds_a_drill(
    said: Answers, sessions: list[RecentSession], context: Context
) -> None:
    drills = set(decide(said, sessions, context).drill_ids)
    fewer = [replace(said, refer=None), replace(said, strain=None)]
    fewer += [
        replace(said, given={k: v for k, v in said.given.items() if k != left_out})
        for left_out in said.given
    ]
    for one in fewer:
        assert set(decide(one, sessions, context).drill_ids) <= drills


@settings(max_examples=300)
@given(ANSWERS, SESSIONS, CONTEXTS, st.sampled_from(SIGNS))
def test_nothing_lowers_a_referral(
    said: Answers, sessions: list[RecentSession], context: Context, sign: Any
) -> None:
    if sign not in signs(sign.list, context.age) or sign.clearable:
        return
    with_sign: dict[str, Any] = {sign.list: (getattr(said, sign.list) or NONE) | {sign.id}}
    decision: Decision = decide(replace(said, **with_sign), sessions, context)
    assert decision.tier3
    assert decision.urgency is not None
    assert URGENCIES.index(decision.urgency) <= URGENCIES.index(sign.urgency)


@settings(max_examples=300)
@given(ANSWERS, SESSIONS, CONTEXTS)
def test_as_long_as_a_question_is_asked_there_is_no_drill_yet(
    said: Answers, sessions: list[RecentSession], context: Context
) -> None:
    if questions_for(said, sessions, context):
        assert decide(said, sessions, context).drill_ids == ()
