"""One gate before every drill: nothing shows, mails or assigns one past it."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cases import ANSWERS, CONTEXT, CONTEXTS, NEURAL, NONE, NOW, SESSIONS, TODAY, answers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clubmon.drill.drills import blocked, library
from clubmon.flag import nextstep
from clubmon.hamstring.checkinrows import CheckIn, Form, Training, read, row_of
from clubmon.hamstring.gate import drill_allowed
from clubmon.triage.triage import Answers, Context, RecentSession, decide, may_have_drill

PACKAGE = Path(__file__).parents[2] / "clubmon"
COLUMNS = CheckIn.__dataclass_fields__
# Who may touch the drills of a decision or a check-in. What else wants them asks `drills_now`,
# or is a new row here and a new surface in the test above it. Those of a plan (`.drills`) reach an
# athlete only through `planday.as_due`, which asks the gate; pages name them to staff who may know
# of tightness.
PLAN_READERS = {
    "drill/outcomes.py", "drill/planrows.py", "hamstring/planday.py", "hamstring/planning.py",
    "web/plans/plan_words.py",
}  # fmt: skip
READERS = {
    "triage/patterns.py", "triage/triage.py", "hamstring/checkinrows.py",
    "hamstring/gate.py", "web/checkins/checkin.py",
}  # fmt: skip


def stored(said: Answers, sessions: list[RecentSession], context: Context) -> CheckIn:
    """The check-in as `app` keeps it and gives it back, written at NOW."""
    form = Form("ada", TODAY, Training(), None)
    row = row_of("c", form, said, decide(said, sessions, context), NOW)
    return read({name: row[name] for name in COLUMNS})


@settings(max_examples=300, deadline=None)
@given(ANSWERS, SESSIONS, CONTEXTS, st.integers(-1, 60), st.booleans())
@example(answers(given={"neural": NEURAL}), [], CONTEXT, 47, False)
@example(answers(given={"neural": NEURAL}), [], CONTEXT, 49, False)
@example(answers(given={"neural": NEURAL}), [], CONTEXT, 1, True)
@example(answers(given={"neural": NEURAL}, strain=None), [], CONTEXT, 1, False)
def test_no_surface_shows_a_drill_after_a_sign_without_a_list_or_after_48_hours(
    said: Answers, sessions: list[RecentSession], context: Context, hours: int, referred: bool
) -> None:
    now = NOW + timedelta(hours=hours)
    checkin = stored(said, sessions, context)
    allowed = drill_allowed(checkin, now, open_referral=referred)
    shown = checkin.drill_ids if allowed else ()
    unclear = said.refer != NONE or said.strain != NONE
    if unclear or not 0 <= hours <= 48 or referred:
        assert not allowed
        for reader in ("athlete", "coach", "physio"):
            for tier in (1, 2, 3):  # Today, the athlete's page and the mail all show this step
                step = nextstep.step(tier, False, nextstep.known(shown), checkin.pattern, reader)
                assert step.drills == ()
                assert not any(id_ in f"{step.title} {step.note}" for id_ in library())
    if unclear:  # the check-in page shows the drills of the decision itself, at once
        assert decide(said, sessions, context).drill_ids == ()


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({}, True),
        ({"refer": None}, False),
        ({"strain": None}, False),
        ({"refer": ["tingling"]}, False),
        ({"strain": ["limp"]}, False),
        ({"now": NOW + timedelta(hours=48)}, True),
        ({"now": NOW + timedelta(hours=48, seconds=1)}, False),
        ({"now": NOW - timedelta(seconds=1)}, False),
        ({"something_else": True}, False),
        ({"open_referral": True}, False),
    ],
)
def test_the_gate_opens_only_for_two_fresh_empty_lists(
    change: dict[str, object], allowed: bool
) -> None:
    clear: dict[str, object] = {"refer": [], "strain": [], "answered_at": NOW, "now": NOW}
    assert may_have_drill(**{**clear, **change}) is allowed  # type: ignore[arg-type]


def test_tingling_rules_out_the_nerve_glide_and_no_other_drill() -> None:
    ruled_out = [drill.id for drill in library().values() if blocked(drill, ["tingling"])]
    assert ruled_out == ["D3"]
    assert not blocked(library()["D3"], ["fever"])


def test_the_drills_of_a_decision_are_read_in_few_places_and_nowhere_else() -> None:
    readers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "drill_ids"
    }
    assert readers <= READERS


def test_the_drills_of_a_plan_are_read_in_few_places_and_nowhere_else() -> None:
    readers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "drills"
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (getattr(node.value, "attr", "") or getattr(node.value, "id", "")) == "plan"
    }
    assert readers <= PLAN_READERS


def test_an_open_referral_leaves_the_check_in_page_without_a_drill() -> None:
    said = answers(given={"neural": NEURAL})
    assert decide(said, (), CONTEXT).drill_ids == ("D3",)
    assert decide(said, (), replace(CONTEXT, open_referral=True)).drill_ids == ()
