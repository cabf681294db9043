"""The weekly report by e-mail: to staff who asked, on Mondays, in the one note of a morning."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from mailbox_server import Box

from clubmon.club import enrolling, links, showing
from clubmon.flag import flagging
from clubmon.message import mailchoices, notify, outbox
from clubmon.policy import Role
from tests.message.notes.test_notify import same_words

MONDAY = date(2026, 11, 16)
NIGHT = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
SEVEN = NIGHT + timedelta(hours=3)
DAY = timedelta(days=1)
SUBJECT = "The report of week 46"
ADDRESS = re.compile(r"/report/([\w-]+)/(\d{4}-W\d\d)")


@pytest.fixture
def asked(club: Any) -> Any:
    """The coach has asked for it; nobody else has."""
    ask(club, club.coach)
    return club


def ask(club: Any, person_id: str, *, on: bool = True) -> None:
    mailchoices.switch(club.store, person_id, ("report",), NIGHT - DAY, on=on)


def run(club: Any, morning: date = MONDAY, now: datetime = NIGHT) -> int:
    flagging.flag(club.store, club.settings, morning, now)
    return notify.morning(club.store, club.settings, morning, now)


def note(club: Any, person_id: str) -> Any:
    return club.mails("morning")[person_id]


def notes_to(club: Any, person_id: str) -> list[Any]:
    found: list[Any] = club.store.rows("SELECT * FROM app.message WHERE person_id = ?", [person_id])
    return found


def no_role(club: Any, person_id: str) -> None:
    club.store.execute("app", "DELETE FROM app.role WHERE person_id = ?", [person_id])


def test_it_comes_to_who_asked_and_to_nobody_else(asked: Any) -> None:
    run(asked)
    assert note(asked, asked.coach)["subject"] == SUBJECT
    assert asked.physio not in asked.mails()
    assert "/report/" not in note(asked, asked.ana)["body_text"]


def test_it_links_the_week_that_is_over_of_each_of_their_teams(asked: Any) -> None:
    second = enrolling.add_team(asked.store, "Second team", NIGHT)
    enrolling.add_team(asked.store, "Third team", NIGHT)
    enrolling.add_role(asked.store, asked.coach, Role.PHYSIO, second, NIGHT)
    run(asked)
    row = note(asked, asked.coach)
    for part in ("body_text", "body_html"):
        assert ADDRESS.findall(row[part]) == [(asked.team, "2026-W46"), (second, "2026-W46")]
        assert "Monday 9 November to Sunday 15 November" in row[part]
        assert "Third team" not in row[part]


def test_who_works_for_the_whole_club_gets_every_team(asked: Any) -> None:
    second = enrolling.add_team(asked.store, "Second team", NIGHT)
    enrolling.add_role(asked.store, asked.physio, Role.PHYSIO, "", NIGHT)
    ask(asked, asked.physio)
    run(asked)
    found = ADDRESS.findall(note(asked, asked.physio)["body_text"])
    assert [team for team, _ in found] == [asked.team, second]


def test_on_other_days_none_comes(asked: Any) -> None:
    for days in range(1, 7):
        run(asked, MONDAY + days * DAY, NIGHT + days * DAY)
    assert asked.coach not in asked.mails()


def test_around_the_new_year_the_week_has_its_own_years_number(asked: Any) -> None:
    run(asked, date(2027, 1, 4), datetime(2027, 1, 4, 3, tzinfo=UTC))
    assert note(asked, asked.coach)["subject"] == "The report of week 53"
    assert "/2026-W53" in note(asked, asked.coach)["body_text"]


def test_it_names_no_athlete_and_says_nothing_of_anybodys_health(
    asked: Any, days_ago: Callable[[int], date]
) -> None:
    mailchoices.switch(asked.store, asked.coach, ("morning",), NIGHT, on=False)
    asked.spike(asked.ana, MONDAY)
    asked.checkin(asked.ben, days_ago(2), 9)
    run(asked)
    row = note(asked, asked.coach)
    for part in ("subject", "body_text", "body_html"):
        said = re.sub(r"https?://[^\s\"<]+", "", row[part])  # signed links hold any letters
        assert "report" in said
        assert not re.search("Ana|Ben|Okafor|Young|hamstring|tight|km|/10", said)


def test_text_and_html_say_the_same(asked: Any) -> None:
    run(asked)
    row = note(asked, asked.coach)
    assert same_words(row["body_text"], row["body_html"])


def test_with_a_morning_list_both_are_one_mail(asked: Any, days_ago: Callable[[int], date]) -> None:
    asked.checkin(asked.ana, days_ago(2), 6)
    run(asked)
    (row,) = notes_to(asked, asked.coach)
    assert (row["parts"], row["subject"]) == (
        '["morning", "report"]',
        "Your clubmon note for Monday",
    )
    assert "Ana Okafor" in row["body_text"]
    assert ADDRESS.search(row["body_text"])
    assert same_words(row["body_text"], row["body_html"])


def test_a_night_run_twice_writes_one_with_the_same_id(asked: Any) -> None:
    run(asked)
    assert run(asked, MONDAY, NIGHT + timedelta(hours=1)) == 0
    (row,) = notes_to(asked, asked.coach)
    assert row["message_id"] == outbox.identity("morning", asked.coach, "2026-11-16")


def test_a_staff_member_who_also_trains_gets_it_after_their_quiet_hours(asked: Any) -> None:
    enrolling.add_role(asked.store, asked.ana, Role.COACH, asked.team, NIGHT)
    ask(asked, asked.ana)
    asked.settings = asked.settings.model_copy(update={"quiet_hours": "21:00-07:00"})
    run(asked)
    assert set(asked.mails()) == {asked.coach}
    notify.when_awake(asked.store, asked.settings, SEVEN)
    (row,) = notes_to(asked, asked.ana)
    assert ADDRESS.search(row["body_text"])
    assert "/checkin/" in row["body_text"]


def test_it_ends_with_the_role(asked: Any) -> None:
    no_role(asked, asked.coach)
    assert "report" in mailchoices.off_for(asked.store, asked.coach)
    run(asked)
    assert asked.coach not in asked.mails()


def test_one_that_waits_for_the_server_is_dropped_once_the_role_has_ended(asked: Any) -> None:
    run(asked)
    no_role(asked, asked.coach)
    outbox.deliver(asked.store, asked.settings, NIGHT)
    row = note(asked, asked.coach)
    assert (row["last_error"], row["sent_at"], row["body_text"]) == (outbox.SWITCHED_OFF, None, "")


def test_a_role_that_is_given_again_later_does_not_bring_it_back(asked: Any) -> None:
    no_role(asked, asked.coach)
    run(asked, MONDAY - DAY, NIGHT - DAY)
    enrolling.add_role(asked.store, asked.coach, Role.COACH, asked.team, NIGHT)
    assert "report" in mailchoices.off_for(asked.store, asked.coach)
    run(asked)
    assert asked.coach not in asked.mails()


def test_an_athlete_who_is_no_staff_gets_none_whatever_is_kept(asked: Any) -> None:
    ask(asked, asked.ana)
    run(asked)
    assert "/report/" not in note(asked, asked.ana)["body_text"]


def test_its_link_and_the_header_switch_it_off(asked: Any) -> None:
    run(asked)
    row = note(asked, asked.coach)
    (token,) = re.findall(r"/unsubscribe/([\w.-]+)", row["body_text"])
    for address in (token, row["unsubscribe_url"].rpartition("/")[2]):
        found = links.read(asked.settings, "unsubscribe", address)
        assert found == links.Link(asked.coach, {"kinds": ["report"]})


def test_one_that_waits_for_the_server_is_dropped_once_it_is_switched_off(asked: Any) -> None:
    run(asked)
    ask(asked, asked.coach, on=False)
    outbox.deliver(asked.store, asked.settings, NIGHT)
    assert note(asked, asked.coach)["last_error"] == outbox.SWITCHED_OFF


def test_in_german_it_is_german(asked: Any) -> None:
    settings = asked.settings.model_copy(update={"language": "de"})
    assert showing.of(asked.store, settings, asked.coach).language == "de"
    asked.settings = settings
    run(asked)
    row = note(asked, asked.coach)
    assert row["subject"] == "Der Bericht zur Woche 46"
    assert "Montag, 9. November" in row["body_text"]
    assert same_words(row["body_text"], row["body_html"])


def test_a_mail_server_gets_it_once_with_one_click_to_end_it(
    asked: Any, server: Controller, box: Box
) -> None:
    by_smtp = asked.settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_starttls": False,
            "mail_from": "club@example.org",
        }
    )  # fmt: skip
    run(asked)
    for _ in range(2):
        outbox.deliver(asked.store, by_smtp, NIGHT)
    (mail,) = [one for one in box.arrived if one["To"] == "carl@example.org"]
    identity = outbox.identity("morning", asked.coach, "2026-11-16")
    assert mail["Subject"] == SUBJECT
    assert mail["Message-ID"] == f"<{identity}@example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in mail["List-Unsubscribe"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert ADDRESS.search(text.get_content())
