"""The outbox: written once, sent once, to a real server on the loopback or to a folder."""

from __future__ import annotations

import email
import email.policy
import socket
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from mailbox_server import Box

from clubmon.message import mail, outbox
from clubmon.message.outbox import Message
from clubmon.settings import Settings, load
from clubmon.storage.store import Row, Store

NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def smtp(settings: Settings, server: Controller) -> Settings:
    """Settings that send to the server on the loopback."""
    return by_smtp(settings, server.port)


def by_smtp(settings: Settings, port: int, **more: Any) -> Settings:
    return load(
        settings.data,
        timezone=settings.timezone,
        club="SC Beispiel",
        mail_from="club@example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_starttls=False,
        **more,
    )


def a_message(about: str = "1", kind: str = "morning", **more: Any) -> Message:
    made = Message(
        outbox.identity(kind, "person", about), kind, "person", "ana@example.org",
        "Your clubmon note for Tuesday", "Tightness 6/10 – Grüße\n", "<p>Tightness 6/10</p>", NOW,
        "https://club.example/unsubscribe/abc",
    )  # fmt: skip
    return replace(made, **more)


def put(store: Store, *messages: Message) -> int:
    return store.write("app", lambda con: sum(outbox.put(con, message) for message in messages))


def rows(store: Store) -> list[Row]:
    return store.rows("SELECT * FROM app.message ORDER BY recipient, message_id")


def files(settings: Settings) -> list[Path]:
    return sorted((settings.data / "mail").glob("*"))


# writing


def test_a_message_is_written_once(store: Store) -> None:
    assert put(store, a_message(), a_message()) == 1
    assert put(store, a_message(subject="another")) == 0
    assert [row["subject"] for row in rows(store)] == ["Your clubmon note for Tuesday"]


def test_messages_about_different_things_are_different() -> None:
    ids = {
        outbox.identity("morning", "a", "b"),
        outbox.identity("tier3", "a", "b"),
        outbox.identity("morning", "a", "c"),
    }
    assert len(ids) == 3
    assert outbox.identity("morning", "a", "b") in ids


# files


def test_without_a_server_mail_goes_to_a_file_that_only_its_owner_reads(
    store: Store, settings: Settings
) -> None:
    put(store, a_message())
    assert outbox.deliver(store, settings, NOW).sent == 1
    (path,) = files(settings)
    assert path.name.startswith("20261117T040000-morning-")
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_is_a_whole_mail(store: Store, settings: Settings) -> None:
    put(store, a_message())
    outbox.deliver(store, settings, NOW)
    read = email.message_from_bytes(files(settings)[0].read_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert read.get_content_type() == "multipart/alternative"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Tightness 6/10 – Grüße"
    assert "<p>" in html.get_content()
    assert read["To"] == "ana@example.org"


def test_the_same_message_overwrites_its_file_with_the_same_bytes(settings: Settings) -> None:
    letter = a_letter()
    folder = mail.Folder(settings)
    folder.send(letter)
    before = files(settings)[0].read_bytes()
    folder.send(letter)
    assert [path.read_bytes() for path in files(settings)] == [before]


def test_two_messages_of_one_moment_are_two_files(store: Store, settings: Settings) -> None:
    put(store, a_message("1"), a_message("2"))
    outbox.deliver(store, settings, NOW)
    assert len(files(settings)) == 2


def test_a_folder_that_cannot_be_used_is_told_and_the_message_kept(
    store: Store, settings: Settings
) -> None:
    (settings.data / "mail").write_text("in the way")
    put(store, a_message())
    assert outbox.deliver(store, settings, NOW).waiting == 1
    assert "could not be written" in rows(store)[0]["last_error"]
    assert rows(store)[0]["body_text"]


def a_letter(**more: Any) -> mail.Letter:
    made = a_message()
    letter = mail.Letter(
        made.message_id, made.kind, made.recipient, made.subject, made.text, made.html,
        made.unsubscribe_url, made.known_at,
    )  # fmt: skip
    return replace(letter, **more)


# headers


def test_headers_say_who_what_and_how_to_switch_it_off(smtp: Settings) -> None:
    made = mail.compose(a_letter(), smtp)
    assert made["Message-ID"] == f"<{a_message().message_id}@example.org>"
    assert made["From"] == '"SC Beispiel (clubmon)" <club@example.org>'
    assert made["List-Unsubscribe"] == "<https://club.example/unsubscribe/abc>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made["Auto-Submitted"] == "auto-generated"
    assert "04:00:00 +0100" in made["Date"]


def test_what_cannot_be_switched_off_has_no_such_header(smtp: Settings) -> None:
    made = mail.compose(a_letter(unsubscribe_url=None), smtp)
    assert made["List-Unsubscribe"] is None
    assert made["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("field", ["subject", "recipient"])
def test_nothing_smuggles_a_header_in(smtp: Settings, field: str) -> None:
    with pytest.raises(mail.NotSent) as caught:
        mail.compose(a_letter(**{field: "a@example.org\r\nBcc: everyone@example.org"}), smtp)
    assert caught.value.permanent


# a server


def test_the_server_gets_the_message_and_the_body_is_erased(
    store: Store, smtp: Settings, box: Box
) -> None:
    put(store, a_message())
    assert outbox.deliver(store, smtp, NOW).sent == 1
    assert [m["To"] for m in box.arrived] == ["ana@example.org"]
    (row,) = rows(store)
    assert row["sent_at"] is not None
    assert (row["body_text"], row["body_html"], row["last_error"]) == ("", "", None)


def test_delivering_again_sends_nothing(store: Store, smtp: Settings, box: Box) -> None:
    put(store, a_message())
    outbox.deliver(store, smtp, NOW)
    put(store, a_message())
    assert outbox.deliver(store, smtp, NOW + 60 * MINUTE) == outbox.Delivered()
    assert len(box.arrived) == 1


def test_many_messages_all_arrive_once(store: Store, smtp: Settings, box: Box) -> None:
    put(store, *(a_message(str(n), recipient=f"p{n}@example.org") for n in range(35)))
    assert outbox.deliver(store, smtp, NOW).sent == 35
    assert {m["To"] for m in box.arrived} == {f"p{n}@example.org" for n in range(35)}


def test_two_threads_at_once_send_each_message_once(store: Store, smtp: Settings, box: Box) -> None:
    put(store, *(a_message(str(n), recipient=f"p{n}@example.org") for n in range(30)))
    start = threading.Barrier(4)
    sent: list[int] = []

    def run() -> None:
        start.wait()
        sent.append(outbox.deliver(store, smtp, NOW).sent)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 30
    assert sorted(m["To"] for m in box.arrived) == sorted(f"p{n}@example.org" for n in range(30))


def test_nothing_is_sent_before_its_time(store: Store, smtp: Settings, box: Box) -> None:
    put(store, a_message(not_before=NOW + 5 * MINUTE))
    assert outbox.deliver(store, smtp, NOW).sent == 0
    assert outbox.deliver(store, smtp, NOW + 6 * MINUTE).sent == 1


def test_tier_3_goes_first(store: Store, smtp: Settings, box: Box) -> None:
    early = [a_message(str(n), recipient=f"p{n}@example.org") for n in range(15)]
    late = a_message(kind="tier3", recipient="doctor@example.org", known_at=NOW + MINUTE)
    put(store, *early, late)
    outbox.deliver(store, smtp, NOW + 2 * MINUTE)
    assert box.arrived[0]["To"] == "doctor@example.org"


# what goes wrong


def test_a_message_put_off_is_tried_again_later(store: Store, smtp: Settings, box: Box) -> None:
    box.answers["ana@example.org"] = "451 try later, ana@example.org"
    put(store, a_message())
    assert outbox.deliver(store, smtp, NOW) == outbox.Delivered(waiting=1)
    assert outbox.deliver(store, smtp, NOW) == outbox.Delivered()
    (row,) = rows(store)
    assert row["last_error"] == (
        "The mail server 127.0.0.1 put a message off (451); it is tried again."
    )
    box.answers.clear()
    assert outbox.deliver(store, smtp, NOW + 2 * MINUTE).sent == 1


def test_the_waits_grow_up_to_an_hour_and_then_it_is_given_up(
    store: Store, smtp: Settings, box: Box
) -> None:
    box.answers["ana@example.org"] = "451 no"
    put(store, a_message())
    moment, waits = NOW, []
    for _ in range(outbox.TRIES):
        outbox.deliver(store, smtp, moment)
        waits.append(round((rows(store)[0]["not_before"] - moment) / MINUTE))
        moment = max(moment, rows(store)[0]["not_before"]) + timedelta(seconds=1)
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60
    (row,) = rows(store)
    assert row["failed_at"] is not None
    assert row["attempts"] == outbox.TRIES
    assert row["body_text"] == ""


def test_a_recipient_refused_for_good_is_given_up_at_once_and_the_rest_go_out(
    store: Store, smtp: Settings, box: Box
) -> None:
    box.recipients["gone@example.org"] = "550 no such gone@example.org"
    put(store, a_message("1", recipient="gone@example.org"), a_message("2"))
    assert outbox.deliver(store, smtp, NOW) == outbox.Delivered(sent=1, given_up=1)
    gone = rows(store)[1]
    assert gone["failed_at"] is not None
    assert "550" in gone["last_error"]
    assert "gone@" not in gone["last_error"]
    assert gone["body_html"] == ""


@pytest.mark.parametrize("answer", ["451 later", "550 never"])
def test_tier_3_is_never_given_up(store: Store, smtp: Settings, box: Box, answer: str) -> None:
    box.answers["ana@example.org"] = answer
    put(store, a_message(kind="tier3"))
    moment = NOW
    for _ in range(outbox.TRIES + 5):
        assert outbox.deliver(store, smtp, moment).given_up == 0
        moment += 6 * MINUTE  # never waits longer than five
    assert rows(store)[0]["attempts"] == outbox.TRIES + 5
    box.answers.clear()
    assert outbox.deliver(store, smtp, moment).sent == 1


def test_a_server_that_is_down_leaves_everything_waiting(store: Store, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    down = by_smtp(settings, port)
    put(store, *(a_message(str(n)) for n in range(12)))
    done = outbox.deliver(store, down, NOW)
    assert (done.sent, done.given_up) == (0, 0)
    tried = [row for row in rows(store) if row["attempts"]]
    assert len(tried) == outbox.BATCH  # the rest was not even tried
    assert tried[0]["last_error"] == (
        f"The mail server 127.0.0.1:{port} could not be used (ConnectionRefusedError); "
        "check smtp_host and that the server runs."
    )


def test_a_server_without_encryption_gets_no_mail_where_encryption_is_asked_for(
    store: Store, settings: Settings, server: Controller, box: Box
) -> None:
    asked = by_smtp(settings, server.port).model_copy(update={"smtp_starttls": True})
    put(store, a_message())
    assert outbox.deliver(store, asked, NOW).sent == 0
    assert box.arrived == []
    assert "smtp_starttls" in rows(store)[0]["last_error"]


def test_a_server_that_offers_no_sign_in_is_named(
    store: Store, settings: Settings, server: Controller, box: Box
) -> None:
    asked = by_smtp(settings, server.port, smtp_user="club", smtp_password="hunter2-secret")
    put(store, a_message())
    assert outbox.deliver(store, asked, NOW).sent == 0
    assert "sign-in" in rows(store)[0]["last_error"]
    assert "hunter2" not in rows(store)[0]["last_error"]


def test_a_claim_left_by_a_dead_process_runs_out_after_ten_minutes(
    store: Store, smtp: Settings, box: Box
) -> None:
    put(store, a_message())
    store.execute("app", "UPDATE app.message SET claim = 'dead', claimed_at = ?", [NOW])
    assert outbox.deliver(store, smtp, NOW + 9 * MINUTE).sent == 0
    assert outbox.deliver(store, smtp, NOW + 10 * MINUTE).sent == 1


def test_a_message_sent_again_after_a_crash_has_the_same_message_id(
    store: Store, smtp: Settings, box: Box
) -> None:
    put(store, a_message())
    before = store.rows("SELECT body_text, body_html FROM app.message")[0]
    outbox.deliver(store, smtp, NOW)
    store.execute(
        "app",
        "UPDATE app.message SET sent_at = NULL, claim = 'x', claimed_at = ?, body_text = ?, "
        "body_html = ?",
        [NOW, before["body_text"], before["body_html"]],
    )
    outbox.deliver(store, smtp, NOW + 20 * MINUTE)
    assert len({m["Message-ID"] for m in box.arrived}) == 1
    assert len(box.arrived) == 2


# switched off


def switch_off(store: Store, kind: str) -> None:
    store.execute("app", "INSERT INTO app.unsubscribed VALUES ('person', ?, ?)", [kind, NOW])


def test_a_kind_that_was_switched_off_is_not_sent(store: Store, smtp: Settings, box: Box) -> None:
    put(store, a_message())
    switch_off(store, "morning")
    assert outbox.deliver(store, smtp, NOW) == outbox.Delivered()
    assert box.arrived == []
    assert (rows(store)[0]["last_error"], rows(store)[0]["body_text"]) == (outbox.SWITCHED_OFF, "")


def test_switching_one_kind_off_leaves_others(store: Store, smtp: Settings) -> None:
    put(store, a_message())
    switch_off(store, "weekly")
    assert outbox.deliver(store, smtp, NOW).sent == 1


@pytest.mark.parametrize("kind", ["tier3", "login_link", "login_link_printed", "invitation"])
def test_these_kinds_are_sent_whatever_was_switched_off(
    store: Store, smtp: Settings, kind: str
) -> None:
    put(store, a_message(kind=kind))
    switch_off(store, kind)
    assert outbox.deliver(store, smtp, NOW).sent == 1


def test_the_log_holds_nothing_of_a_message(
    store: Store, smtp: Settings, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.answers["ana@example.org"] = "550 Tightness 6/10 of ana@example.org"
    put(store, a_message())
    outbox.deliver(store, smtp, NOW)
    assert "550" in caplog.text
    assert "Tightness" not in caplog.text
    assert "ana@" not in caplog.text
