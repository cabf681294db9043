"""The start page of an athlete, or of a minor's guardian: the next thing first, then who knows."""

from __future__ import annotations

import html
from datetime import timedelta

from uuid6 import uuid7

from clubmon.club import consenting, enrolling
from clubmon.hamstring import clearances
from clubmon.policy import Consent, Role
from tests.web.conftest import Club


def home(club: Club, who: str, about: str | None = None) -> str:
    where = f"/athlete/{club.ids[about or who]}/home"
    answer = club.be(who).get(where)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def act(club: Club, flag_id: str, who: str, action: str, reason: str = "") -> None:
    values = [str(uuid7()), flag_id, club.ids[who], action, reason, None, club.now]
    club.store.execute("app", "INSERT INTO app.flag_action VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def test_everybody_starts_where_their_own_page_is(club: Club) -> None:
    assert club.be("athlete").get("/").location == f"/athlete/{club.ids['athlete']}/home"
    assert club.be("guardian").get("/").location == f"/athlete/{club.ids['minor']}/home"
    assert club.be("coach").get("/").location == "/today"


def test_a_guardian_of_two_chooses(club: Club) -> None:
    club.store.execute("app", "UPDATE app.person SET born = '2013-01-01' WHERE person_id = ?",
                       [club.ids["reserved"]])  # fmt: skip
    enrolling.add_guardian(club.store, club.ids["guardian"], club.ids["reserved"], club.now)
    text = club.be("guardian").get("/").get_data(as_text=True)
    for child in ("minor", "reserved"):
        assert f'href="/athlete/{club.ids[child]}/home"' in text


def test_the_next_thing_is_the_check_in_until_it_is_answered(club: Club) -> None:
    assert "Today’s check-in" in home(club, "athlete")
    club.refer("athlete")
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [club.now])
    assert "Nothing waits today" in home(club, "athlete")


def test_a_check_in_that_was_broken_off_before_the_signs_is_what_waits(club: Club) -> None:
    club.refer("athlete")
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [club.now])
    club.store.execute("app", "UPDATE app.checkin SET left_score = 6, refer_signs = NULL")
    text = home(club, "athlete")
    assert "Today’s check-in is not finished" in text
    assert "Nothing waits today" not in text
    club.store.execute("app", "UPDATE app.checkin SET left_score = 2")
    assert "Nothing waits today" in home(club, "athlete")


def test_before_there_is_a_yes_only_that_is_asked(club: Club) -> None:
    for kind in Consent:
        consenting.record(club.store, club.ids["athlete"], kind, False, club.ids["athlete"],
                              "athlete", None, club.now)  # fmt: skip
    assert "Say what may be stored" in home(club, "athlete")


def test_an_open_referral_comes_before_everything_else(club: Club) -> None:
    club.refer("athlete")
    text = home(club, "athlete")
    assert "See a doctor or the club's clinician today." in html.unescape(text)
    assert "Today’s check-in" not in text


def test_an_open_referral_is_told_no_gentler_than_on_the_screen_of_the_check_in(
    club: Club,
) -> None:
    club.refer("athlete", "emergency")
    text = home(club, "athlete")
    assert "Call 112 or go to an emergency department now." in text
    assert 'href="tel:112"' in text
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [club.now])
    assert "Call 112" not in home(club, "athlete")


def test_a_flag_says_who_has_seen_it_as_what_and_when_without_their_notes(club: Club) -> None:
    flag_id = club.flag("athlete")
    assert "Nobody has opened it yet." in home(club, "athlete")
    act(club, flag_id, "coach", "seen")
    act(club, flag_id, "physio", "dismissed", reason="race week")
    text = home(club, "athlete")
    assert "Coach (coach) has seen it, Tue 17 Nov 2026, 06:00" in text
    assert "Physio (physio) set it aside" in text
    assert "race week" not in text
    assert "Nobody has opened it yet." not in text


def test_what_the_coach_is_not_shown_the_athlete_sees(club: Club) -> None:
    club.flag("reserved", uses_tightness=True)
    assert "hamstring" in home(club, "reserved").lower().split("what was found", 1)[1]


def test_mails_are_listed_by_kind_and_day_without_what_they_said(club: Club) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.message (message_id, kind, person_id, recipient, subject, body_text, "
        "body_html, not_before, attempts, sent_at, known_at) "
        "VALUES ('m', 'flag', ?, 'a@example.org', 'About your week', '', '', ?, 1, ?, ?)",
        [club.ids["athlete"], club.now, club.now, club.now],
    )
    assert "What is unusual for you, Tue 17 Nov 2026, 06:00" in home(club, "athlete")


def test_what_is_shared_is_said_with_who_sees_it(club: Club) -> None:
    text = home(club, "reserved").split("What you share", 1)[1]
    assert "<b>Training</b>: yes" in text
    assert "Coach: Coach" in text
    assert "<b>Tightness for the coach</b>: no" in text


def test_the_menu_of_an_athlete_is_short_and_everything_else_opens_from_home(club: Club) -> None:
    text = home(club, "athlete")
    menu = text.split("<nav", 1)[1].split("</nav>", 1)[0]
    assert menu.count("<li>") == 4
    for page in ("files", "sources", "values", "mails", "data", "consent"):
        assert f"/athlete/{club.ids['athlete']}/{page}" in text


def test_on_the_birthday_the_guardian_hands_over(club: Club) -> None:
    assert "as guardian" in home(club, "guardian", "minor")
    club.now = club.now.replace(year=2028, month=4, day=30)
    page = f"/athlete/{club.ids['minor']}/home"
    assert club.be("guardian").get(page).status_code == 200
    club.now += timedelta(days=1)  # sixteen
    guardian = club.be("guardian")
    assert guardian.get(page).status_code == 404
    assert guardian.get("/").status_code == 403
    assert "old enough to decide alone" in guardian.get("/").get_data(as_text=True)
    assert club.consents("minor") == frozenset(Consent)
    for kind in Consent:  # now the own answer counts
        consenting.record(club.store, club.ids["minor"], kind, False, club.ids["minor"],
                              "athlete", None, club.now)  # fmt: skip
    assert club.consents("minor") == frozenset()


def test_a_coach_who_runs_too_starts_at_today_and_finds_the_own_page(club: Club) -> None:
    enrolling.add_role(club.store, club.ids["athlete"], Role.COACH, club.ids["team"], club.now)
    client = club.be("athlete")
    assert client.get("/").location == "/today"
    assert f"/athlete/{club.ids['athlete']}/home" in client.get("/today").get_data(as_text=True)


def test_a_clearance_in_force_is_shown_with_its_last_day_and_who_gave_it(club: Club) -> None:
    today = club.now.date()
    told = "has cleared your known condition up to and including"
    assert told not in home(club, "athlete")
    record = (club.store, club.ids["athlete"])
    clearances.record(*record, today + timedelta(days=7), today, club.ids["physio"], club.now)
    text = home(club, "athlete")
    assert f"Physio {told}" in text
    assert "Tue 24 Nov 2026" in text
    clearances.record(*record, None, today, club.ids["physio"], club.now + timedelta(hours=1))
    assert told not in home(club, "athlete")


def test_a_clearance_that_is_over_is_not_shown(club: Club) -> None:
    today = club.now.date()
    clearances.record(club.store, club.ids["athlete"], today, today, club.ids["physio"], club.now)
    club.later(days=1)
    assert "Cleared by a physio" not in home(club, "athlete")
