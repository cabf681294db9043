"""Who is shown which flag, and with the numbers of which morning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clubmon.flag import flagview, wording
from clubmon.flag.flagtypes import TIGHTNESS, Flag, referral
from clubmon.flag.flagview import Sight
from clubmon.policy import Consent, Role, Subject, Viewer

M = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)
TEAM = frozenset({"t"})
COACH = Viewer("c", {Role.COACH: TEAM})
PHYSIO = Viewer("p", {Role.PHYSIO: TEAM})
STRANGER = Viewer("s", {Role.COACH: frozenset({"other"}), Role.PHYSIO: frozenset({"other"})})
ATHLETE = Viewer("a", {Role.ATHLETE: TEAM})

THEN: dict[str, Any] = {"v7": 46000.0, "base": 37000.0, "b4": 37000.0}
NOW: dict[str, Any] = {"v7": 55900.0, "base": 38800.0, "b4": 38800.0, "hill": True}
SPIKE = Flag("a", MONDAY, 1, "spike", 1, "run_m", False, THEN)
DAYS = [{"date": "2026-11-15", "left": 6, "right": 0, "left_place": None, "right_place": None,
         "runs_normally": None}]  # fmt: skip
BESIDE = {**THEN, "rule": "spike", "channel": "run_m", "morning": "2026-11-14"}
TIGHT = Flag("a", MONDAY, 2, TIGHTNESS, 1, "", True, {"days": DAYS, "spikes": [BESIDE]})
KEY = ("spike", "run_m")


def about(*consents: Consent) -> Subject:
    return Subject("a", TEAM, frozenset(consents))


LOAD, HEALTH, TIGHTNESS_TOO = Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS


@pytest.mark.parametrize(
    ("viewer", "consents", "expected"),
    [
        (COACH, (LOAD, HEALTH, TIGHTNESS_TOO), Sight(load=True, tightness=True)),
        (COACH, (LOAD, HEALTH), Sight(load=True)),
        (COACH, (HEALTH, TIGHTNESS_TOO), Sight()),
        (PHYSIO, (LOAD, HEALTH), Sight(load=True, tightness=True, health=True, treats=True)),
        (PHYSIO, (HEALTH,), Sight(tightness=True, health=True, treats=True)),
        (PHYSIO, (LOAD, TIGHTNESS_TOO), Sight(load=True)),
        (STRANGER, tuple(Consent), Sight()),
        (ATHLETE, (), Sight(load=True, tightness=True, health=True)),
    ],
)
def test_what_is_seen_follows_from_role_and_consent(
    viewer: Viewer, consents: tuple[Consent, ...], expected: Sight
) -> None:
    assert flagview.sight(viewer, about(*consents)) == expected


def test_a_coach_without_tightness_sees_nothing_that_follows_from_it() -> None:
    flags = [SPIKE, TIGHT, referral("a", M, "refer", "r", "same_day")]
    assert flagview.visible(flags, flagview.sight(COACH, about(LOAD, HEALTH))) == [SPIKE]


def test_a_coach_without_loads_sees_nothing() -> None:
    assert flagview.visible([SPIKE, TIGHT], flagview.sight(COACH, about(HEALTH, *Consent))) != []
    assert flagview.visible([SPIKE, TIGHT], flagview.sight(COACH, about(TIGHTNESS_TOO))) == []


def test_a_physio_without_loads_sees_tightness_without_the_loads_behind_it() -> None:
    (found,) = flagview.visible([SPIKE, TIGHT], flagview.sight(PHYSIO, about(HEALTH)))
    assert found.inputs == {**TIGHT.inputs, "spikes": []}
    assert TIGHT.inputs["spikes"]  # what is on record is not touched


def test_a_parent_who_coaches_reads_the_answers_but_acts_as_a_coach() -> None:
    child = Sight(load=True, tightness=True, health=True)
    assert (flagview.reader(child), flagview.actor(child)) == ("parent", "coach")
    assert flagview.actor(flagview.sight(PHYSIO, about(HEALTH))) == "physio"
    assert flagview.actor(child, own=True) == flagview.reader(child, own=True) == "athlete"


@pytest.mark.parametrize(("viewer", "staff"), [(COACH, True), (PHYSIO, True), (STRANGER, False)])
def test_staff_are_those_of_the_athletes_teams(viewer: Viewer, staff: bool) -> None:
    assert flagview.is_staff(viewer, about()) is staff


def test_a_condition_that_is_still_true_is_told_with_this_mornings_numbers() -> None:
    told = flagview.on_morning(SPIKE, M, {KEY: NOW})
    assert told.inputs == {**NOW, "since": MONDAY}
    assert told.flag_id == SPIKE.flag_id
    assert told.hill
    assert wording.reasons(told)[0] == (
        "Run volume 56 km in 7 days, 44 % above the usual 39, since Mon 16 Nov."
    )


def test_a_condition_that_is_over_is_told_with_the_morning_it_was_raised() -> None:
    told = flagview.on_morning(SPIKE, M, {("spike", "ascent_m"): NOW})
    assert wording.reasons(told) == [
        "Run volume 46 km in 7 days, 24 % above the usual 37, on Mon 16 Nov."
    ]


def test_on_its_own_morning_a_flag_is_told_without_a_date() -> None:
    (said,) = wording.reasons(flagview.on_morning(SPIKE, MONDAY, {KEY: THEN}))
    assert said == "Run volume 46 km in 7 days, 24 % above the usual 37."


def test_a_load_beside_tightness_is_told_with_this_mornings_numbers_while_true() -> None:
    told = flagview.on_morning(TIGHT, M, {KEY: NOW})
    assert "Run volume 56 km in 7 days, 44 % above the usual 39." in wording.reasons(told)
    over = flagview.on_morning(TIGHT, M, {})
    assert wording.reasons(over)[1].endswith("above the usual 37, on Sat 14 Nov.")


def test_a_load_beside_tightness_that_was_over_already_says_of_which_morning_it_is() -> None:
    told = flagview.on_morning(TIGHT, MONDAY, {})
    assert wording.reasons(told)[1].endswith("above the usual 37, on Sat 14 Nov.")


def test_tightness_of_an_earlier_morning_is_told_with_its_date() -> None:
    assert wording.reasons(flagview.on_morning(TIGHT, MONDAY, {}))[0] == (
        "Left hamstring 6/10, on Sun 15 Nov."
    )
    assert wording.reasons(flagview.on_morning(TIGHT, M, {}))[0] == (
        "Left hamstring 6/10, on Sun 15 Nov."
    )


def test_telling_never_changes_what_is_on_record() -> None:
    before = repr((SPIKE, TIGHT))
    flagview.on_morning(SPIKE, M, {KEY: NOW})
    flagview.on_morning(TIGHT, M, {KEY: NOW})
    assert repr((SPIKE, TIGHT)) == before


def referred(urgency: str) -> Flag:
    return referral("a", M, "refer", f"r-{urgency}", urgency)


def test_who_reads_the_answers_has_the_most_urgent_referral_first() -> None:
    physio = Sight(load=True, tightness=True, health=True, treats=True)
    urgencies = ["within_days", "emergency", "within_48_h", "same_day"]
    ordered = sorted(urgencies, key=lambda u: flagview.need([referred(u)], physio))
    assert ordered == ["emergency", "same_day", "within_48_h", "within_days"]


def test_the_order_tells_a_coach_nothing_of_urgency() -> None:
    coach = Sight(load=True, tightness=True)
    keys = {flagview.need([referred(u)], coach) for u in ("within_days", "emergency")}
    assert len(keys) == 1


def test_a_referral_stands_above_tightness_and_tightness_above_load() -> None:
    sight = Sight(load=True, tightness=True)
    flags = [SPIKE, TIGHT, referred("same_day")]
    ordered = sorted(flags, key=lambda flag: flagview.need([flag], sight))
    assert [flag.tier for flag in ordered] == [3, 2, 1]


def test_a_list_puts_what_is_new_before_what_was_seen_and_a_referral_before_both() -> None:
    refer, talk = (-3, 0, True), (-2, 9, True)
    old, new = date(2026, 11, 16), date(2026, 11, 17)
    keys = {
        "seen, newest": flagview.place(talk, 2, True, new, True, "A"),
        "not seen, older": flagview.place(talk, 2, False, old, True, "A"),
        "not seen, newest": flagview.place(talk, 2, False, new, False, "B"),
        "not seen, newest, hills": flagview.place(talk, 2, False, new, True, "C"),
        "referral that was seen": flagview.place(refer, 3, True, old, False, "Z"),
    }
    assert sorted(keys, key=keys.__getitem__) == [
        "referral that was seen",
        "not seen, newest, hills",
        "not seen, newest",
        "not seen, older",
        "seen, newest",
    ]
