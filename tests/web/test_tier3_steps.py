"""Tier 3 with the clock moved: advice first, who is told, a second contact; each step shown."""

from __future__ import annotations

import html
import re
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from athlete_phone import Phone
from mailbox_server import Box

from clubmon.club import enrolling, links
from clubmon.message import outbox, tier3
from clubmon.settings import Settings, load
from clubmon.storage.store import Connection, Store

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller

    from tests.web.conftest import Club

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADVICE = "See a doctor or the club's clinician today."
EMERGENCY = "Call 112 or go to an emergency department now."


def submit(club: Club, who: str = "athlete", sign: str = "calf") -> str:
    """On the athlete's phone: a score, then the lists with a sign; returns the page."""
    token = links.token(club.settings, "checkin", club.ids[who])
    phone = Phone(club.app, club.store, club.settings, club.now, club.ids[who], token)
    phone.open()
    phone.send(left=6, right=0)
    page = phone.send(list__refer=sign, list__strain="none")
    return html.unescape(page.get_data(as_text=True))


def referral_id(club: Club) -> str:
    (row,) = club.store.rows("SELECT referral_id FROM app.referral")
    return str(row["referral_id"])


def told(club: Club) -> set[str]:
    rows = club.store.rows("SELECT person_id FROM app.message WHERE kind = 'tier3'")
    names = {id_: name for name, id_ in club.ids.items()}
    return {names[row["person_id"]] for row in rows}


def steps(club: Club) -> list[str]:
    """What the physio reads on the page, tags taken out."""
    page = club.be("physio").get("/referrals").get_data(as_text=True)
    found = re.findall(r"<li[^>]*><time[^>]*>(.*?)</time> <span>(.*?)</span></li>", page)
    return [f"{when.rpartition(' ')[2]} {said}" for when, said in found]


@pytest.fixture
def with_second(club: Club) -> Club:
    """A club whose team has a second contact."""
    club.ids["second"] = enrolling.add_person(club.store, "Sam Second", "sam@example.org", club.now)
    enrolling.set_medical_contact(
        club.store, club.ids["team"], club.ids["second"], club.now, second=True
    )
    return club


# at once


def test_the_advice_is_on_the_screen_and_no_mail_server_was_asked_before_it(club: Club) -> None:
    assert ADVICE in submit(club)
    assert club.mails == 1  # the outbox is woken once the page is out
    assert club.store.rows("SELECT 1 FROM app.message WHERE attempts > 0") == []


@pytest.mark.parametrize("sign", ["calf", "saddle"])
def test_athlete_contact_and_a_minors_guardian_are_told_in_the_same_request(
    club: Club, sign: str
) -> None:
    submit(club, "minor", sign)
    assert told(club) == {"minor", "guardian", "physio"}


def test_it_is_at_once_while_a_night_runs_and_writes_its_tables(club: Club) -> None:
    inside, over = threading.Event(), threading.Event()

    def rebuild(_: Connection) -> None:
        inside.set()
        assert over.wait(60)

    def night() -> None:
        with club.store.job_lock:
            club.store.write("lake", rebuild)

    running = threading.Thread(target=night)
    running.start()
    try:
        assert inside.wait(60)
        assert EMERGENCY in submit(club, sign="saddle")
        assert told(club) == {"athlete", "physio"}
        assert outbox.deliver(club.store, club.settings, club.now).sent == 2
    finally:
        over.set()
        running.join()


def test_quiet_hours_and_switches_change_nothing_of_it(club: Club) -> None:
    everything = ("flag", "plan", "reminder", "recheck", "week", "morning", "tier3")
    for who in ("athlete", "physio"):
        for kind in everything:
            club.store.execute(
                "app",
                "INSERT INTO app.unsubscribed VALUES (?, ?, ?)",
                [club.ids[who], kind, club.now],
            )
    club.store.execute(
        "app",
        "INSERT INTO app.quiet_hours VALUES (?, 0, 1439, ?)",
        [club.ids["athlete"], club.now],
    )
    submit(club)
    assert outbox.deliver(club.store, club.settings, club.now).sent == 2
    rows = club.store.rows("SELECT unsubscribe_url, parts FROM app.message")
    assert {(row["unsubscribe_url"], row["parts"]) for row in rows} == {(None, None)}


# until a server accepts it, over a stop of the service


@pytest.fixture
def smtp(club: Club, server: Controller) -> Settings:
    """Settings that send to a real server on the loopback."""
    return load(
        club.settings.data, timezone="Europe/Berlin", smtp_host="127.0.0.1", smtp_port=server.port,
        smtp_starttls=False, mail_from="club@example.org",
    )  # fmt: skip


def test_a_server_that_refuses_first_gets_it_again_until_it_accepts_also_after_a_stop(
    club: Club,
    smtp: Settings,
    box: Box,
    tmp_path: Path,
) -> None:
    submit(club)
    box.answers = {f"{who}@example.org": "451 later" for who in ("athlete", "physio")}
    for _ in range(4):
        assert outbox.deliver(club.store, smtp, club.now).sent == 0
        club.later(minutes=6)
    club.store.execute("app", "UPDATE app.message SET claim = 'dead', claimed_at = ?", [club.now])
    after = shutil.copytree(club.settings.data, tmp_path / "as the power went")
    store = Store(after)
    outbox.release(store)  # as the service does when it starts
    box.answers = {"physio@example.org": "550 never"}
    assert outbox.deliver(store, smtp, club.now).sent == 1
    box.answers = {}
    assert outbox.deliver(store, smtp, club.now + 6 * MINUTE).sent == 1
    store.close()
    assert {m["To"] for m in box.arrived} == {"athlete@example.org", "physio@example.org"}
    assert {m["List-Unsubscribe"] for m in box.arrived} == {None}


def test_a_stop_between_the_answer_and_the_messages_loses_nobody(club: Club) -> None:
    club.refer("athlete")  # on record, and then the power went
    assert tier3.tell_missed(club.store, club.settings, club.now) == 2
    assert told(club) == {"athlete", "physio"}
    assert tier3.tell_missed(club.store, club.settings, club.now + HOUR) == 0


def test_what_was_read_or_closed_is_not_told_late(club: Club) -> None:
    where, client = f"/referral/{club.refer('athlete')}/acknowledge", club.be("physio")
    club.post(client, where, "/referrals")
    assert tier3.tell_missed(club.store, club.settings, club.now) == 0


# the second contact


@pytest.mark.parametrize(("sign", "after"), [("saddle", 2 * HOUR), ("calf", 24 * HOUR)])
def test_when_nobody_acknowledges_in_time_the_second_contact_is_told_once(
    with_second: Club, sign: str, after: timedelta
) -> None:
    club = with_second
    submit(club, sign=sign)

    def second(moment: timedelta) -> int:
        return tier3.tell_second(club.store, club.settings, club.now + moment)

    assert second(after - MINUTE) == 0
    assert second(after) == 1
    assert "second" in told(club)
    assert second(after + 48 * HOUR) == 0


@pytest.mark.parametrize("what", ["acknowledge", "close"])
def test_an_acknowledgement_or_a_decision_stops_it(with_second: Club, what: str) -> None:
    club = with_second
    submit(club, sign="saddle")
    where = f"/referral/{referral_id(club)}/{what}"
    club.post(club.be("physio"), where, "/referrals", decision="Seen.")
    assert tier3.tell_second(club.store, club.settings, club.now + 48 * HOUR) == 0


# what the physio sees


def test_each_step_is_shown_as_it_happens(with_second: Club) -> None:
    club = with_second
    submit(club, "minor", sign="saddle")
    assert steps(club) == [
        "06:00 Answered; the advice stood on the screen at once.",
        "06:00 A message was written to Guardian (guardian).",
        "06:00 A message was written to Minor (athlete).",
        "06:00 A message was written to Physio.",
        "06:00 Not accepted yet for Guardian, not tried so far; it goes on being tried.",
        "06:00 Not accepted yet for Minor, not tried so far; it goes on being tried.",
        "06:00 Not accepted yet for Physio, not tried so far; it goes on being tried.",
        "08:00 If nobody has read it by then, Sam Second is told as second contact.",
    ]
    outbox.deliver(club.store, club.settings, club.now + MINUTE)
    club.later(hours=2)
    tier3.tell_second(club.store, club.settings, club.now)
    club.later(minutes=20)
    outbox.deliver(club.store, club.settings, club.now)
    club.later(minutes=1)
    where, client = f"/referral/{referral_id(club)}", club.be("physio")
    club.post(client, f"{where}/acknowledge", "/referrals")
    assert sorted(steps(club)[4:7]) == [  # as it went through the server
        "06:01 The mail server accepted it for Guardian.",
        "06:01 The mail server accepted it for Minor.",
        "06:01 The mail server accepted it for Physio.",
    ]
    assert steps(club)[7:] == [
        "08:00 A message was written to Sam Second (second contact).",
        "08:20 The mail server accepted it for Sam Second.",
        "08:21 Read by Physio.",
    ]
    club.later(hours=1)
    club.post(client, f"{where}/close", "/referrals", decision="Seen; rests until Friday.")
    page = club.be("physio").get("/referrals").get_data(as_text=True)
    assert "Closed in the last 30 days" in page
    assert "<b>Decision:</b> Seen; rests until Friday." in page
    assert steps(club)[-1] == "09:21 Closed with a decision by Physio."
    club.later(days=31)
    assert steps(club) == []


def test_a_message_that_was_refused_says_how_often_it_was_tried(
    club: Club,
    smtp: Settings,
    box: Box,
) -> None:
    submit(club)
    box.answers = {"physio@example.org": "451 later"}
    outbox.deliver(club.store, smtp, club.now)
    assert "06:00 Not accepted yet for Physio, tried 1 time so far; it goes on being tried." in (
        steps(club)
    )


def test_a_team_without_a_second_contact_says_so(club: Club) -> None:
    submit(club)
    assert steps(club)[-1] == (
        "06:00 If nobody has read it by then: the team has no second contact; an admin names one."
    )


def test_where_nobody_was_written_to_the_page_says_so(club: Club) -> None:
    club.refer("athlete")
    assert any("Nobody has been written to so far." in step for step in steps(club))


def test_nothing_but_a_physios_decision_closes_it(with_second: Club) -> None:
    club = with_second
    submit(club)
    club.later(days=60)
    tier3.tell_second(club.store, club.settings, club.now)
    submit(club, sign="none")
    for who in ("coach", "admin", "athlete", "guardian"):
        response = club.be(who).post(f"/referral/{referral_id(club)}/close", data={"decision": "x"})
        assert response.status_code in (400, 404)
    assert club.store.row("SELECT closed_at FROM app.referral") == {"closed_at": None}
