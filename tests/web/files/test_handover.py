"""Files of an athlete: handed over on a page, each with a receipt that says what to do."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from clubmon.arrival import arrivalrows, arrivals, asking, uploadtokens
from clubmon.arrival.arrivalrows import Arrival, Read
from clubmon.club import consenting
from clubmon.httpserver import ONLY_HEADERS
from clubmon.policy import Consent
from clubmon.storage.landing import Landed
from clubmon.web.files import handover, handover_words

if TYPE_CHECKING:
    from tests.web.conftest import Club

HEAD = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
AT = datetime(2026, 11, 17, 5, tzinfo=UTC)
TOKEN = re.compile(r'value="(clubmon_up_[^"]+)"')
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def hevy(day: int = 3, kg: int = 60) -> bytes:
    row = f'Gym,"{day} Nov 2026, 18:00","{day} Nov 2026, 19:00",Squat (Barbell),0,normal,{kg},5,8\n'
    return (HEAD + row).encode()


def where(club: Club, who: str = "athlete") -> str:
    return f"/athlete/{club.ids[who]}/files"


def text(client: FlaskClient, page: str) -> str:
    """The page's words without markup."""
    plain = re.sub(r"<[^>]+>", " ", client.get(page).get_data(as_text=True))
    return " ".join(html.unescape(plain).split())


def send(club: Club, *files: tuple[str, bytes], who: str = "athlete", by: str = "") -> int:
    page = where(club, who)
    sent = [(io.BytesIO(body), name) for name, body in files]
    return club.post(club.be(by or who), page, page, file=sent).status


def send_one(club: Club, client: FlaskClient, body: bytes, **headers: str) -> tuple[int, str]:
    page = where(club)
    token = CSRF.search(client.get(page).get_data(as_text=True))
    assert token
    named = {"X-CSRFToken": token[1]} | {k.replace("_", "-"): v for k, v in headers.items()}
    answer = client.post(f"{page}/one", data=body, headers=named)
    assert answer.json is not None
    return answer.status_code, answer.json["message"]


def owners(club: Club) -> set[str]:
    rows = club.store.rows("SELECT DISTINCT athlete_id FROM lake.raw.session")
    return {row["athlete_id"] for row in rows}


def test_several_files_at_once_are_taken_and_told_apart(club: Club) -> None:
    bad = HEAD.encode() + b'Gym,"yesterday","today",Squat,0,normal,60,5,8\n'
    files = [("a.csv", hevy(3)), ("b.csv", hevy(4)), ("c.bin", b"\x00\x01"), ("d.csv", bad)]
    assert send(club, *files) == 303
    said = text(club.be("athlete"), where(club))
    assert "2 lifts found, 2 files not understood, here is why." in said
    assert "c.bin 2 bytes not understood Not understood Is of a kind that is not read here" in said
    assert owners(club) == {club.ids["athlete"]}


def test_how_long_sessions_are_kept_is_said_before_old_ones_are_sent(club: Club) -> None:
    page = club.be("athlete").get(f"/athlete/{club.ids['athlete']}/files")
    assert "keeps sessions for 24 months" in page.get_data(as_text=True)


def test_a_file_sent_before_is_said_to_be_known(club: Club) -> None:
    send(club, ("a.csv", hevy()))
    club.later(minutes=1)
    send(club, ("a.csv", hevy()))
    said = text(club.be("athlete"), where(club))
    assert "1 file known before." in said
    assert "1 lift found." in said


def test_once_a_question_is_answered_the_file_is_said_to_count(club: Club) -> None:
    rows = "03.11.2026;Run;52;9,81\n32.13.2026;Run;52;9,81\n"
    send(club, ("log.csv", ("Datum;Titel;Dauer (min);Strecke (km)\n" + rows).encode()))
    assert "1 file to be answered about." in text(club.be("athlete"), where(club))
    (asked,) = asking.asked(club.store, club.ids["athlete"])
    page = f"/athlete/{club.ids['athlete']}/questions"
    named = {"column-0": "date:dmy", "column-1": "title"}
    named |= {"column-2": "duration:min", "column-3": "distance:km"}
    club.post(club.be("athlete"), page, page, key=asked.question.key, do="store", **named)
    said = text(club.be("athlete"), where(club))
    assert "1 run found, 1 row or part not understood, here is why." in said
    assert "Row 3: 'datum' reads '32.13.2026', which is no date" in said
    assert "answered" not in said


def test_a_doubtful_session_is_said_to_wait_for_a_decision(club: Club) -> None:
    send(club, ("a.csv", hevy(kg=5000)))
    said = text(club.be("athlete"), where(club))
    assert "Hardly true, waits for a decision" in said
    assert "A set of 5000 kg is over 500 kg" in said


def test_a_line_about_a_part_of_an_archive_begins_with_the_part() -> None:
    read = Read(refusals=("a.zip!a/b.fit: holds no session.",), refused=1)
    (file,) = handover_words.batch([arrival("refused", read)]).files
    assert file.refusals.shown == ("a/b.fit: holds no session.",)


def test_the_script_sends_one_file_as_it_is(club: Club) -> None:
    client, batch = club.be("athlete"), "01a21407-63f2-7afe-ba9f-65fcc0c9ac46"
    for day in (3, 4):
        sent = send_one(club, client, hevy(day), X_Filename="kr%C3%A4ftig.csv", X_Batch=batch)
        assert sent == (201, "")
    (found,) = arrivalrows.of_athlete(club.store, club.ids["athlete"], 5, club.now)
    assert [(file.name, file.state) for file in found] == [("kräftig.csv", "stored")] * 2


def test_what_was_refused_is_not_pushed_off_the_page_by_what_came_after(club: Club) -> None:
    def shown() -> list[str]:
        said = text(club.be("athlete"), where(club))
        return [name for name in ("old.fit", "1.csv", "2.csv", "6.csv") if name in said]

    send(club, ("old.fit", b"no recording"))
    for day in range(1, 7):
        club.later(hours=1)
        send(club, (f"{day}.csv", hevy(day)))
    assert shown() == ["old.fit", "2.csv", "6.csv"]
    club.later(days=14)
    assert shown() == ["2.csv", "6.csv"]


def test_a_script_is_told_why_a_file_was_not_taken(club: Club) -> None:
    status, said = send_one(club, club.be("athlete"), b"", X_Filename="a.fit")
    assert (status, said) == (422, "a.fit is empty; export it again.")


def test_a_file_without_the_forms_token_is_not_taken(club: Club) -> None:
    assert club.be("athlete").post(f"{where(club)}/one", data=hevy()).status_code == 400
    assert owners(club) == set()


@pytest.mark.parametrize("page", ["", "/one"])
@pytest.mark.parametrize(
    ("who", "by", "said"),
    [("athlete", "athlete", handover.CLOSED), ("minor", "guardian", handover.CLOSED_MINOR)],
)
def test_without_consent_nothing_is_read_and_the_page_says_why(
    club: Club, who: str, by: str, said: str, page: str
) -> None:
    club.later(minutes=1)
    consenting.record(
        club.store, club.ids[who], Consent.LOAD, False, club.ids[by], by, None, club.now
    )
    client = club.be(by)
    assert 'type="file"' not in client.get(where(club, who)).get_data(as_text=True)
    stream = io.BytesIO(hevy())
    answer = client.post(where(club, who) + page, input_stream=stream, content_length=len(hevy()))
    assert answer.status_code == 403
    assert html.escape(said, quote=False) in html.unescape(answer.get_data(as_text=True))
    assert stream.tell() == 0


def test_more_than_the_club_takes_is_refused_with_the_limit(club: Club) -> None:
    most = club.settings.largest_upload_mb
    answer = club.be("athlete").post(
        where(club),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str((most + 2) * 1024**2)},
    )
    assert answer.status_code == 413
    assert f"larger than {most} MB, the most that this page takes" in answer.get_data(as_text=True)


def test_a_guardian_hands_over_for_a_child(club: Club) -> None:
    assert send(club, ("a.csv", hevy()), who="minor", by="guardian") == 303
    assert owners(club) == {club.ids["minor"]}


def test_nobody_sees_what_another_athlete_handed_over(club: Club) -> None:
    send(club, ("secret-name.csv", hevy()))
    assert "secret-name" in text(club.be("athlete"), where(club))
    assert "secret-name" not in text(club.be("athlete_b"), where(club, "athlete_b"))
    for who in ("coach", "physio", "admin", "athlete_b"):
        assert club.be(who).get(where(club)).status_code == 404


def test_other_forms_stay_small(club: Club) -> None:
    page = f"/athlete/{club.ids['athlete']}/tokens"
    posted = club.post(club.be("athlete"), page, where(club), label="x" * (2 * 1024**2))
    assert posted.status == 413


def test_a_token_is_shown_once_and_works_until_it_is_revoked(club: Club) -> None:
    client, base = club.be("athlete"), f"/athlete/{club.ids['athlete']}/tokens"
    shown = TOKEN.search(club.post(client, base, where(club), label="My laptop").text)
    assert shown
    assert uploadtokens.owner(club.store, shown[1], club.now) == club.ids["athlete"]
    page = client.get(where(club)).get_data(as_text=True)
    assert shown[1] not in page
    assert "My laptop" in page
    (kept,) = uploadtokens.in_force(club.store, club.ids["athlete"])
    assert kept.last_used_at == club.now
    assert club.post(client, f"{base}/{kept.token_id}/revoke", where(club)).status == 303
    assert uploadtokens.owner(club.store, shown[1], club.now) is None


def test_nobody_revokes_anothers_token(club: Club) -> None:
    token = uploadtokens.make(
        club.store, club.ids["athlete"], "Laptop", club.ids["athlete"], club.now
    )
    (kept,) = uploadtokens.in_force(club.store, club.ids["athlete"])
    theirs = f"/athlete/{club.ids['athlete_b']}/tokens/{kept.token_id}/revoke"
    assert club.post(club.be("athlete_b"), theirs, where(club, "athlete_b")).status == 404
    assert uploadtokens.owner(club.store, token, club.now)


@pytest.mark.parametrize("label", ["", "  ", "x" * 61])
def test_a_token_needs_a_name(club: Club, label: str) -> None:
    page = f"/athlete/{club.ids['athlete']}/tokens"
    assert club.post(club.be("athlete"), page, where(club), label=label).status == 400


def arrival(state: str, read: Read) -> Arrival:
    ended = None if state in ("waiting", "reading") else AT
    return Arrival("1", "1", "a", "page", "a.zip", 3_200_000, state, AT, ended, read)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            [
                arrival("stored", Read(runs=212, lifts=63, refused=2)),
                arrival("stored", Read(lifts=1)),
                arrival("refused", Read(refused=1)),
            ],
            "212 runs and 64 lifts found, 1 file and 2 rows or parts not understood, here is why.",
        ),
        ([arrival("known", Read())], "1 file known before."),
        ([arrival("waiting", Read())], "1 file still to be read."),
        ([arrival("asks", Read(questions=("kg or lb?",)))], "1 file to be answered about."),
        ([arrival("stored", Read(runs=1, others=1))], "1 run and 1 other session found."),
    ],
)
def test_the_headline_says_what_was_found_and_what_not(files: list[Arrival], said: str) -> None:
    assert handover_words.headline(files) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (9_999, "10 kB"), (3_200_000, "3.2 MB"), (5 * 10**9, "5.0 GB")],
)
def test_a_size_is_said_for_people(count: int, said: str) -> None:
    assert handover_words.size(count) == said


def test_a_file_sent_again_after_a_broken_connection_is_shown_once(club: Club) -> None:
    client = club.be("athlete")
    batch = "019a0000-0000-7000-8000-000000000001"
    assert send_one(club, client, hevy(), X_Filename="a.csv", X_Batch=batch)[0] == 201
    again = {"X_Filename": "a.csv", "X_Batch": batch, "X_Again": "1"}
    assert send_one(club, client, hevy(), **again) == (201, "")
    assert len(club.store.rows("SELECT arrival_id FROM app.arrival")) == 1
    assert send_one(club, client, hevy(4), **again) == (201, "")  # had not been taken
    assert len(club.store.rows("SELECT arrival_id FROM app.arrival")) == 2


def test_a_disk_without_room_is_told_before_the_file_is_sent(club: Club) -> None:
    asked = {"CONTENT_LENGTH": str(2**60), ONLY_HEADERS: True}  # as the server asks between them
    answer = club.be("athlete").post(f"{where(club)}/one", environ_overrides=asked)
    assert answer.status_code == 507
    assert answer.json == {
        "message": "The club's disk is too full to take this file; tell your club's admin."
    }


def test_who_stops_the_service_does_not_wait_for_files_that_are_still_to_be_read(
    club: Club,
) -> None:
    landed = club.settings.data / "arrived"
    landed.write_bytes(hevy())
    coming = arrivalrows.Coming(club.ids["athlete"], club.ids["athlete"], "folder", "a.csv", "b")
    arrivalrows.take(club.store, Landed(landed, "0" * 64, 1), coming, club.now)
    told = iter((True, False, False))
    work = partial(arrivals.work, club.store, club.settings, lambda: club.now, lambda: next(told))
    assert work() == 0
    assert work() == 1  # by the next start
