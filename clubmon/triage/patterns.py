"""The rules of triage as rows, in the order in which they are tried; pure.

A rule answers True, False or None, where None is "not answered". The first that matches wins,
also of two that match in full (neural before pelvic control). The article's order, pelvis before
nerves before muscles, counts where none does: it orders what fits by half in the last row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clubmon.triage import episodes
from clubmon.triage.answers import Case
from clubmon.triage.questions import QUESTION, SIGNS, Origin, Sign
from clubmon.words.language import N_

PHYSIO_FROM = 8  # load.md: at 8 or more, or when running is not normal, to the physio
NEURAL_SIGNS = frozenset({"after_sitting", "eases_walking", "stretching_worse", "toe_touch"})
SYNERGIST_SIGNS = frozenset({"late_runs", "hills_sleds", "hip_thrust"})

Test = Callable[[Case], bool | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: its number in the table, what it asks, and what follows when it matches."""

    number: int | None
    pattern: str
    reason: str
    origin: Origin
    matches: Test
    asks: str | None = None
    drill_ids: tuple[str, ...] = ()


def counted(case: Case) -> tuple[Sign, ...]:
    """Ticked signs that refer now: a cleared condition is no sign while the clearance runs."""
    ticked = (case.ticked("refer") or frozenset()) | (case.ticked("strain") or frozenset())
    cleared = _is_cleared(case)
    return tuple(s for s in SIGNS if s.id in ticked and not (s.clearable and cleared))


def pop_with_bruise(case: Case) -> bool:
    """Whether the strain list says by two ticks what the refer list says by one."""
    return (case.ticked("strain") or frozenset()) >= {"pop", "bruise"}


def _is_cleared(case: Case) -> bool:
    until = case.context.cleared_until
    return until is not None and case.context.today <= until


def _refer(case: Case) -> bool | None:
    if pop_with_bruise(case) or any(sign.list == "refer" for sign in counted(case)):
        return True
    return None if case.ticked("refer") is None else False


def _strain(case: Case) -> bool | None:
    ticked = case.ticked("strain")
    return None if ticked is None else bool(ticked)


def _unexplained(case: Case) -> bool:
    # Said "something else", then ticked nothing: the two do not fit, so somebody asks.
    return case.answers.something_else


def _cleared_condition(case: Case) -> bool:
    return bool(case.ticked("refer"))  # no sign counted, or the first rule had matched


def _ticked(question: str, *options: str) -> Test:
    """Whether one of the options of this list was ticked."""

    def matches(case: Case) -> bool | None:
        chosen = case.chosen(question)
        return None if chosen is None else bool(chosen & set(options))

    return matches


def _not_running(case: Case) -> bool | None:
    if case.answers.worst is not None and case.answers.worst >= PHYSIO_FROM:
        return True
    return _ticked("limits", "not_running")(case)


def _upper_and_sitting(case: Case) -> bool | None:
    if not case.maybe_upper():
        return False
    chosen = case.chosen("neural")
    return None if chosen is None else "sitting_hurts" in chosen


def _after_eccentric(case: Case) -> bool | None:
    yes = case.yes("after_eccentric")
    if yes is True and episodes.rose(case) is False:
        return None  # the athlete says it rose after it, the scores say not: talk
    return yes


def _neural(case: Case) -> bool | None:
    chosen = case.chosen("neural")
    return None if chosen is None else len(chosen & NEURAL_SIGNS) >= 2


def _pelvic(case: Case) -> bool | None:
    chosen = case.chosen("pelvic")
    if chosen is None:
        return None
    return "arched" in chosen and bool(chosen & {"at_rest", "in_squat"})


def _synergist(case: Case) -> bool | None:
    return episodes.lasts(case) or _ticked("when", *SYNERGIST_SIGNS)(case)


def halves(case: Case) -> tuple[str, ...]:
    """What fits a pattern by half, the one to talk about first in front."""
    found = []
    for question, fits in (
        ("pelvic", QUESTION["pelvic"].ids),
        ("neural", NEURAL_SIGNS),
    ):
        chosen = (case.chosen(question) or frozenset()) & fits
        found += [o.label for o in QUESTION[question].options if o.id in chosen]
    return tuple(found)


OPEN = Rule(
    None,
    "physio",
    N_("A referral is still open; a physio closes it."),
    "ours",
    lambda case: case.context.open_referral,
)

# "physio" rows stand between 2 and 3 in the table and have no number there.
RULES: tuple[Rule, ...] = (
    Rule(1, "refer", N_("A sign that a clinician should see."), "guideline", _refer, "refer"),
    Rule(2, "strain", N_("It may be a strain."), "guideline", _strain, "strain"),
    Rule(None, "talk", N_("Something else was ticked and no sign named."), "ours", _unexplained),
    OPEN,
    Rule(
        None,
        "physio",
        N_("A named condition that a physio has cleared: the physio's plan counts."),
        "ours",
        _cleared_condition,
    ),
    Rule(
        None,
        "physio",
        N_("A hamstring strain in the last 12 months or in rehab: the physio's plan counts."),
        "guideline",
        _ticked("limits", "strain_history"),
        "limits",
    ),
    Rule(
        None,
        "physio",
        N_("8 of 10 or more, or not running normally."),
        "ours",
        _not_running,
        "limits",
    ),
    Rule(
        None,
        "physio",
        N_("High up at the sit bone, and sitting on it hurts."),
        "guideline",
        _upper_and_sitting,
        "neural",
    ),
    Rule(
        3,
        "after_eccentric",
        N_("It rose within three days of work that lengthens the hamstrings under load."),
        "article",
        _after_eccentric,
        "after_eccentric",
    ),
    Rule(
        4,
        "neural",
        N_("Two or more of the four signs that go with it, and no tingling."),
        "article",
        _neural,
        "neural",
        ("D3",),
    ),
    Rule(
        5,
        "pelvic_control",
        N_("Tight at rest or on the way down in a squat, with an arched back."),
        "article",
        _pelvic,
        "pelvic",
        ("D1", "D2"),
    ),
    Rule(
        6,
        "synergist",
        N_(
            "Late in runs, on hills or sleds, no clean 30-second hip thrust, or still there 7 "
            "days after eccentric work."
        ),
        "article",
        _synergist,
        "when",
        ("D4",),
    ),
    Rule(
        7,
        "movement",
        N_("It is there as the foot meets the ground."),
        "article",
        _ticked("when", "foot_contact"),
        "when",
        ("C1",),
    ),
    Rule(
        7,
        "movement",
        N_("It is there in the squat, with knees that fall inwards."),
        "article",
        _ticked("when", "knees_cave"),
        "when",
        ("C2",),
    ),
    Rule(
        7,
        "movement",
        N_("It is there in the hinge."),
        "article",
        _ticked("when", "in_hinge"),
        "when",
        ("C3",),
    ),
    Rule(8, "mixed", N_("No single pattern fits."), "article", lambda _: True),
)


def reasons(pattern: str) -> tuple[str, ...]:
    """What each rule that leads to a pattern asks for, in the order in which they are tried."""
    return tuple(rule.reason for rule in RULES if rule.pattern == pattern)
