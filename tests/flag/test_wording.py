"""Flags in words: sentences with numbers, in the reader's person, nothing said twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clubmon.flag import flags, wording
from clubmon.flag.flags import Candidate, Flag, Tightness, decide
from clubmon.flag.flagtypes import day_inputs

M = date(2026, 11, 17)


def load(rule: str = "spike", channel: str = "run_m", **numbers: Any) -> Flag:
    candidate = Candidate(M, rule, channel, 1, 3, True, **numbers)
    return decide("a", M, [candidate], [], []).new[0]


def tightness(*days: Tightness) -> Flag:
    """The flag that these days raise on the morning after the last of them."""
    found = decide("a", M, [], days, []).new[-1]
    inputs = {**found.inputs, "days": [day_inputs(day) for day in days]}
    return replace(found, morning=M, inputs=inputs)


def on(day: int, left: int | None, right: int | None = 0, **more: Any) -> Tightness:
    return Tightness(date(2026, 11, day), left, right, **more)


RUNS: dict[str, Any] = {"v7": 54120.0, "base": 41000.0, "b4": 41000.0}

LOADS = [
    ("spike", "run_m", RUNS,
     "Run volume 54 km in 7 days, 32 % above the usual 41.",
     "You ran 54 km in 7 days, 32 % above your usual 41."),
    ("spike", "run_m", {"v7": 15300.0, "base": 11800.0},
     "Run volume 15.3 km in 7 days, 30 % above the usual 11.8.",
     "You ran 15.3 km in 7 days, 30 % above your usual 11.8."),
    ("spike", "ascent_m", {"v7": 620.0, "base": 440.0},
     "Ascent 620 m in 7 days, 41 % above the usual 440.",
     "You climbed 620 m in 7 days, 41 % above your usual 440."),
    ("spike", "tonnage_g", {"v7": 12_400_000.0, "base": 9_000_000.0},
     "Lifted 12.4 t in 7 days, 38 % above the usual 9.",
     "You lifted 12.4 t in 7 days, 38 % above your usual 9."),
    ("spike", "srpe_dau", {"v7": 23100.0, "base": 18000.0},
     "Session-RPE load 2310 AU in 7 days, 28 % above the usual 1800.",
     "Your session-RPE load was 2310 AU in 7 days, 28 % above your usual 1800."),
    ("single_run", "run_m", {"day_m": 19200, "previous_longest_m": 15000},
     "Longest run 19.2 km, 28 % beyond any in 30 days (15 km).",
     "Your longest run was 19.2 km, 28 % beyond any in 30 days (15 km)."),
    ("return_to_run", "run_m", {"day_m": 5000},
     "Ran 5 km, the first run in 30 days.",
     "You ran 5 km, the first run in 30 days."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "channel", "numbers", "coach", "athlete"), LOADS)
def test_a_load_is_told_with_its_numbers(
    rule: str, channel: str, numbers: dict[str, object], coach: str, athlete: str
) -> None:
    flag = load(rule, channel, **numbers)
    assert wording.reasons(flag) == [coach]
    assert wording.reasons(flag, "athlete") == [athlete]


def test_a_week_that_is_compared_with_the_week_before_says_so() -> None:
    flag = load(v7=54000.0, base=45000.0, b1=45000.0, b4=37500.0)
    assert wording.reasons(flag) == [
        "Run volume 54 km in 7 days, 20 % above the 45 of the week before."
    ]
    assert wording.reasons(flag, "athlete") == [
        "You ran 54 km in 7 days, 20 % above the 45 of the week before."
    ]


@pytest.mark.parametrize(
    ("rule", "numbers", "sentence"),
    [
        ("spike", {**RUNS, "since": M}, "32 % above the usual 41, since Tue 17 Nov."),
        ("spike", {**RUNS, "past": M}, "32 % above the usual 41, on Tue 17 Nov."),
        ("single_run", {"day_m": 19200, "previous_longest_m": 15000, "past": M},
         "28 % beyond any in 30 days (15 km), on Mon 16 Nov."),
        ("single_run", {"day_m": 19200, "previous_longest_m": 15000, "since": M},
         "28 % beyond any in 30 days (15 km), flagged since Tue 17 Nov."),
        ("return_to_run", {"day_m": 5000, "previous_longest_m": None, "past": M},
         "Ran 5 km, the first run in 30 days, on Mon 16 Nov."),
    ],
)  # fmt: skip
def test_numbers_of_another_morning_say_so_and_a_run_its_own_day(
    rule: str, numbers: dict[str, Any], sentence: str
) -> None:
    flag = Flag("a", M, 1, rule, 1, "run_m", False, numbers)
    assert wording.reasons(flag)[0].endswith(sentence)


PAST = [
    ((on(16, 6),), "Left hamstring 6/10, on Mon 16 Nov."),
    ((on(14, 4), on(15, 5), on(16, 6)), "Left hamstring 6/10, three days in a row to Mon 16 Nov."),
    ((on(14, 4), on(16, 5)), "Left hamstring 5/10, 4 or more on two of four days to Mon 16 Nov."),
]


@pytest.mark.parametrize(("days", "sentence"), PAST)
def test_tightness_of_another_morning_says_up_to_which_day(
    days: tuple[Tightness, ...], sentence: str
) -> None:
    flag = tightness(*days)
    assert wording.reasons(replace(flag, inputs={**flag.inputs, "past": M})) == [sentence]


def test_what_was_answered_since_stands_beside_tightness_of_another_morning() -> None:
    flag = tightness(on(15, 5), on(16, 5))
    past = replace(flag, inputs={**flag.inputs, "past": M})
    told = "Left hamstring 5/10, two days in a row to Mon 16 Nov."
    since = {
        date(2026, 11, 16): (6, 1),
        date(2026, 11, 18): (4, 1),
        date(2026, 11, 19): (None,) * 2,
    }
    newest = "Newest answer, Wed 18 Nov: left 4/10, right 1/10."
    assert wording.together([past], answers=since) == [told, newest]
    one_leg = {date(2026, 11, 17): (None, 3)}
    assert wording.together([past], answers=one_leg)[1].endswith("left no answer, right 3/10.")
    assert wording.together([past], answers={date(2026, 11, 16): (6, 1)}) == [told]
    assert wording.together([flag], answers=since) == ["Left hamstring 5/10, two days in a row."]


def test_hills_are_told_beside_the_load() -> None:
    assert wording.reasons(load(**RUNS, hill=True))[1:] == ["With hills in these seven days."]


TIGHT = [
    ((on(16, 6),), "Left hamstring 6/10, on Mon 16 Nov."),
    ((on(14, 4), on(15, 5), on(16, 6)), "Left hamstring 6/10, three days in a row."),
    ((on(14, 4), on(16, 5)), "Left hamstring 5/10, 4 or more on two of four days."),
    ((on(14, 4), on(15, 4), on(16, 1)), "Left hamstring 4/10, 4 or more on two of four days."),
    ((on(16, 6, 6),), "Both hamstrings 6/10, on Mon 16 Nov."),
    ((on(16, None, 7),), "Right hamstring 7/10, on Mon 16 Nov."),
    ((on(16, 6, left_place="upper"),), "Left hamstring 6/10, upper part, on Mon 16 Nov."),
    (
        (on(16, 6, 6, left_place="upper", right_place="lower"),),
        "Both hamstrings 6/10, on Mon 16 Nov.",
    ),
]


@pytest.mark.parametrize(("days", "sentence"), TIGHT)
def test_tightness_is_told_with_side_score_and_duration(
    days: tuple[Tightness, ...], sentence: str
) -> None:
    assert wording.reasons(tightness(*days)) == [sentence]
    own = wording.reasons(tightness(*days), "athlete")
    your = "Both your" if sentence.startswith("Both") else f"Your {sentence.split()[0].lower()}"
    assert own == [f"{your} {sentence.split(' ', 1)[1]}"]


def test_only_the_physio_reads_that_running_is_not_normal() -> None:
    flag = tightness(on(16, 2, runs_normally=False))
    assert wording.reasons(flag, "coach") == ["For the physio to see first."]
    assert wording.reasons(flag, "physio") == [
        "Says that running is not normal.",
        "For you to see first.",
    ]
    assert wording.reasons(flag, "parent")[-1] == "For the physio to see first."
    assert wording.reasons(flag, "athlete") == ["Please talk to your physio before you train."]


def test_a_coach_reads_of_a_referral_only_that_there_is_one() -> None:
    flag = flags.referral("a", M, "strain", "r-1", "within_48_h")
    assert wording.reasons(flag, "coach") == ["Referred: the physio has been told."]
    assert "Told to see a physio within 48 hours." in wording.reasons(flag, "physio")


def test_a_physio_reads_what_is_theirs_and_a_parent_who_has_it() -> None:
    flag = flags.referral("a", M, "strain", "r-1", "within_48_h")
    urgent = "Told to see a physio within 48 hours."
    assert wording.reasons(flag, "physio") == [
        "Referred: it is yours to read and to close.",
        urgent,
    ]
    assert wording.reasons(flag, "parent") == ["Referred: the physio has been told.", urgent]


def test_a_load_with_a_flag_of_its_own_is_told_once() -> None:
    spike = Candidate(M, "spike", "run_m", 1, 3, True, v7=54000.0, base=41000.0)
    found = list(decide("a", M, [spike], [on(16, 6)], []).new)
    assert wording.together(found) == [
        "Left hamstring 6/10, on Mon 16 Nov.",
        "Run volume 54 km in 7 days, 32 % above the usual 41.",
    ]


def test_a_load_without_a_flag_of_its_own_is_told_with_the_tightness() -> None:
    spike = Candidate(M, "spike", "run_m", 1, 1, False, v7=54000.0, base=41000.0)
    found = list(decide("a", M, [spike], [on(16, 4)], []).new)
    assert len(found) == 1
    assert wording.together(found)[1] == "Run volume 54 km in 7 days, 32 % above the usual 41."


def test_hills_of_now_and_then_are_told_once() -> None:
    now = Flag("a", M, 1, "spike", 1, "run_m", False, {**RUNS, "hill": True})
    then = Flag("a", M, 1, "spike", 1, "ascent_m", False, {**RUNS, "hill": True, "past": M})
    hills = [said for said in wording.together([now, then]) if "hills" in said]
    assert hills == ["With hills in these seven days."]
    assert "With hills in those seven days." in wording.together([then])
