"""Plans on record: assigned past the gate, answered once, stopped by answers, settled at night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import consenting, enrolling
from clubmon.drill import planrows, proposals
from clubmon.drill.plans import Course
from clubmon.hamstring import checkins, gate, planday, planning
from clubmon.hamstring.planning import PlanRefused, Tap
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.triage.triage import Answers

NOW = datetime(2026, 11, 17, 6, tzinfo=UTC)
DAY = timedelta(days=1)
NONE = frozenset[str]()
CLEAR: dict[str, Any] = {
    "limits": NONE, "after_eccentric": frozenset({"no"}), "neural": NONE, "pelvic": NONE,
    "when": NONE,
}  # fmt: skip
NEURAL = {**CLEAR, "neural": frozenset({"after_sitting", "eases_walking"})}
PELVIC = {**CLEAR, "pelvic": frozenset({"in_squat", "arched"})}


@dataclass
class Ana:
    """One athlete who agreed to everything, and her clock."""

    store: Store
    settings: Settings
    id: str
    coach: str
    team: str
    now: datetime = NOW

    def answers(self, left: int | None, **more: Any) -> None:
        said = {"right": 1, "refer": NONE, "strain": NONE, "given": NEURAL, "left_place": "lower"}
        checkins.save(
            self.store, self.settings, self.id, Answers(left=left, **{**said, **more}), self.now
        )

    def assign(self, *drills: str) -> str:
        return planning.assign(
            self.store, self.settings, self.id, drills or ("D3",), self.coach, self.now
        ).plan_id

    def tap(self, plan_id: str, answer: Any, day: date | None = None, **more: Any) -> Course:
        said = Tap(answer, **more)
        return planning.tap(
            self.store, self.settings, plan_id, day or self.today, said, "", self.now
        )

    def later(self, days: float) -> None:
        self.now += timedelta(days=days)

    @property
    def today(self) -> date:
        return planning.local_day(self.store, self.settings, self.id, self.now)

    @property
    def course(self) -> Course:
        return planrows.courses(self.store, [self.id])[self.id][0]

    @property
    def due(self) -> planday.Due | None:
        return planday.due_today(self.store, self.id, self.today, self.now)

    def settle(self) -> int:
        return planning.settle_all(self.store, self.settings, self.now)


@pytest.fixture
def ana(store: Store, settings: Settings) -> Ana:
    before = NOW - 30 * DAY
    team = enrolling.add_team(store, "First", before)
    coach = enrolling.add_person(store, "Kim", "kim@example.org", before)
    enrolling.add_role(store, coach, Role.COACH, team, before)
    enrolling.set_medical_contact(store, team, coach, before)
    enrolling.switch_checkins(store, team, True, before)
    id_ = enrolling.add_person(store, "Ana", "ana@example.org", before, born=date(2000, 1, 1))
    enrolling.add_role(store, id_, Role.ATHLETE, team, before)
    for kind in Consent:
        consenting.record(store, id_, kind, True, id_, "athlete", None, before)
    return Ana(store, settings, id_, coach, team)


def test_what_the_answers_lead_to_is_assigned_for_as_long_as_the_library_says(ana: Ana) -> None:
    ana.answers(5)
    ana.assign("D3")
    plan = ana.course.plan
    assert (plan.drills, plan.pattern, plan.left, plan.right) == (("D3",), "neural", 5, 1)
    assert (plan.start, plan.end) == (ana.today, ana.today + 13 * DAY)
    assert plan.by_person_id == ana.coach


def test_two_drills_that_belong_together_are_one_plan(ana: Ana) -> None:
    ana.answers(5, given=PELVIC)
    ana.assign("D1", "D2")
    plan = ana.course.plan
    assert (plan.drills, plan.per_day, plan.days_per_week) == (("D1", "D2"), 2, 7)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ana: ana.answers(5, refer=None),
        lambda ana: ana.answers(5, strain=None),
        lambda ana: ana.answers(5, refer=frozenset({"tingling"})),
        lambda ana: ana.answers(5, something_else=True),
        lambda ana: ana.later(2.01),
    ],
)
def test_nothing_is_assigned_or_put_before_an_athlete_past_the_gate_and_why_is_not_told(
    ana: Ana, spoil: Callable[[Ana], None]
) -> None:
    ana.answers(5)
    ana.later(0.01)
    spoil(ana)
    with pytest.raises(PlanRefused) as refused:
        ana.assign("D3")
    assert str(refused.value) == planning.REFUSED
    proposals.save(ana.store, "", True, 0, ana.coach, ana.now)
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is None
    assert planrows.courses(ana.store, [ana.id]) == {}


def test_an_unknown_drill_is_refused_as_if_the_answers_did_not_allow_it(ana: Ana) -> None:
    ana.answers(5)
    for drills in (("X9",), ("D3", "X9")):
        with pytest.raises(PlanRefused, match="No drill can be assigned"):
            ana.assign(*drills)


def test_assigning_the_same_again_is_the_same_plan_and_another_is_refused(ana: Ana) -> None:
    ana.answers(5)
    first = ana.assign("D3")
    assert ana.assign("D3") == first
    with pytest.raises(PlanRefused, match="on a plan already"):
        ana.assign("D4")


def test_a_drill_reaches_the_athlete_alone_only_where_the_club_chose_that(ana: Ana) -> None:
    ana.answers(5)
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is None
    proposals.save(ana.store, "", True, 0, ana.coach, ana.now)
    proposals.save(ana.store, ana.team, False, 0, ana.coach, ana.now)
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is None
    proposals.save(ana.store, ana.team, None, 1, ana.coach, ana.now)
    plan = planning.propose(ana.store, ana.settings, ana.id, ana.now)
    assert plan is not None
    assert (plan.drills, plan.by_person_id) == (("D3",), "")
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is None  # one is enough


def test_a_choice_made_on_an_older_page_is_not_saved(ana: Ana) -> None:
    proposals.save(ana.store, "", True, 0, ana.coach, ana.now)
    with pytest.raises(proposals.ProposalsChanged):
        proposals.save(ana.store, "", False, 0, ana.coach, ana.now)
    assert [one.reaches_athlete for one in proposals.history(ana.store, "")] == [True]


def test_a_day_s_drill_is_withheld_until_both_lists_were_answered_again(ana: Ana) -> None:
    ana.answers(5)
    ana.assign("D3")
    assert ana.due is not None
    assert [drill.id for drill in ana.due.drills] == ["D3"]
    ana.later(2.01)
    assert ana.due is not None
    assert not ana.due.drills
    ana.answers(2, given={})
    assert ana.due is not None
    assert [drill.id for drill in ana.due.drills] == ["D3"]


def test_the_check_in_asks_for_both_lists_at_any_score_while_a_plan_runs(ana: Ana) -> None:
    from clubmon.triage.triage import decide, questions_for

    ana.answers(5)
    who = checkins.asked(ana.store, ana.settings, ana.id, ana.now)
    for runs in (False, True):
        if runs:
            ana.assign("D3")
        known = checkins.inputs(ana.store, ana.settings, who, ana.now)
        asked = questions_for(Answers(left=0, right=0), *known)
        assert [question.id for question in asked] == (["refer", "strain"] if runs else [])
    answered = Answers(left=0, right=0, refer=NONE, strain=NONE)
    assert questions_for(answered, *known) == ()
    assert decide(answered, *known).pattern is None


def test_the_same_answer_twice_is_one_and_another_counts_instead(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    for _ in range(2):
        ana.tap(plan_id, "not_today")
    assert len(ana.course.events) == 1
    ana.tap(plan_id, "done")
    assert (ana.course.adherence(ana.today).done, ana.due) == (1, None)


@pytest.mark.parametrize("back", [-1, 2, 20])
def test_a_link_of_another_day_records_nothing(ana: Ana, back: int) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    ana.later(5)
    with pytest.raises(PlanRefused, match="another day"):
        ana.tap(plan_id, "done", ana.today - back * DAY)
    assert ana.course.events == ()


def test_yesterday_can_still_be_answered(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    ana.later(1)
    ana.tap(plan_id, "done", ana.today - DAY)
    assert ana.course.adherence(ana.today).done == 1


def test_more_than_is_asked_on_a_day_is_no_answer(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    with pytest.raises(PlanRefused, match="use the buttons"):
        ana.tap(plan_id, "done", times=2)


def test_it_got_worse_ends_the_plan_whatever_the_day_and_a_replay_adds_nothing(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    ana.later(4)
    for _ in range(2):
        ana.tap(plan_id, "worse", ana.today - 4 * DAY)
    assert [event.kind for event in ana.course.events] == ["worse", "ended"]
    assert (ana.course.outcome, ana.course.for_physio) == ("worse", True)
    with pytest.raises(PlanRefused, match="has ended"):
        ana.tap(plan_id, "done")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"left": 7}, "rose"),
        ({"left": 0, "refer": frozenset({"tingling"})}, "sign"),
        ({"left": 0, "strain": frozenset({"limp"})}, "sign"),
        ({"left": 0, "something_else": True}, "something"),
    ],
)
def test_answers_stop_a_plan_in_the_same_instant(
    ana: Ana, answers: dict[str, Any], reason: str
) -> None:
    ana.answers(5)
    ana.assign()
    ana.later(1)
    ana.answers(**answers)
    assert ana.course.ended is not None
    assert ana.course.ended.detail["reason"] == reason
    assert ana.course.ended.known_at == ana.now
    assert ana.due is None


def test_answers_that_are_one_point_up_let_it_run(ana: Ana) -> None:
    ana.answers(5)
    ana.assign()
    ana.later(1)
    ana.answers(6)
    assert ana.course.ended is None


def test_the_night_closes_re_checks_and_the_plan_and_again_adds_nothing(ana: Ana) -> None:
    ana.answers(5)
    ana.assign()
    ana.later(7)
    assert planday.recheck_due(ana.store, ana.id, ana.today) == 7
    ana.answers(4, given={})
    assert (ana.settle(), ana.settle()) == (1, 0)
    assert planday.recheck_due(ana.store, ana.id, ana.today) is None
    ana.later(7)
    ana.answers(2, given={})
    assert (ana.settle(), ana.settle()) == (2, 0)
    assert (ana.course.outcome, ana.course.change) == ("better", -3)


def test_nights_that_were_missed_are_made_up(ana: Ana) -> None:
    ana.answers(5)
    ana.assign()
    ana.later(40)
    assert ana.settle() == 3
    assert ana.course.outcome == "unknown"


def test_a_plan_ends_when_check_ins_are_no_longer_agreed_to(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    ana.later(1)
    consenting.record(ana.store, ana.id, Consent.HEALTH, False, ana.id, "athlete", None, ana.now)
    with pytest.raises(PlanRefused, match="Nothing is asked"):
        ana.tap(plan_id, "done")
    assert ana.settle() == 1
    assert ana.course.outcome == "stopped"


def test_staff_stop_a_plan_once_and_a_physio_notes_how_one_ended_once(ana: Ana) -> None:
    ana.answers(5)
    plan_id = ana.assign()
    ana.later(1)
    told = (ana.store, ana.settings, plan_id, ana.coach, ana.now)
    assert (planning.stop(*told), planning.stop(*told)) == (True, False)
    assert planning.note(*told) is False  # nothing for the physio in it
    again = ana.assign()
    ana.tap(again, "worse")
    noted = (ana.store, ana.settings, again, ana.coach, ana.now)
    assert (planning.note(*noted), planning.note(*noted)) == (True, False)
    assert planning.stop(ana.store, ana.settings, "nobody's", ana.coach, ana.now) is False


def test_after_a_plan_that_ended_badly_no_new_one_begins_before_a_physio_has_looked(
    ana: Ana,
) -> None:
    ana.answers(5)
    ended = ana.assign()
    ana.tap(ended, "worse")
    ana.later(1)
    ana.answers(4)
    assert planning.waits_for_physio(ana.store, ana.id)
    for drill in ("D3", "D4"):
        with pytest.raises(PlanRefused) as refused:
            ana.assign(drill)
        assert str(refused.value) == planning.LOOK
    assert [one.plan.plan_id for one in planrows.for_physio(ana.store)] == [ended]
    planning.note(ana.store, ana.settings, ended, ana.coach, ana.now)
    assert planrows.for_physio(ana.store) == []
    assert ana.assign() != ended


def test_a_plan_that_helped_was_stopped_or_is_unknown_holds_no_new_one_up(ana: Ana) -> None:
    ana.answers(5)
    planning.stop(ana.store, ana.settings, ana.assign(), ana.coach, ana.now)
    ana.later(0.1)
    ana.answers(5)
    ana.assign()
    ana.later(40)
    ana.settle()
    assert ana.course.outcome == "unknown"
    ana.answers(5)
    ana.assign()


def test_weight_waits_for_a_clean_hold(ana: Ana) -> None:
    late = {**CLEAR, "when": frozenset({"late_runs", "hip_thrust"})}
    ana.answers(5, given=late)
    plan_id = ana.assign("D4")
    assert ana.due is not None
    assert ana.due.weight is False
    ana.tap(plan_id, "done", clean=True)
    assert planday.as_due(ana.store, ana.course, ana.today, ana.now).weight is True
    assert planday.holds(ana.course) == 30


def test_after_it_got_worse_no_drill_is_assigned_or_proposed_before_the_lists_are_answered_anew(
    ana: Ana,
) -> None:
    proposals.save(ana.store, "", True, 0, ana.coach, ana.now)
    ana.answers(5)
    plan = ana.assign("D3")
    ana.later(0.2)
    ana.tap(plan, "worse")
    assert gate.drills_now(ana.store, ana.id, ana.now) == ()
    assert planning.proposed(ana.store, ana.id, ana.now) == ()
    with pytest.raises(PlanRefused):
        ana.assign("D3")
    ana.later(0.1)
    ana.answers(5)
    assert gate.drills_now(ana.store, ana.id, ana.now) == ("D3",)
    planning.note(ana.store, ana.settings, plan, ana.coach, ana.now)
    ana.assign("D3")


@pytest.mark.parametrize("ends", [lambda ana: ana.answers(5), lambda ana: ana.answers(7)])
def test_a_plan_that_goes_to_the_physio_is_not_begun_again_by_the_service_before_they_looked(
    ana: Ana, ends: Callable[[Ana], None]
) -> None:
    proposals.save(ana.store, "", True, 0, ana.coach, ana.now)
    ana.answers(5)
    plan = ana.assign("D3")
    ana.later(14)
    ends(ana)
    ana.settle()
    assert ana.course.for_physio
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is None
    assert planning.proposed(ana.store, ana.id, ana.now) == ()
    planning.note(ana.store, ana.settings, plan, ana.coach, ana.now)
    assert planning.propose(ana.store, ana.settings, ana.id, ana.now) is not None
