"""One note a morning of several kinds: each can be switched off, none comes in quiet hours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import consenting, enrolling, links, people
from clubmon.drill import drills, proposals
from clubmon.flag import flagging
from clubmon.hamstring import checkins
from clubmon.message import letters, mailchoices, notify, outbox, waits
from clubmon.policy import Consent, Role
from clubmon.quiethours import QuietHours, parse
from tests.message.notes.test_notify import NEURAL, answer_for_a_drill

MORNING = date(2026, 11, 17)
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
SEVEN = NOW + timedelta(hours=3)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Ago = Callable[[int], date]


def run(club: Any, morning: date = MORNING, now: datetime = NOW) -> int:
    flagging.flag(club.store, club.settings, morning, now)
    return notify.morning(club.store, club.settings, morning, now)


def awake(club: Any, now: datetime = SEVEN) -> int:
    return notify.when_awake(club.store, club.settings, now)


def body(club: Any, person_id: str) -> str:
    return str(club.mails("morning")[person_id]["body_text"])


def off(club: Any, *kinds: Any) -> None:
    mailchoices.switch(club.store, club.ana, kinds, NOW - DAY, on=False)


@pytest.fixture
def quiet(club: Any) -> Any:
    """The club, with a night from nine to seven."""
    club.settings = club.settings.model_copy(update={"quiet_hours": "21:00-07:00"})
    return club


# kinds


def test_a_note_with_several_kinds_is_one_mail_with_a_section_each(
    club: Any, days_ago: Ago
) -> None:
    club.spike(club.ana, MONDAY - 3 * DAY)
    flagging.flag(club.store, club.settings, MONDAY - 3 * DAY, NOW - 4 * DAY)
    club.checkin(club.ana, days_ago(2), 6)
    run(club, MONDAY, NOW - DAY)
    (row,) = club.store.rows("SELECT parts FROM app.message WHERE person_id = ?", [club.ana])
    assert row["parts"] == '["flag", "reminder"]'
    said = body(club, club.ana)
    assert "Something is unusual for you" in said
    assert "How are your hamstrings today?" in said


@pytest.mark.parametrize(
    ("kind", "gone", "left"),
    [
        ("flag", "Something is unusual", "How are your hamstrings"),
        ("reminder", "How are your hamstrings", "Something is unusual"),
    ],
)
def test_a_kind_that_was_switched_off_is_left_out_of_the_note(
    club: Any, days_ago: Ago, kind: str, gone: str, left: str
) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    off(club, kind)
    run(club)
    assert gone not in body(club, club.ana)
    assert left in body(club, club.ana)


def test_the_week_can_be_switched_off_alone(club: Any) -> None:
    club.spike(club.ana, MONDAY)
    off(club, "week", "reminder")
    run(club, MONDAY, NOW - DAY)
    assert club.ana not in club.mails()
    assert "Seven days at a glance" in body(club, club.coach)


def test_with_all_of_them_off_nothing_is_written(club: Any, days_ago: Ago) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    off(club, "flag", "plan", "reminder", "recheck", "week")
    run(club)
    assert club.ana not in club.mails()


def test_a_coach_who_switched_the_list_off_still_gets_what_is_their_own(
    club: Any, days_ago: Ago
) -> None:
    enrolling.add_role(club.store, club.ana, Role.COACH, club.team, NOW)
    club.checkin(club.ben, days_ago(1), 6)
    off(club, "morning")
    run(club)
    assert "Ben Young" not in body(club, club.ana)
    assert "/checkin/" in body(club, club.ana)


def test_each_kind_of_a_note_has_its_own_link_and_the_header_has_them_all(
    club: Any, days_ago: Ago
) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    row = club.mails()[club.ana]
    header = links.read(club.settings, "unsubscribe", row["unsubscribe_url"].rpartition("/")[2])
    assert header == links.Link(club.ana, {"kinds": ["flag", "reminder"]})
    for part in ("body_text", "body_html"):
        tokens = re.findall(r"/unsubscribe/([\w.-]+)", row[part])
        read = [links.read(club.settings, "unsubscribe", token).extra["kinds"] for token in tokens]
        assert read == [["flag"], ["reminder"]]
        assert f"/athlete/{club.ana}/mails" in row[part]


def test_a_note_that_waits_for_the_server_is_dropped_once_all_of_it_is_off(
    club: Any, days_ago: Ago
) -> None:
    club.checkin(club.ana, days_ago(1), 6)
    run(club)
    mailchoices.switch(club.store, club.ana, ("flag",), NOW, on=False)
    assert [row["failed_at"] for row in _unsent(club)] == [None]
    mailchoices.switch(club.store, club.ana, ("reminder",), NOW, on=False)
    outbox.deliver(club.store, club.settings, NOW)
    assert club.mails()[club.ana]["last_error"] == outbox.SWITCHED_OFF


def _unsent(club: Any) -> list[Any]:
    found: list[Any] = club.store.rows(
        "SELECT * FROM app.message WHERE person_id = ? AND sent_at IS NULL", [club.ana]
    )
    return found


def test_who_had_switched_the_old_note_off_gets_none_of_its_kinds(empty_store: Any) -> None:
    """The migration's own statement, run again over a row of before."""
    from clubmon.storage.store import sql_folder

    path = sql_folder() / "migrations" / "app" / "0023_mails.sql"
    first = path.read_text(encoding="utf-8").split(";")[0]
    empty_store.execute("app", "INSERT INTO app.unsubscribed VALUES ('p', 'morning', now())")
    empty_store.execute("app", first)
    kinds = {"morning", "flag", "plan", "reminder", "recheck", "week"}
    assert mailchoices.off_for(empty_store, "p") - {"report"} == kinds


# quiet hours


def test_in_quiet_hours_nothing_is_even_written(quiet: Any) -> None:
    assert run(quiet) == 0
    assert set(waits.waiting(quiet.store).values()) == {MORNING}
    assert awake(quiet, SEVEN - MINUTE) == 0
    assert awake(quiet) == 2
    assert quiet.mails()[quiet.ana]["known_at"] == SEVEN
    assert waits.waiting(quiet.store) == {}
    assert awake(quiet, SEVEN + MINUTE) == 0


def test_the_staff_list_does_not_wait(quiet: Any, days_ago: Ago) -> None:
    quiet.checkin(quiet.ana, days_ago(1), 6)
    run(quiet)
    assert set(quiet.mails()) == {quiet.coach}


def test_each_waits_by_their_own_clock_and_hours(quiet: Any) -> None:
    people_zone(quiet, quiet.ben, "Pacific/Auckland")  # 16:00 there
    run(quiet)
    assert set(quiet.mails()) == {quiet.ben}
    mailchoices.choose_hours(quiet.store, quiet.ana, parse("23:00-09:30"), NOW)
    assert awake(quiet, SEVEN + timedelta(hours=2)) == 0
    assert awake(quiet, SEVEN + timedelta(hours=2, minutes=30)) == 1


def people_zone(club: Any, person_id: str, zone: str) -> None:
    club.store.execute(
        "app", "UPDATE app.person SET timezone = ? WHERE person_id = ?", [zone, person_id]
    )


def test_who_wants_no_quiet_hours_gets_it_at_once(quiet: Any) -> None:
    mailchoices.choose_hours(quiet.store, quiet.ana, QuietHours(), NOW - DAY)
    run(quiet)
    assert set(quiet.mails()) == {quiet.ana}


def test_who_answered_before_they_were_over_is_not_reminded(quiet: Any) -> None:
    run(quiet)
    quiet.checkin(quiet.ana, MORNING, 1)
    awake(quiet)
    assert set(quiet.mails()) == {quiet.ben}


def test_a_consent_taken_back_in_the_night_counts(quiet: Any, days_ago: Ago) -> None:
    quiet.checkin(quiet.ana, days_ago(1), 6)
    run(quiet)
    consenting.record(
        quiet.store, quiet.ana, Consent.HEALTH, False, quiet.ana, "athlete", None, NOW + MINUTE
    )
    awake(quiet)
    assert quiet.ana not in quiet.mails()


def test_a_sign_that_refers_in_the_night_takes_the_drill_away(quiet: Any) -> None:
    answer_for_a_drill(quiet)
    run(quiet)
    checkins.save(quiet.store, quiet.settings, quiet.ana, _refers(), SEVEN - MINUTE)
    awake(quiet)
    assert quiet.ana not in quiet.mails("morning")


def _refers() -> Any:
    from dataclasses import replace

    return replace(NEURAL, refer=frozenset({"calf"}))


def test_the_next_morning_takes_the_place_of_one_that_nobody_was_told_of(quiet: Any) -> None:
    run(quiet)
    run(quiet, MORNING + DAY, NOW + DAY)
    assert set(waits.waiting(quiet.store).values()) == {MORNING + DAY}
    awake(quiet, SEVEN + DAY)
    assert quiet.mails()[quiet.ana]["subject"] == "Your clubmon note for Wednesday"
    assert len(quiet.store.rows("SELECT 1 FROM app.message WHERE person_id = ?", [quiet.ana])) == 1


def test_a_night_run_again_for_an_earlier_morning_takes_nobody_from_the_later_one(
    quiet: Any,
) -> None:
    run(quiet, MORNING + DAY, NOW + DAY)
    run(quiet)
    assert set(waits.waiting(quiet.store).values()) == {MORNING + DAY}


def test_a_night_run_again_after_breakfast_writes_no_second_note(quiet: Any) -> None:
    run(quiet)
    awake(quiet)
    assert run(quiet, MORNING, SEVEN + DAY / 4) == 0
    assert waits.waiting(quiet.store) == {}


# a drill that no longer stands


def waits_for_the_server(club: Any) -> None:
    """A note with a drill that no server has accepted."""
    proposals.save(club.store, "", True, 0, club.coach, NOW - DAY)
    answer_for_a_drill(club)
    run(club)
    assert drills.library()["D3"].name in body(club, club.ana)


def test_a_note_that_was_not_sent_loses_its_drill_when_a_referral_opens(club: Any) -> None:
    waits_for_the_server(club)
    checkins.save(club.store, club.settings, club.ana, _refers(), NOW + MINUTE)
    awake(club, NOW + 2 * MINUTE)
    assert club.ana not in club.mails("morning")


def test_a_note_that_was_not_sent_loses_its_drill_when_the_answers_are_too_old(club: Any) -> None:
    waits_for_the_server(club)
    awake(club, NOW + timedelta(hours=27))  # the answers are 47 hours old
    assert drills.library()["D3"].name in body(club, club.ana)
    before = club.mails()[club.ana]["message_id"]
    awake(club, NOW + timedelta(hours=29))
    assert club.mails()[club.ana]["message_id"] == before  # the same note, composed anew
    assert drills.library()["D3"].name not in body(club, club.ana)
    assert "Talk to your coach or physio" in body(club, club.ana)


def test_a_note_that_was_sent_is_not_written_again(club: Any) -> None:
    waits_for_the_server(club)
    outbox.deliver(club.store, club.settings, NOW)
    checkins.save(club.store, club.settings, club.ana, NEURAL, NOW + MINUTE)
    assert awake(club, NOW + 2 * MINUTE) == 0


def test_a_message_of_one_kind_alone_keeps_no_list_of_parts(club: Any) -> None:
    who = people.person(club.store, club.coach)
    assert who is not None
    made = letters.message(
        club.settings, "login_link_printed", who, ("x",), NOW, {"day": "d", "time": "t"}
    )
    assert (made.parts, made.unsubscribe_url) == ((), None)
