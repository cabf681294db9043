"""The buttons of a plan from a mailed link and signed in; what staff decide; the ledger."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from forging import forged
from werkzeug.test import TestResponse

from clubmon.club import consenting, enrolling, links
from clubmon.drill import planrows, proposals
from clubmon.drill.plans import Course
from clubmon.hamstring import planning
from clubmon.policy import Consent, Role

CLEAR = {"refer_signs": "[]", "strain_signs": "[]", "pattern": "neural", "drill_ids": '["D3"]'}


def answers(club: Any, who: str, left: int = 5, **columns: Any) -> None:
    """A check-in of this moment, stored."""
    values = {
        "checkin_id": f"{who}-{club.now.isoformat()}", "athlete_id": club.ids[who],
        "local_date": club.now.date(), "left_score": left, "right_score": 1,
        "something_else": False, "known_at": club.now, **CLEAR, **columns,
    }  # fmt: skip
    names, marks = ", ".join(values), ", ".join("?" for _ in values)
    club.store.execute(
        "app", f"INSERT INTO app.checkin ({names}) VALUES ({marks})", list(values.values())
    )


def course(club: Any, who: str = "athlete") -> Course:
    return planrows.courses(club.store, [club.ids[who]])[club.ids[who]][0]


def link(club: Any, who: str = "athlete", back: int = 0, **changed: str) -> str:
    day = (club.now.date() - timedelta(days=back)).isoformat()
    told = {"plan": course(club).plan.plan_id, "day": day, **changed}
    return "/plan/" + links.token(club.settings, "plan", club.ids[who], **told)


def said(response: TestResponse) -> str:
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return html.unescape(re.sub(r"\s+", " ", text))


@pytest.fixture
def planned(club: Any) -> Any:
    """The athlete has answered for a drill, and a coach has assigned it."""
    answers(club, "athlete")
    club.plan("athlete")
    return club


def test_a_scanner_that_opens_the_link_changes_nothing(planned: Any) -> None:
    for _ in range(3):
        page = planned.be(None).get(link(planned))
        assert page.status_code == 200
    assert "Did you do your drill today?" in said(page)
    assert "D3 Seated nerve glide" in said(page)
    assert "not a medical device" in said(page)
    assert course(planned).events == ()


def test_one_tap_is_noted_twice_is_the_same_and_another_button_counts_instead(
    planned: Any,
) -> None:
    for _ in range(2):
        page = planned.be(None).post(link(planned), data={"answer": "not_today"})
        assert "Noted: not today." in said(page)
    assert "Noted: done." in said(planned.be(None).post(link(planned), data={"answer": "done.1"}))
    assert [event.kind for event in course(planned).events] == ["not_today", "done"]


def test_it_got_worse_ends_the_plan_and_opens_both_lists_at_once(planned: Any) -> None:
    page = planned.be(None).post(link(planned), data={"answer": "worse"})
    assert "Chest pain or breathlessness" in said(page)
    assert "How did it start?" in said(page)
    assert course(planned).outcome == "worse"
    action = re.search(r'action="(/checkin/[^"]+)"', page.get_data(as_text=True))
    assert action
    told = {"something": "1", "shown": "refer strain", "form": "f", "list.strain": "none"}
    done = planned.be(None).post(action[1], data={**told, "list.refer": "calf"}, buffered=True)
    assert "See a doctor or the club's clinician today." in said(done)
    assert planned.store.rows("SELECT 1 FROM app.referral WHERE athlete_id = ?",
                              [planned.ids["athlete"]])  # fmt: skip


def test_it_got_worse_is_heard_from_an_old_link_and_of_an_ended_plan(planned: Any) -> None:
    where = link(planned)
    planned.later(days=5)
    assert "Nothing to do here" in said(planned.be(None).get(where))
    for _ in range(2):
        page = planned.be(None).post(where, data={"answer": "worse"})
        assert "Chest pain or breathlessness" in said(page)
    assert [event.kind for event in course(planned).events] == ["worse", "ended"]


@pytest.mark.parametrize(
    ("form", "days"), [({"answer": "done.1"}, 3), ({"answer": "often"}, 0), ({}, 0)]
)
def test_another_day_or_an_unknown_answer_records_nothing_and_says_why(
    planned: Any, form: dict[str, str], days: int
) -> None:
    where = link(planned)
    planned.later(days=days)
    page = planned.be(None).post(where, data=form)
    assert page.status_code == 409
    assert "Nothing was recorded" in said(page)
    assert course(planned).events == ()


def test_a_forged_link_or_one_of_somebody_else_s_plan_opens_nothing(planned: Any) -> None:
    client = planned.be(None)
    for where in (
        forged(link(planned)),
        link(planned, who="reserved"),
        link(planned, plan="nobody's"),
        "/plan/" + links.token(planned.settings, "plan", planned.ids["athlete"]),
        link(planned).replace("/plan/", "/checkin/"),
    ):
        assert client.get(where).status_code == 404
        assert client.post(where, data={"answer": "worse"}).status_code == 404
    assert course(planned).events == ()


def test_without_fresh_answers_the_page_takes_taps_and_shows_no_drill(planned: Any) -> None:
    planned.later(days=3)
    page = planned.be(None).get(link(planned))
    assert "nerve glide" not in said(page)
    assert "both lists of the check-in need an answer" in said(page)
    planned.be(None).post(link(planned), data={"answer": "done.1"})
    assert course(planned).adherence(planned.now.date()).done == 1


def test_a_clean_hold_is_asked_for_where_weight_waits_for_it(club: Any) -> None:
    answers(club, "athlete", drill_ids='["D4"]', pattern="synergist")
    club.plan("athlete", "D4")
    page = said(club.be(None).get(link(club)))
    assert "Could you hold it cleanly for 30 seconds?" in page
    assert "No weight before a clean hold of 30 s." in page
    done = club.be(None).post(link(club), data={"answer": "done.1", "clean": "yes"})
    assert "weight may be added" in said(done)


def test_the_own_page_has_the_same_buttons(planned: Any) -> None:
    me, page = planned.be("athlete"), f"/athlete/{planned.ids['athlete']}"
    assert "Your plan" in said(me.get(page))
    where = f"{page}/plan/{course(planned).plan.plan_id}"
    assert planned.post(me, where, page, answer="done.1").status == 303
    assert "1 of 1 done so far" in said(me.get(page))
    worse = planned.post(me, where, page, answer="worse")
    assert "Chest pain or breathlessness" in worse.text
    assert course(planned).ended is not None


def test_nobody_answers_for_another_s_plan(planned: Any) -> None:
    other, page = planned.be("reserved"), f"/athlete/{planned.ids['reserved']}/consent"
    where = f"/athlete/{planned.ids['reserved']}/plan/{course(planned).plan.plan_id}"
    assert planned.post(other, where, page, answer="worse").status == 404
    assert course(planned).events == ()


def assign(club: Any, who: str, about: str, *drills: str) -> Any:
    client = club.be(who)
    where = f"/athlete/{club.ids[about]}/assign"
    return club.post(client, where, "/today", drill=list(drills), **{"from": "today"})


def test_a_coach_assigns_from_today_and_reads_how_it_goes(club: Any) -> None:
    answers(club, "athlete")
    club.flag("athlete", uses_tightness=True)
    coach = club.be("coach")
    assert "Assign D3 to Athlete" in said(coach.get("/today"))
    assert assign(club, "coach", "athlete", "D3").status == 303
    page = said(coach.get("/today"))
    assert "Assign D3" not in page
    assert "assigned D3 Seated nerve glide It starts today. Re-check Tue 24 Nov." in page
    assert "by Coach" in said(coach.get(f"/athlete/{club.ids['athlete']}"))
    assert "plan_assigned" in club.audited()


def test_assigning_or_ending_twice_is_once_and_told_kindly(club: Any) -> None:
    answers(club, "athlete")
    club.flag("athlete", uses_tightness=True)
    page, coach = f"/athlete/{club.ids['athlete']}", club.be("coach")
    for _ in range(2):
        club.post(coach, f"{page}/assign", page, drill="D3")
    stop = f"/plan/{course(club).plan.plan_id}/stop"
    assert "Assigned. It runs from today." in said(coach.get(page))
    for _ in range(2):
        club.post(coach, stop, "/shown")
    assert "It had ended already." in said(coach.get(page))
    (plan,) = club.store.rows("SELECT plan_id FROM app.plan")
    assert len(course(club).events) == 1
    assert [what for what in club.audited() if what.startswith("plan")] == [
        "plan_assigned",
        "plan_stopped",
    ]
    assert plan["plan_id"] in stop


@pytest.mark.parametrize(
    "spoil", [{"refer_signs": None}, {"strain_signs": '["limp"]'}, {"something_else": True}]
)
def test_the_server_refuses_to_assign_past_the_gate_in_one_sentence_for_all(
    club: Any, spoil: dict[str, Any]
) -> None:
    answers(club, "athlete")
    club.later(minutes=1)
    answers(club, "athlete", **spoil)
    assert assign(club, "coach", "athlete", "D3").status == 303
    assert planrows.courses(club.store, [club.ids["athlete"]]) == {}
    club.flag("athlete", uses_tightness=True)
    assert "Assign" not in said(club.be("coach").get("/today"))


def test_who_keeps_tightness_from_the_coach_keeps_the_plan_from_the_coach(club: Any) -> None:
    answers(club, "reserved")
    club.plan("reserved")
    page = f"/athlete/{club.ids['reserved']}"
    for word in ("nerve glide", "Plans", "plan"):
        assert word not in said(club.be("coach").get(page))
    assert "Seated nerve glide" in said(club.be("physio").get(page))
    assert assign(club, "coach", "reserved", "D3").status == 404


def test_after_a_plan_that_got_worse_a_coach_is_refused_and_told_what_to_do(planned: Any) -> None:
    plan_id = course(planned).plan.plan_id
    planned.be(None).post(link(planned), data={"answer": "worse"})
    planned.later(hours=1)
    answers(planned, "athlete")
    planned.flag("athlete", uses_tightness=True)
    page, coach = f"/athlete/{planned.ids['athlete']}", planned.be("coach")
    assert "A physio looks first" in said(coach.get("/today"))
    refused = planned.post(coach, f"{page}/assign", page, drill="D3")
    assert refused.location == page
    shown = coach.get(page)
    assert planning.LOOK in said(shown)
    assert f'<p class="error" role="alert">{planning.LOOK}' in shown.get_data(as_text=True)
    assert course(planned).plan.plan_id == plan_id
    physio = planned.be("physio")
    planned.post(physio, f"/plan/{plan_id}/note", "/referrals")
    planned.post(coach, f"{page}/assign", page, drill="D3")
    assert course(planned).plan.plan_id != plan_id


def test_staff_end_a_plan_and_it_says_by_whom_it_was_decided(planned: Any) -> None:
    page = f"/athlete/{planned.ids['athlete']}"
    coach = planned.be("coach")
    assert planned.post(coach, f"/plan/{course(planned).plan.plan_id}/stop", page).status == 303
    assert course(planned).ended is not None
    assert course(planned).ended.by_person_id == planned.ids["coach"]  # type: ignore[union-attr]
    assert "Stopped by a decision." in said(coach.get(page))


def test_no_fall_in_two_weeks_is_on_the_physio_s_list_until_it_was_looked_at(
    planned: Any,
) -> None:
    planned.later(days=14)
    answers(planned, "athlete", left=4)
    planning.settle_all(planned.store, planned.settings, planned.now)
    physio = planned.be("physio")
    page = said(physio.get("/referrals"))
    assert "Plans to look at" in page
    assert "Tightness did not fall by 2 points within the time" in page
    where = f"/plan/{course(planned).plan.plan_id}/note"
    assert planned.post(physio, where, "/referrals").status == 303
    assert "Plans to look at" not in said(physio.get("/referrals"))


def test_the_ledger_counts_only_whom_the_viewer_may_see_and_no_fewer_than_five(
    club: Any,
) -> None:
    for number in range(5):
        id_ = enrolling.add_person(club.store, f"P{number}", f"p{number}@example.org", club.now)
        club.ids[f"p{number}"] = id_
        enrolling.add_role(club.store, id_, Role.ATHLETE, club.ids["team"], club.now)
        for kind in Consent:
            consenting.record(club.store, id_, kind, True, id_, "guardian", None, club.now)
        club.plan(f"p{number}")
        planning.stop(club.store, club.settings, course(club, f"p{number}").plan.plan_id,
                      club.ids["coach"], club.now)  # fmt: skip
    text = said(club.be("coach").get("/outcomes"))
    assert "Seated nerve glide Neural 5 – 0 0 0 5 0 0 5" in text
    assert "they say nothing of what a drill does" in text
    club.later(minutes=1)
    about, kind = club.ids["p0"], Consent.TIGHTNESS
    consenting.record(club.store, about, kind, False, about, "guardian", None, club.now)
    assert "fewer than 5 athletes" in said(club.be("coach").get("/outcomes"))
    assert "Neural 5 – 0" in said(club.be("physio").get("/outcomes"))
    assert "No plan has ended yet." in said(club.be("outsider").get("/outcomes"))


def test_the_club_and_a_team_choose_whether_drills_reach_athletes_alone(club: Any) -> None:
    admin, coach = club.be("admin"), club.be("coach")
    assert "A coach or physio assigns each drill. Never set" in said(admin.get("/proposals"))
    page = "/proposals"
    assert club.post(admin, "/proposals/club", page, reaches="yes", based_on="0").status == 303
    team = f"/proposals/{club.ids['team']}"
    assert club.post(coach, team, page, reaches="no", based_on="0").status == 303
    assert club.post(coach, team, page, reaches="yes", based_on="0").status == 409
    for form in ({"reaches": "club", "based_on": "1"}, {"reaches": "yes", "based_on": "x"}, {}):
        assert club.post(admin, "/proposals/club", page, **form).status == 400
    assert club.post(coach, "/proposals/club", page, reaches="no", based_on="1").status == 404
    assert proposals.reaches_athlete(club.store, [club.ids["team_b"]])
    assert not proposals.reaches_athlete(club.store, [club.ids["team"]])
    assert club.audited().count("proposals_changed") == 2
