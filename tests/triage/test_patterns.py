"""The table of rules, row by row and pair by pair, taken from the table itself.

A new row without an example here fails the first test.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest
from cases import CONTEXT, NEURAL, NONE, PELVIC, TODAY, YES, answers

from clubmon.drill.drills import library
from clubmon.triage.answers import Case
from clubmon.triage.patterns import RULES, Rule, halves
from clubmon.triage.questions import QUESTION, QUESTIONS, SIGNS
from clubmon.triage.triage import decide


@dataclass(frozen=True)
class Example:
    """What makes a row match; everything else is answered with no."""

    refer: frozenset[str] = NONE
    strain: frozenset[str] = NONE
    something_else: bool = False
    place: str = "middle"
    open_referral: bool = False
    cleared: bool = False
    given: dict[str, frozenset[str]] = field(default_factory=dict)

    def __or__(self, other: Example) -> Example:
        """Both at once."""
        given = {
            id_: self.given.get(id_, NONE) | other.given.get(id_, NONE)
            for id_ in {**self.given, **other.given}
        }
        return Example(
            self.refer | other.refer,
            self.strain | other.strain,
            self.something_else or other.something_else,
            "upper" if "upper" in (self.place, other.place) else "middle",
            self.open_referral or other.open_referral,
            self.cleared or other.cleared,
            given,
        )

    @property
    def case(self) -> Case:
        said = answers(
            refer=self.refer,
            strain=self.strain,
            something_else=self.something_else,
            left_place=self.place,
            given=self.given,
        )
        until = TODAY if self.cleared else None
        return Case(
            said, (), replace(CONTEXT, open_referral=self.open_referral, cleared_until=until)
        )


def ticked(question: str, *options: str) -> Example:
    return Example(given={question: frozenset(options)})


# By the reason of the row, which is its name; the number, the drills and the example.
EXAMPLES: dict[str, tuple[int | None, tuple[str, ...], Example]] = {
    "A sign that a clinician should see.": (1, (), Example(refer=frozenset({"night_pain"}))),
    "It may be a strain.": (2, (), Example(strain=frozenset({"limp"}))),
    "Something else was ticked and no sign named.": (None, (), Example(something_else=True)),
    "A referral is still open; a physio closes it.": (None, (), Example(open_referral=True)),
    "A named condition that a physio has cleared: the physio's plan counts.": (
        None,
        (),
        Example(refer=frozenset({"condition"}), cleared=True),
    ),
    "A hamstring strain in the last 12 months or in rehab: the physio's plan counts.": (
        None,
        (),
        ticked("limits", "strain_history"),
    ),
    "8 of 10 or more, or not running normally.": (None, (), ticked("limits", "not_running")),
    "High up at the sit bone, and sitting on it hurts.": (
        None,
        (),
        Example(place="upper", given={"neural": frozenset({"sitting_hurts"})}),
    ),
    "It rose within three days of work that lengthens the hamstrings under load.": (
        3,
        (),
        Example(given={"after_eccentric": YES}),
    ),
    "Two or more of the four signs that go with it, and no tingling.": (
        4,
        ("D3",),
        ticked("neural", *NEURAL),
    ),
    "Tight at rest or on the way down in a squat, with an arched back.": (
        5,
        ("D1", "D2"),
        ticked("pelvic", *PELVIC),
    ),
    "Late in runs, on hills or sleds, no clean 30-second hip thrust, or still there 7 days "
    "after eccentric work.": (6, ("D4",), ticked("when", "late_runs")),
    "It is there as the foot meets the ground.": (7, ("C1",), ticked("when", "foot_contact")),
    "It is there in the squat, with knees that fall inwards.": (
        7,
        ("C2",),
        ticked("when", "knees_cave"),
    ),
    "It is there in the hinge.": (7, ("C3",), ticked("when", "in_hinge")),
    "No single pattern fits.": (8, (), Example()),
}
PAIRS = list(combinations(RULES, 2))


def example(rule: Rule) -> Example:
    return EXAMPLES[rule.reason][2]


def test_every_row_has_an_example_and_the_rows_are_in_the_order_of_the_table() -> None:
    assert [rule.reason for rule in RULES] == list(EXAMPLES)
    numbers = [rule.number for rule in RULES if rule.number is not None]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 9))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason[:30])
def test_each_row_decides_its_own_example_and_no_row_before_it_does(rule: Rule) -> None:
    case = example(rule).case
    matches = [one.matches(case) for one in RULES]
    assert matches.index(True) == RULES.index(rule)
    assert None not in matches
    decision = decide(case.answers, (), case.context)
    assert (decision.number, decision.drill_ids) == EXAMPLES[rule.reason][:2]
    assert (decision.pattern, decision.origin) == (rule.pattern, rule.origin)
    assert decision.tier3 is (rule.number in (1, 2))


@pytest.mark.parametrize(
    ("first", "second"), PAIRS, ids=[f"{a.reason[:20]} / {b.reason[:20]}" for a, b in PAIRS]
)
def test_of_two_rows_that_both_match_the_first_wins(first: Rule, second: Rule) -> None:
    case = (example(first) | example(second)).case
    assert first.matches(case)
    assert second.matches(case)
    decision = decide(case.answers, (), case.context)
    assert (decision.pattern, decision.number) == (first.pattern, first.number)
    assert decision.drill_ids == first.drill_ids


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason[:30])
def test_a_row_whose_question_is_open_proposes_nothing(rule: Rule) -> None:
    case = example(rule).case
    if rule.asks not in QUESTION:
        return
    given = {id_: chosen for id_, chosen in case.answers.given.items() if id_ != rule.asks}
    said = replace(case.answers, given=given)
    assert rule.matches(Case(said, (), case.context)) is None
    assert decide(said, (), case.context).drill_ids == ()


@pytest.mark.parametrize("sign", ["late_runs", "hills_sleds", "hip_thrust"])
def test_each_sign_of_the_synergists_is_enough(sign: str) -> None:
    case = ticked("when", sign).case
    assert decide(case.answers, (), case.context).drill_ids == ("D4",)


def test_one_cue_at_a_time_the_first_that_fits() -> None:
    case = ticked("when", "in_hinge", "knees_cave").case
    decision = decide(case.answers, (), case.context)
    assert decision.drill_ids == ("C2",)
    assert "Ticked: In the squat, and my knees fall inwards; In the hinge" in decision.reasons[1]


def test_neural_wins_over_pelvic_control_where_both_fit_in_full() -> None:
    case = (ticked("neural", *NEURAL) | ticked("pelvic", *PELVIC)).case
    assert decide(case.answers, (), case.context).drill_ids == ("D3",)


def test_what_fits_by_half_is_talked_about_in_the_articles_order_and_asked_again_in_48_hours() -> (
    None
):
    case = (ticked("neural", "toe_touch") | ticked("pelvic", "arched")).case
    pelvis, nerves = "My low back is arched when it is tight", "There when I touch my toes"
    first, second = halves(case)
    assert first == pelvis
    assert second.startswith(nerves)
    decision = decide(case.answers, (), case.context)
    assert decision.reasons[0] == "No single pattern fits."
    assert decision.reasons[1].startswith(f"By half, to talk about in this order: {pelvis}; ")
    (again,) = decision.ask_again
    assert (again - case.context.now).total_seconds() == 48 * 3600


def test_every_rule_question_and_sign_says_where_it_comes_from() -> None:
    origins = {"article", "guideline", "ours"}
    told = [one.origin for one in RULES] + [one.origin for one in QUESTIONS]
    assert {*told, *(sign.origin for sign in SIGNS)} == origins
    assert all(rule.reason for rule in RULES)


def test_every_rule_proposes_drills_that_exist_for_its_pattern() -> None:
    proposed = {id_ for rule in RULES for id_ in rule.drill_ids}
    assert proposed == set(library())
    for rule in RULES:
        assert {library()[id_].pattern for id_ in rule.drill_ids} <= {rule.pattern}
