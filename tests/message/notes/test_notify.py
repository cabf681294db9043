"""Who is written to, about what, and what nobody is told: by the consents of that moment."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import enrolling, links, people
from clubmon.drill import drills, proposals
from clubmon.flag import flagging
from clubmon.hamstring import checkins
from clubmon.message import notify, outbox, tier3
from clubmon.policy import Consent, Role
from clubmon.triage.triage import Answers

MORNING = date(2026, 11, 17)
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Ago = Callable[[int], date]

NEURAL = Answers(
    left=5,
    left_place="middle",
    right=0,
    refer=frozenset(),
    strain=frozenset(),
    given={
        "limits": frozenset(),
        "after_eccentric": frozenset({"no"}),
        "neural": frozenset({"after_sitting", "eases_walking"}),
    },
)


def run(club: Any, morning: date = MORNING, now: datetime = NOW) -> int:
    flagging.flag(club.store, club.settings, morning, now)
    return notify.morning(club.store, club.settings, morning, now)


def text(club: Any, person_id: str, kind: str = "morning") -> str:
    return str(club.mails(kind)[person_id]["body_text"])


def answer_for_a_drill(club: Any) -> None:
    """Yesterday and the day before, answers that fit a pattern with a drill."""
    for hours in (44, 20):
        checkins.save(club.store, club.settings, club.ana, NEURAL, NOW - timedelta(hours=hours))


def night(club: Any, morning: date, began: datetime) -> None:
    """The job of a morning, done."""
    row = [str(uuid7()), morning, began, began]
    club.store.execute(
        "app", "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, 'done', '{}', NULL)", row
    )


# the athlete


def test_an_athlete_with_check_ins_gets_the_link_of_the_day(club: Any) -> None:
    run(club)
    (token,) = re.findall(r"/checkin/(\S+)", text(club, club.ana))
    assert links.read(club.settings, "checkin", token).person_id == club.ana
    assert club.mails()[club.ana]["subject"] == "Your clubmon note for Tuesday"


def test_a_flag_is_told_in_numbers_with_what_it_is_not(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    body = text(club, club.ana)
    assert "Your left hamstring 6/10, on Mon 16 Nov." in body
    assert "You ran 54 km in 7 days, 32 % above your usual 41." in body
    assert "does not say that something is wrong" in body


def test_without_the_right_answers_the_mail_says_talk_and_shows_no_drill(
    club: Any, days_ago: Ago
) -> None:
    club.checkin(club.ana, days_ago(1), 6, drill_ids='["D3"]')  # the two lists are not answered
    run(club)
    body = text(club, club.ana)
    assert "Talk to your coach or physio before the next hard session." in body
    assert drills.library()["D3"].name not in body
    assert drills.SAFETY_NOTE not in body


def test_a_drill_waits_for_a_coach_where_the_club_has_not_chosen_otherwise(club: Any) -> None:
    answer_for_a_drill(club)
    run(club)
    assert drills.library()["D3"].name not in text(club, club.ana)
    assert drills.library()["D3"].name in text(club, club.coach)


def test_a_drill_comes_whole_with_the_safety_note(club: Any) -> None:
    proposals.save(club.store, "", True, 0, club.coach, NOW - DAY)
    answer_for_a_drill(club)
    run(club)
    body, drill = text(club, club.ana), drills.library()["D3"]
    assert drill.dose is not None
    for part in (drill.name, drill.dose, *drill.steps, *drill.caution, drill.stop_rule):
        assert part in body
    assert drills.SAFETY_NOTE in body


def test_a_drill_needs_answers_of_the_last_48_hours(club: Any) -> None:
    proposals.save(club.store, "", True, 0, club.coach, NOW - DAY)
    answer_for_a_drill(club)
    run(club, MORNING + 2 * DAY, NOW + 2 * DAY)
    assert "Talk to your coach or physio" in text(club, club.ana)
    assert drills.library()["D3"].name not in text(club, club.ana)


def test_an_open_referral_takes_the_drill_away(club: Any) -> None:
    answer_for_a_drill(club)
    club.referral(club.ana, refer_signs="[]", local_date=None or MORNING - 5 * DAY)
    run(club)
    assert drills.library()["D3"].name not in text(club, club.ana)


def test_while_a_referral_is_open_no_gentler_words_follow_it(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, days_ago(1))
    club.referral(club.ana)
    club.checkin(club.ana, days_ago(1), 6)
    run(club, MONDAY, NOW - DAY)
    run(club)
    body = text(club, club.ana)
    assert "unusual" not in body
    assert "seven days" not in body
    assert "/checkin/" in body


def test_who_should_see_the_physio_is_told_so_and_nothing_else_to_do(
    club: Any, days_ago: Ago
) -> None:
    club.checkin(club.ana, days_ago(1), 9)
    run(club)
    body = text(club, club.ana)
    assert body.count("Please talk to your physio before you train.") == 1
    assert "Talk to your coach" not in body


def test_a_flag_is_mailed_once_though_it_stays_open(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    run(club, MORNING + DAY, NOW + DAY)
    assert club.mails()[club.ana]["known_at"] == NOW + DAY
    assert "6/10" not in text(club, club.ana)
    assert "6/10" in text(club, club.coach)  # still on the list


def test_a_flag_raised_during_the_day_is_told_the_next_morning(club: Any) -> None:
    run(club)
    club.checkin(club.ana, MORNING, 7)
    later = NOW + timedelta(hours=6)
    flagging.flag(club.store, club.settings, MORNING, later)
    run(club, MORNING + DAY, NOW + DAY)
    assert club.mails()[club.ana]["known_at"] == NOW + DAY
    assert "hamstring 7/10" in text(club, club.ana)


def test_coach_and_physio_read_of_it_the_next_morning_too(club: Any) -> None:
    run(club)
    club.checkin(club.ana, MORNING, 7, pattern_answers='{"limits": ["not_running"]}')
    flagging.flag(club.store, club.settings, MORNING, NOW + timedelta(hours=6))
    assert not {club.coach, club.physio} & set(club.mails()), "by day nobody is written to"
    run(club, MORNING + DAY, NOW + DAY)
    assert "Left hamstring 7/10" in text(club, club.coach)
    assert "Says that running is not normal." in text(club, club.physio)


@pytest.mark.parametrize("of", [MONDAY, MONDAY - 2 * DAY], ids=["that day", "days before"])
def test_a_load_that_came_to_light_after_the_week_was_told_is_told_with_the_next(
    club: Any, of: date
) -> None:
    run(club, MONDAY, NOW - DAY)
    night(club, MONDAY, NOW - DAY)
    club.spike(club.ana, of)
    flagging.flag(club.store, club.settings, MONDAY, NOW - timedelta(hours=14))
    assert club.coach not in club.mails()
    run(club, MONDAY + 7 * DAY, NOW + 6 * DAY)
    for reader in (club.coach, club.ana):
        assert "54 km" in text(club, reader)


def test_what_the_last_weeks_note_told_is_not_told_again(club: Any) -> None:
    club.spike(club.ana, MONDAY)
    run(club, MONDAY, NOW - DAY)
    night(club, MONDAY, NOW - DAY)
    assert "54 km" in text(club, club.coach)
    run(club, MONDAY + 7 * DAY, NOW + 6 * DAY)
    assert club.mails()[club.coach]["known_at"] == NOW - DAY, "none was written since"


def test_the_week_is_told_on_mondays_to_coach_and_athlete(club: Any) -> None:
    club.spike(club.ana, MONDAY - 3 * DAY)
    flagging.flag(club.store, club.settings, MONDAY - 3 * DAY, NOW - 4 * DAY)
    run(club, MONDAY, NOW - DAY)
    assert "Your last seven days" in text(club, club.ana)
    assert "You ran 54 km" in text(club, club.ana)
    assert "Seven days at a glance" in text(club, club.coach)
    assert "Run volume 54 km" in text(club, club.coach)


def test_on_other_days_a_watch_flag_is_no_reason_to_write(club: Any) -> None:
    club.spike(club.ana, MORNING)
    run(club)
    assert "54 km" not in text(club, club.ana)
    assert club.coach not in club.mails()


def test_no_link_where_check_ins_are_off(club: Any) -> None:
    enrolling.switch_checkins(club.store, club.team, False, NOW)
    assert run(club) == 0


def test_no_link_without_consent_to_health_data(club: Any) -> None:
    club.consent(club.ana, Consent.HEALTH, granted=False)
    run(club)
    assert set(club.mails()) == {club.ben}


def test_a_minor_is_asked_only_with_a_guardians_consent(club: Any) -> None:
    run(club)
    assert club.ben in club.mails()
    club.store.execute("app", "DELETE FROM app.message")
    club.store.execute("app", "UPDATE app.consent SET by_role = 'athlete'")
    run(club)
    assert club.ben not in club.mails()


def test_no_link_once_today_is_answered(club: Any) -> None:
    club.checkin(club.ana, MORNING, 1)
    run(club)
    assert club.ana not in club.mails()


def test_an_erased_person_is_not_written_to(club: Any) -> None:
    club.store.execute("app", "INSERT INTO app.tombstone VALUES ('person', ?, ?)", [club.ana, NOW])
    run(club)
    assert club.ana not in club.mails()


# the staff


def test_the_coach_reads_who_to_talk_to_and_why(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    body = text(club, club.coach)
    assert "Talk to one person today" in body
    assert "Ana Okafor" in body
    assert "Left hamstring 6/10, on Mon 16 Nov." in body
    assert "Run volume 54 km in 7 days, 32 % above the usual 41." in body
    assert "/today" in body
    assert "32\u00a0% above" in club.mails("morning")[club.coach]["body_html"], "never parted"


def test_the_coach_reads_what_was_answered_since_a_flag_was_raised(
    club: Any, days_ago: Ago
) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.checkin(club.ana, MORNING, 3)
    run(club, MORNING + DAY, NOW + DAY)
    assert "- Newest answer, Tue 17 Nov: left 3/10, right " in text(club, club.coach)


def test_the_coach_reads_the_drill_with_its_dose_and_the_safety_note(club: Any) -> None:
    answer_for_a_drill(club)
    run(club)
    body, drill = text(club, club.coach), drills.library()["D3"]
    assert f"Next: D3 {drill.name}. {drill.dose}." in body
    assert "Pattern to discuss: neural (the nerve along the back of the leg)." in body
    assert drills.SAFETY_NOTE in body


def test_the_coach_reads_no_drill_of_answers_that_are_too_old(club: Any) -> None:
    answer_for_a_drill(club)
    run(club, MORNING + 2 * DAY, NOW + 2 * DAY)
    body = text(club, club.coach)
    assert "Next: Talk. How does it feel, and what changed?" in body
    assert drills.library()["D3"].name not in body
    assert "Pattern" not in body


def test_after_eccentric_work_the_coach_is_told_to_wait(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6, pattern="after_eccentric")
    run(club)
    assert "Next: Wait, ask again. No drill." in text(club, club.coach)


def test_who_should_see_the_physio_gets_no_drill_in_any_mail(club: Any, days_ago: Ago) -> None:
    allowed = {"refer_signs": "[]", "strain_signs": "[]", "drill_ids": '["D3"]'}
    club.checkin(club.ana, days_ago(1), 9, pattern="neural", **allowed)
    run(club)
    assert "Next: To the physio. No drill." in text(club, club.coach)
    assert "Next: See them yourself." in text(club, club.physio)
    for reader in (club.ana, club.coach, club.physio):
        assert drills.library()["D3"].name not in text(club, reader)


def test_a_spike_that_is_still_true_is_told_with_this_mornings_numbers(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, days_ago(2))
    run(club, days_ago(2), NOW - 2 * DAY)
    club.spike(club.ana, MORNING, v7=61000.0, rise=20000.0)
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    said = "61 km in 7 days, 49 % above {} usual 41, since Sun 15 Nov."
    assert f"Run volume {said.format('the')}" in text(club, club.coach)
    assert f"You ran {said.format('your')}" in text(club, club.ana)


def test_a_spike_that_is_over_says_of_which_morning_its_numbers_are(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, days_ago(2))
    club.checkin(club.ana, days_ago(1), 6)
    run(club, days_ago(2), NOW - 2 * DAY)
    before = club.flags()
    run(club)
    assert "32 % above the usual 41, on Sun 15 Nov." in text(club, club.coach)
    assert [row for row in club.flags() if row in before] == before  # never rewritten


def test_without_the_athletes_consent_tightness_lifts_nobody(club: Any, days_ago: Ago) -> None:
    club.consent(club.ana, Consent.TIGHTNESS, granted=False)
    club.spike(club.ana, MONDAY)
    club.checkin(club.ana, days_ago(2), 9)
    run(club, MONDAY, NOW - DAY)
    body = text(club, club.coach)
    assert "Talk to" not in body
    assert "Seven days at a glance" in body
    assert "Run volume 54 km" in body
    for word in ("hamstring", "physio", "9/10"):
        assert word not in body.lower()


def test_without_the_athletes_consent_a_referral_is_not_told_to_the_coach(club: Any) -> None:
    club.consent(club.ana, Consent.TIGHTNESS, granted=False)
    club.referral(club.ana)
    run(club)
    assert club.coach not in club.mails()
    assert "Ana Okafor" in text(club, club.physio)


def test_a_consent_taken_back_counts_from_the_next_mail_on(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.consent(club.ana, Consent.TIGHTNESS, granted=False)
    notify.morning(club.store, club.settings, MORNING, NOW)
    assert club.coach not in club.mails()


def test_a_coach_without_the_load_reads_nothing_of_an_athlete(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 6)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.consent(club.ana, Consent.LOAD, granted=False)
    notify.morning(club.store, club.settings, MORNING, NOW)
    assert club.coach not in club.mails()


def test_the_physio_reads_referrals_and_who_to_see_first(club: Any, days_ago: Ago) -> None:
    club.referral(club.ana, "within_48_h")
    club.checkin(club.ben, days_ago(1), 2, pattern_answers='{"limits": ["not_running"]}')
    run(club)
    body = text(club, club.physio)
    assert "Told to see a physio within 48 hours." in body
    assert "Says that running is not normal." in body
    assert body.index("Ana Okafor") < body.index("Ben Young")
    assert "Open the referrals: http://127.0.0.1:8000/referrals" in body


def test_the_coach_is_not_told_how_urgent_a_referral_is(club: Any) -> None:
    club.referral(club.ana, "emergency")
    run(club)
    assert "Referred: the physio has been told." in text(club, club.coach)
    assert "help at once" not in text(club, club.coach)


def test_the_coach_reads_which_physio_has_a_referral_and_the_physio_does_not(club: Any) -> None:
    club.referral(club.ana)
    run(club)
    mail = club.mails("morning")[club.coach]
    assert "Physio: Pia Physio, pia@example.org." in mail["body_text"]
    assert '<a href="mailto:pia@example.org">' in mail["body_html"]
    assert "Physio:" not in text(club, club.physio)


def test_without_a_physio_the_coach_reads_whom_to_turn_to_instead(club: Any) -> None:
    club.store.execute("app", "DELETE FROM app.role WHERE role = 'physio'")
    club.referral(club.ana)
    run(club)
    assert "Medical contact: Dora Doctor, dora@example.org." in text(club, club.coach)
    assert "No physio is on record for the team" in text(club, club.coach)


def test_the_physio_gets_no_mail_for_what_is_the_coachs(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    assert club.physio not in club.mails()


def test_loads_that_are_not_shared_are_not_told_beside_tightness(club: Any, days_ago: Ago) -> None:
    club.spike(club.ana, MORNING)
    club.checkin(club.ana, days_ago(1), 9)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.consent(club.ana, Consent.LOAD, granted=False)
    notify.morning(club.store, club.settings, MORNING, NOW)
    assert "9/10" in text(club, club.physio)
    assert "54 km" not in text(club, club.physio)


def test_a_closed_referral_leaves_the_list(club: Any) -> None:
    club.referral(club.ana)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [NOW])
    notify.morning(club.store, club.settings, MORNING, NOW)
    assert club.physio not in club.mails()


@pytest.mark.parametrize(
    ("action", "until", "listed"),
    [
        ("seen", None, True),
        ("acted", None, False),
        ("dismissed", None, False),
        ("snoozed", MORNING + DAY, False),
        ("snoozed", MORNING, True),
    ],
)
def test_what_was_dealt_with_is_not_listed_again(
    club: Any, days_ago: Ago, action: str, until: date | None, listed: bool
) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    flagging.flag(club.store, club.settings, MORNING, NOW)
    club.insert(
        "app.flag_action",
        {
            "action_id": "1",
            "flag_id": club.flags()[0]["flag_id"],
            "person_id": club.coach,
            "action": action,
            "until": until,
            "known_at": NOW,
        },
    )
    notify.morning(club.store, club.settings, MORNING, NOW)
    assert (club.coach in club.mails()) is listed


def test_a_coach_of_another_team_reads_nothing(club: Any, days_ago: Ago) -> None:
    other = enrolling.add_team(club.store, "Second team", NOW)
    stranger = enrolling.add_person(club.store, "Otto Other", "otto@example.org", NOW)
    enrolling.add_role(club.store, stranger, Role.COACH, other, NOW)
    enrolling.add_role(club.store, stranger, Role.PHYSIO, other, NOW)
    club.checkin(club.ana, days_ago(1), 9)
    run(club)
    assert stranger not in club.mails()


def test_one_person_with_two_roles_gets_one_mail(club: Any, days_ago: Ago) -> None:
    enrolling.add_role(club.store, club.ana, Role.COACH, club.team, NOW)
    club.checkin(club.ben, days_ago(1), 6)
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    body = text(club, club.ana)
    assert "Ben Young" in body
    assert "Your left hamstring 6/10" in body
    assert "/checkin/" in body
    assert body.count("Ana Okafor") == 1  # the greeting; nobody is on their own list


# when, and how often


def test_the_same_morning_twice_writes_nothing(club: Any) -> None:
    assert run(club) == 2
    assert run(club, now=NOW + timedelta(hours=3)) == 0


def test_nobody_is_told_of_a_morning_more_than_72_hours_old(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    assert run(club, now=NOW + timedelta(days=3)) == 0
    assert len(club.flags()) == 1


def test_what_came_to_light_after_72_hours_is_in_no_mail(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(6), 7)
    run(club)
    assert [row["morning"] for row in club.flags()] == [days_ago(5)]
    assert club.coach not in club.mails()
    assert "7/10" not in text(club, club.ana)


def test_a_load_that_came_to_light_too_late_is_named_only_beside_what_is_told(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, days_ago(5))
    run(club)
    assert club.coach not in club.mails()
    club.checkin(club.ana, MORNING, 7)
    club.spike(club.ana, MORNING + DAY)
    run(club, MORNING + DAY, NOW + DAY)
    assert "32 % above the usual 41, since Thu 12 Nov." in text(club, club.coach)
    assert "32 % above your usual 41." in text(club, club.ana)


# tier 3


def tell(club: Any, referral_id: str) -> dict[str, Any]:
    tier3.tell(club.store, club.settings, referral_id, NOW)
    found: dict[str, Any] = club.mails("tier3")
    return found


def test_a_refer_answer_tells_athlete_medical_contact_and_physio(club: Any) -> None:
    told = tell(club, club.referral(club.ana))
    assert set(told) == {club.ana, club.doctor, club.physio}
    assert "See a doctor or the club's clinician today." in told[club.ana]["body_text"]
    assert "Ana Okafor needs you" in told[club.doctor]["body_text"]
    assert "18:12 on Monday 16 November" in told[club.doctor]["body_text"]


def test_a_minors_guardian_is_told_too(club: Any) -> None:
    told = {club.ben, club.doctor, club.physio, club.guardian}
    assert set(tell(club, club.referral(club.ben))) == told


def test_without_health_consent_nothing_goes(club: Any) -> None:
    referral_id = club.referral(club.ana)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    assert tell(club, referral_id) == {}


def test_telling_twice_writes_once(club: Any) -> None:
    referral_id = club.referral(club.ana)
    assert tier3.tell(club.store, club.settings, referral_id, NOW) == 3
    assert tier3.tell(club.store, club.settings, referral_id, NOW + DAY) == 0


def test_a_second_contact_is_told_when_nobody_acknowledges_in_time(club: Any) -> None:
    """24 h for what is to be seen the same day; told once."""
    second = enrolling.add_person(club.store, "Second Contact", "second@example.org", NOW)
    enrolling.set_medical_contact(club.store, club.team, second, NOW, second=True)
    referral_id = club.referral(club.ana)
    row = club.store.row("SELECT known_at FROM app.referral WHERE referral_id = ?", [referral_id])
    asked = row["known_at"]
    assert tier3.tell_second(club.store, club.settings, asked + timedelta(hours=23)) == 0
    assert tier3.tell_second(club.store, club.settings, asked + timedelta(hours=24)) == 1
    assert tier3.tell_second(club.store, club.settings, asked + timedelta(hours=25)) == 0
    body = club.mails("tier3")[second]["body_text"]
    assert "Nobody has acknowledged it" in body
    assert "Ana Okafor needs you" in body


def test_an_emergency_waits_two_hours_only(club: Any) -> None:
    second = enrolling.add_person(club.store, "Second Contact", "second@example.org", NOW)
    enrolling.set_medical_contact(club.store, club.team, second, NOW, second=True)
    referral_id = club.referral(club.ana)
    club.store.execute("app", "UPDATE app.referral SET urgency = 'emergency'")
    row = club.store.row("SELECT known_at FROM app.referral WHERE referral_id = ?", [referral_id])
    asked = row["known_at"]
    assert tier3.tell_second(club.store, club.settings, asked + timedelta(minutes=119)) == 0
    assert tier3.tell_second(club.store, club.settings, asked + timedelta(minutes=120)) == 1


@pytest.mark.parametrize("column", ["acknowledged_at", "closed_at"])
def test_an_acknowledged_or_closed_referral_goes_no_further(club: Any, column: str) -> None:
    second = enrolling.add_person(club.store, "Second Contact", "second@example.org", NOW)
    enrolling.set_medical_contact(club.store, club.team, second, NOW, second=True)
    club.referral(club.ana)
    club.store.execute("app", f"UPDATE app.referral SET {column} = ?", [NOW])
    assert tier3.tell_second(club.store, club.settings, NOW + 5 * DAY) == 0


def test_a_second_contact_is_not_told_once_consent_is_withdrawn(club: Any) -> None:
    second = enrolling.add_person(club.store, "Second Contact", "second@example.org", NOW)
    enrolling.set_medical_contact(club.store, club.team, second, NOW, second=True)
    club.referral(club.ana)
    club.consent(club.ana, Consent.HEALTH, granted=False)
    assert tier3.tell_second(club.store, club.settings, NOW + 5 * DAY) == 0


def test_an_unknown_referral_tells_nobody(club: Any) -> None:
    assert tier3.tell(club.store, club.settings, "none", NOW) == 0


def test_an_emergency_has_the_clubs_number(club: Any) -> None:
    told = tell(club, club.referral(club.ana, "emergency"))
    assert all("Call 112" in row["body_text"] for row in told.values())


def test_a_strain_says_to_stop_running(club: Any) -> None:
    referral_id = club.referral(
        club.ana, "within_48_h", refer_signs="[]", strain_signs=json.dumps(["pop"])
    )
    assert "Stop running until then." in tell(club, referral_id)[club.ana]["body_text"]


def test_a_contact_with_a_page_to_read_answers_on_gets_the_link_instead(club: Any) -> None:
    enrolling.set_medical_contact(club.store, club.team, club.physio, NOW)
    told = tell(club, club.referral(club.ana))
    assert "calf" not in told[club.physio]["body_text"]
    assert "/referrals" in told[club.physio]["body_text"]


def test_a_physio_without_a_page_on_the_athlete_gets_the_signs(club: Any) -> None:
    other = enrolling.add_team(club.store, "Other team", NOW)
    enrolling.add_role(club.store, club.doctor, Role.PHYSIO, other, NOW)
    told = tell(club, club.referral(club.ana))
    assert "hot, swollen or tender calf" in told[club.doctor]["body_text"]
    assert "hot, swollen" not in told[club.ana]["body_text"]


def test_tier_3_cannot_be_switched_off(club: Any) -> None:
    for row in tell(club, club.referral(club.ana)).values():
        assert row["unsubscribe_url"] is None
    club.store.execute(
        "app", "INSERT INTO app.unsubscribed VALUES (?, 'tier3', ?)", [club.ana, NOW]
    )
    assert outbox.deliver(club.store, club.settings, NOW).sent == 3


def test_tier_3_is_not_merged_into_the_morning(club: Any) -> None:
    tell(club, club.referral(club.ana))
    run(club)
    kinds = [
        row["kind"]
        for row in club.store.rows(
            "SELECT kind FROM app.message WHERE person_id = ? ORDER BY kind", [club.ana]
        )
    ]
    assert kinds == ["morning", "tier3"]


# sign-in and invitation


def test_a_sign_in_link_goes_to_its_owner_and_into_no_other_column(club: Any) -> None:
    owner = people.person(club.store, club.coach)
    assert owner is not None
    url = "https://club.example/signin/very-secret-token"
    assert notify.login_link(club.store, club.settings, owner, url, NOW) == 1
    row = club.mails()[club.coach]
    assert url in row["body_text"]
    kept = {k: v for k, v in row.items() if not k.startswith("body_")}
    assert "very-secret-token" not in str(kept)
    outbox.deliver(club.store, club.settings, NOW)
    assert "very-secret-token" not in str(club.mails())


def test_two_links_are_two_mails(club: Any) -> None:
    owner = people.person(club.store, club.coach)
    assert owner is not None
    for token in ("a", "b"):
        notify.login_link(club.store, club.settings, owner, f"https://club/signin/{token}", NOW)
    assert len(club.store.rows("SELECT 1 AS n FROM app.message")) == 2


def test_the_owner_is_told_of_a_printed_link_but_not_the_link(club: Any) -> None:
    owner = people.person(club.store, club.coach)
    assert owner is not None
    notify.login_link_printed(club.store, club.settings, owner, NOW)
    body = text(club, club.coach, "login_link_printed")
    assert "Tuesday 17 November at 04:00" in body
    assert "/signin/" not in body


def test_an_athlete_is_invited_to_the_consent_page(club: Any) -> None:
    assert notify.invitation(club.store, club.settings, club.ana, NOW) == 1
    (token,) = re.findall(r"/consent/(\S+)", text(club, club.ana, "invitation"))
    assert links.read(club.settings, "consent", token) == links.Link(club.ana, {})


def test_a_minors_guardian_gets_the_link_whose_answer_counts(club: Any) -> None:
    assert notify.invitation(club.store, club.settings, club.ben, NOW) == 2
    (token,) = re.findall(r"/consent/(\S+)", text(club, club.guardian, "invitation"))
    read = links.read(club.settings, "consent", token)
    assert (read.person_id, read.extra) == (club.guardian, {"athlete": club.ben})
    assert "Until a parent or guardian has agreed" in text(club, club.ben, "invitation")


def test_an_invitation_goes_once_a_day(club: Any) -> None:
    notify.invitation(club.store, club.settings, club.ana, NOW)
    assert notify.invitation(club.store, club.settings, club.ana, NOW + timedelta(hours=1)) == 0
    assert notify.invitation(club.store, club.settings, club.ana, NOW + DAY) == 1


def test_nobody_is_invited_for_someone_unknown(club: Any) -> None:
    assert notify.invitation(club.store, club.settings, "nobody", NOW) == 0


# every mail


@pytest.fixture
def every_mail(club: Any, days_ago: Ago) -> list[dict[str, Any]]:
    """One of each kind, with every section of the morning's note somewhere."""
    club.spike(club.ana, MONDAY, hill=True)
    club.spike(club.ben, MONDAY - 2 * DAY)
    answer_for_a_drill(club)
    club.checkin(club.ben, days_ago(2), 9)
    run(club, MONDAY, NOW - DAY)
    enrolling.add_role(club.store, club.ana, Role.COACH, club.team, NOW)
    run(club)
    for athlete_id in (club.ana, club.ben):
        tier3.tell(club.store, club.settings, club.referral(athlete_id), NOW)
        notify.invitation(club.store, club.settings, athlete_id, NOW)
    owner = people.person(club.store, club.coach)
    assert owner is not None
    notify.login_link(club.store, club.settings, owner, "https://club/signin/x", NOW)
    notify.login_link_printed(club.store, club.settings, owner, NOW)
    found: list[dict[str, Any]] = club.store.rows("SELECT * FROM app.message")
    assert len({row["kind"] for row in found}) == 5
    return found


def words(found: str) -> list[str]:
    return re.findall(r"[\w%]+", found)


def same_words(text: str, body_html: str) -> bool:
    """Whether a reader of the one reads what a reader of the other does, addresses included."""
    body = body_html.partition("<body>")[2]
    written = re.sub(r'<a href="mailto:([^"]*)">\1</a>', r"\1", body)
    linked = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', r"\2 \1 ", written)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", linked))
    listed = re.sub(r"(?m)^\d+\. ", "", text)
    return sorted(words(plain)) == sorted(words(listed))


def test_text_and_html_say_the_same(every_mail: list[dict[str, Any]]) -> None:
    for row in every_mail:
        assert same_words(row["body_text"], row["body_html"]), row["kind"]


def test_subjects_hold_no_health_data(every_mail: list[dict[str, Any]]) -> None:
    subjects = {row["subject"] for row in every_mail}
    assert subjects == {
        "Your clubmon note for Monday",
        "Your clubmon note for Tuesday",
        "clubmon: one message needs you today",
        "Your sign-in link for clubmon",
        "clubmon: a sign-in link for you was made",
        "Our club asks for your answer in clubmon",
    }


def test_nothing_in_html_comes_from_another_host(every_mail: list[dict[str, Any]]) -> None:
    for row in every_mail:
        assert not re.search(r"\bsrc=|url\(|@import|<script|<img|<link", row["body_html"])


def test_names_are_text_and_never_markup(club: Any) -> None:
    club.store.execute(
        "app", "UPDATE app.person SET name = '<b>Ana</b>' WHERE person_id = ?", [club.ana]
    )
    run(club)
    row = club.mails()[club.ana]
    assert "&lt;b&gt;Ana&lt;/b&gt;" in row["body_html"]
    assert "<b>Ana</b>" in row["body_text"]


def test_html_is_readable_in_the_dark(every_mail: list[dict[str, Any]]) -> None:
    for row in every_mail:
        assert '<meta name="color-scheme" content="light dark">' in row["body_html"]
        assert "prefers-color-scheme: dark" in row["body_html"]
