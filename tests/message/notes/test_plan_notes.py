"""Plans in mails: told once, asked for when due, looked back at, never past the gate."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import links
from clubmon.drill import drills, planrows
from clubmon.flag import flagging
from clubmon.hamstring import checkins, planning
from clubmon.hamstring.planning import Tap
from clubmon.message import mailchoices, notify, outbox
from clubmon.triage.triage import Answers
from tests.message.notes.test_notify import NEURAL, answer_for_a_drill, same_words

MORNING = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVENING = NOW - 10 * HOUR  # 18:00 the day before
PELVIS = replace(
    NEURAL,
    left=4,
    given={
        "limits": frozenset(),
        "after_eccentric": frozenset({"no"}),
        "neural": frozenset({"none"}),
        "pelvic_control": frozenset({"at_rest"}),
    },
)
AGAIN = "Say done, not today, or it got worse"


def run(club: Any, days: int = 0) -> None:
    """The night of a morning so many days on."""
    now = NOW + days * DAY
    planning.settle_all(club.store, club.settings, now)
    flagging.flag(club.store, club.settings, MORNING + days * DAY, now)
    notify.morning(club.store, club.settings, MORNING + days * DAY, now)


def by_day(club: Any, now: datetime) -> int:
    return notify.new_plans(club.store, club.settings, now)


def body(club: Any, kind: str = "morning") -> str:
    return str(club.mails(kind)[club.ana]["body_text"])


def answer(club: Any, when: datetime, answers: Answers = NEURAL) -> None:
    checkins.save(club.store, club.settings, club.ana, answers, when)


def assign(club: Any, when: datetime = EVENING, drill: str = "D3") -> str:
    plan = planning.assign(club.store, club.settings, club.ana, [drill], club.coach, when)
    return plan.plan_id


def plan_and_answers(club: Any, drill: str = "D3") -> str:
    answer_for_a_drill(club)
    return assign(club, drill=drill)


def whole(name: str) -> list[str]:
    found = drills.library()[name]
    return [found.name, *found.steps, *found.caution, found.stop_rule]


# a new plan


def test_a_new_plan_is_told_in_the_next_note_with_the_whole_drill(club: Any) -> None:
    plan_and_answers(club)
    run(club)
    said = body(club)
    assert "A plan for you" in said
    assert all(part in said for part in whole("D3"))
    assert drills.SAFETY_NOTE in said
    assert AGAIN in said
    assert '"plan"' in club.mails()[club.ana]["parts"]


def test_it_is_told_once_and_then_asked_for(club: Any) -> None:
    plan_and_answers(club)
    run(club)
    answer(club, NOW + 5 * HOUR)
    run(club, 1)
    assert "A plan for you" not in body(club)
    assert "Your plan today" in body(club)


def test_without_fresh_answers_it_names_no_drill_and_leads_to_the_check_in(club: Any) -> None:
    plan_and_answers(club)
    run(club, 2)  # the answers are 68 hours old
    said = body(club)
    assert "A plan was made for you." in said
    assert "/checkin/" in said
    for hidden in (drills.library()["D3"].name, drills.SAFETY_NOTE, "/plan/"):
        assert hidden not in said


def test_by_day_it_is_told_in_a_message_of_its_own(club: Any) -> None:
    answer_for_a_drill(club)
    plan_id = assign(club, EVENING)
    assert by_day(club, EVENING + MINUTE) == 1
    row = club.mails("plan")[club.ana]
    assert row["message_id"] == outbox.identity("plan", club.ana, plan_id)
    assert row["subject"] == "Our club: a note for you"
    assert all(part in row["body_text"] for part in whole("D3"))
    (token,) = re.findall(r"/unsubscribe/([\w.-]+)", row["body_text"])
    assert links.read(club.settings, "unsubscribe", token).extra == {"kinds": ["plan"]}
    assert by_day(club, EVENING + HOUR) == 0
    run(club)
    assert "A plan for you" not in body(club)


def test_nobody_gets_two_in_a_morning(club: Any) -> None:
    answer_for_a_drill(club)
    run(club)
    assign(club, NOW + 4 * HOUR)  # 08:00
    assert by_day(club, NOW + 4 * HOUR) == 0
    assert by_day(club, NOW + 8 * HOUR - MINUTE) == 0
    assert by_day(club, NOW + 8 * HOUR) == 1  # noon


def test_in_quiet_hours_it_waits_for_the_note(club: Any) -> None:
    club.settings = club.settings.model_copy(update={"quiet_hours": "21:00-07:00"})
    answer_for_a_drill(club)
    assign(club, NOW - 6 * HOUR)  # 22:00
    assert by_day(club, NOW - 6 * HOUR) == 0
    run(club)
    assert by_day(club, NOW + 3 * HOUR) == 0  # the note is about to come
    notify.when_awake(club.store, club.settings, NOW + 3 * HOUR)
    assert "A plan for you" in body(club)
    assert by_day(club, NOW + 9 * HOUR) == 0
    assert club.ana not in club.mails("plan")


def test_who_switched_it_off_is_asked_for_it_but_gets_no_message_on_it(club: Any) -> None:
    plan_and_answers(club)
    mailchoices.switch(club.store, club.ana, ("plan",), NOW - DAY, on=False)
    assert by_day(club, EVENING + MINUTE) == 0
    run(club)
    assert "A plan for you" not in body(club)
    assert "Your plan today" in body(club)


def test_a_message_that_no_server_took_goes_once_its_drill_no_longer_stands(club: Any) -> None:
    answer_for_a_drill(club)
    assign(club, EVENING)
    by_day(club, EVENING + MINUTE)
    answer(club, EVENING + HOUR, replace(NEURAL, refer=frozenset({"calf"})))
    notify.when_awake(club.store, club.settings, EVENING + 2 * HOUR)
    assert club.ana not in club.mails("plan")
    assert by_day(club, EVENING + 2 * HOUR) == 0  # the sign has ended the plan


# what is due


def told(club: Any) -> None:
    """The plan was told of, so that notes ask for it."""
    by_day(club, EVENING + MINUTE)


def test_a_reminder_names_the_drill_its_dose_and_when_to_stop(club: Any) -> None:
    plan_and_answers(club)
    told(club)
    run(club)
    said, drill = body(club), drills.library()["D3"]
    assert f"- {drill.name}: {drill.dose}. {drill.frequency}." in said
    assert f"When to stop: {drill.stop_rule}" in said
    assert drills.SAFETY_NOTE in said


def test_its_one_tap_is_for_this_plan_and_this_day(club: Any) -> None:
    plan_id = plan_and_answers(club)
    told(club)
    run(club)
    (token,) = re.findall(r"/plan/(\S+)", body(club))
    read = links.read(club.settings, "plan", token)
    assert read == links.Link(club.ana, {"plan": plan_id, "day": "2026-11-17"})


def test_what_is_done_is_not_asked_for_again(club: Any) -> None:
    plan_id = plan_and_answers(club)
    told(club)
    when = NOW - 2 * HOUR  # after midnight
    planning.tap(club.store, club.settings, plan_id, MORNING, Tap("done"), "", when)
    run(club)
    assert "Your plan today" not in body(club)


def test_without_fresh_answers_a_reminder_leads_to_the_check_in_alone(club: Any) -> None:
    plan_and_answers(club)
    told(club)
    run(club, 2)
    said = body(club)
    assert "First the check-in" in said
    assert "/checkin/" in said
    for hidden in (drills.library()["D3"].name, drills.SAFETY_NOTE, "/plan/"):
        assert hidden not in said


def test_a_plan_that_ended_is_asked_for_no_more(club: Any) -> None:
    plan_id = plan_and_answers(club)
    told(club)
    planning.stop(club.store, club.settings, plan_id, club.coach, NOW - HOUR)
    run(club)
    assert "plan" not in body(club).lower()


def test_reminders_can_be_switched_off(club: Any) -> None:
    plan_and_answers(club)
    told(club)
    mailchoices.switch(club.store, club.ana, ("reminder", "flag"), NOW - DAY, on=False)
    run(club)
    assert club.ana not in club.mails("morning")


def test_text_and_html_of_plans_say_the_same(club: Any) -> None:
    plan_and_answers(club)
    by_day(club, EVENING + MINUTE)
    run(club)
    run(club, 2)
    run(club, 6)
    written = club.store.rows("SELECT kind, body_text, body_html FROM app.message")
    assert len(written) > 4
    for row in written:
        assert same_words(row["body_text"], row["body_html"]), row["kind"]


# looking back


@pytest.mark.parametrize(("days", "number"), [(6, 7), (13, 14)])
def test_on_the_day_of_a_re_check_the_note_says_so_once(club: Any, days: int, number: int) -> None:
    plan_and_answers(club)
    told(club)
    if days > 6:
        answer(club, NOW + 6 * DAY + HOUR, PELVIS)
    run(club, days)
    assert f"{number} days since your plan began" in body(club)
    assert "/checkin/" in body(club)
    run(club, days + 1)
    assert "days since your plan began" not in body(club)


def test_a_re_check_that_is_answered_is_not_asked_for(club: Any) -> None:
    plan_and_answers(club)
    told(club)
    answer(club, NOW + 6 * DAY - HOUR, PELVIS)
    run(club, 6)
    assert "days since" not in str(club.mails("morning").get(club.ana))


def test_a_re_check_can_be_switched_off(club: Any) -> None:
    plan_and_answers(club)
    told(club)
    mailchoices.switch(club.store, club.ana, ("recheck",), NOW - DAY, on=False)
    run(club, 6)
    assert "days since your plan began" not in body(club)
    assert "How are your hamstrings today?" in body(club)


def test_while_a_referral_is_open_no_plan_is_spoken_of(club: Any) -> None:
    plan_and_answers(club)
    club.referral(club.ana)
    run(club)
    assert "plan" not in body(club).lower()
    assert planrows.courses(club.store, [club.ana])[club.ana][0].ended is None
