"""One next step for everybody: same words everywhere, and no drill where none may stand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.drill.drills import Drill, library
from clubmon.flag import nextstep
from clubmon.flag.wording import Reader

M = date(2026, 11, 17)
DAY = timedelta(days=1)
D3 = nextstep.known(["D3"])
CUES = nextstep.known(["C1", "C2"])

tiers = st.sampled_from([1, 2, 3])
readers = st.sampled_from(["coach", "physio", "athlete"])
patterns = st.sampled_from([None, *nextstep.PATTERNS])
drills = st.lists(st.sampled_from(list(library().values())), max_size=3)


@given(tiers, drills, patterns, readers)
def test_no_drill_stands_beside_a_referral_or_someone_for_the_physio(
    tier: int, allowed: list[Drill], pattern: str | None, reader: Reader
) -> None:
    assert nextstep.step(3, False, allowed, pattern, reader).drills == ()
    assert nextstep.step(tier, True, allowed, pattern, reader).drills == ()
    assert nextstep.step(1, False, allowed, pattern, reader).drills == ()


@given(tiers, st.booleans(), drills, patterns, readers)
def test_every_step_has_words_and_ends_as_a_sentence(
    tier: int, to_physio: bool, allowed: list[Drill], pattern: str | None, reader: Reader
) -> None:
    found = nextstep.step(tier, to_physio, allowed, pattern, reader)
    assert found.title
    assert found.line.endswith((".", "?"))
    assert ".." not in found.line


@pytest.mark.parametrize(
    ("tier", "to_physio", "pattern", "reader", "line"),
    [
        (3, True, None, "coach", "Referred. No drill. The physio decides what comes next."),
        (3, True, None, "physio", "Referred. No drill. You decide what comes next."),
        (2, True, "neural", "coach",
         "To the physio. No drill. Make sure that the physio sees them first."),
        (2, True, "neural", "physio", "See them yourself. No drill before you have."),
        (2, True, "neural", "athlete", "Please talk to your physio before you train."),
        (2, False, "after_eccentric", "coach",
         "Wait, ask again. No drill. The check-in asks again at 24, 48 and 72 hours."),
        (2, False, "neural", "coach", "Talk. How does it feel, and what changed?"),
        (2, False, None, "athlete", "Talk to your coach or physio before the next hard session."),
        (1, False, None, "coach", "Keep an eye on it. Worth a question in passing."),
    ],
)  # fmt: skip
def test_without_a_drill_the_step_is_in_plain_words(
    tier: int, to_physio: bool, pattern: str | None, reader: Reader, line: str
) -> None:
    assert nextstep.step(tier, to_physio, (), pattern, reader).line == line


def test_a_drill_comes_with_its_name_and_dose() -> None:
    found = nextstep.step(2, False, D3, "neural", "coach")
    assert (found.kind, found.drills) == ("drill", D3)
    assert found.title == f"D3 {D3[0].name}"
    assert found.line == f"D3 {D3[0].name}. {D3[0].dose}."


def test_several_cues_come_with_when_to_use_them() -> None:
    found = nextstep.step(2, False, CUES, "movement", "coach")
    assert found.title == "; ".join(f"{cue.id} {cue.name}" for cue in CUES)
    assert found.note == CUES[0].frequency


def test_a_drill_that_the_library_lost_is_left_out() -> None:
    assert nextstep.known(["D99", "D3"]) == D3


def test_the_pattern_is_that_of_the_newest_answers_of_today_or_yesterday() -> None:
    old = {M - 2 * DAY: "neural"}
    assert nextstep.pattern(old, M) is None
    assert nextstep.pattern({**old, M - DAY: "synergist"}, M) == "synergist"
    assert nextstep.pattern({M: None, M - DAY: "synergist"}, M) is None


def test_what_refers_is_named_to_nobody_as_a_pattern() -> None:
    assert nextstep.pattern({M: "strain"}, M) is None
    assert nextstep.reasons(["A."], None) == ["A."]
    assert nextstep.reasons(["A."], "neural") == [
        "A.",
        "Pattern to discuss: neural (the nerve along the back of the leg).",
    ]
