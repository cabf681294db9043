"""The upload API: a token hands over files for one athlete, safely sent again, and nothing else."""

from __future__ import annotations

import hashlib
import html
import re
import shlex
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from clubmon import jobs
from clubmon.arrival import arrivalrows, arrivals, ingest, uploadtokens
from clubmon.club import consenting
from clubmon.policy import Consent
from clubmon.storage import landing
from clubmon.web.files import upload
from tests.connectors.conftest import Fit

if TYPE_CHECKING:
    from tests.web.conftest import Club

HEAD = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def hevy(day: int = 3, kg: int = 60) -> bytes:
    row = f'Gym,"{day} Nov 2026, 18:00","{day} Nov 2026, 19:00",Squat (Barbell),0,normal,{kg},5,8\n'
    return (HEAD + row).encode()


@pytest.fixture
def token(club: Club) -> Callable[..., str]:
    def make(who: str = "athlete") -> str:
        return uploadtokens.make(club.store, club.ids[who], "Laptop", club.ids[who], club.now)

    return make


def address(body: bytes) -> str:
    return f"/api/v1/files/{hashlib.sha256(body).hexdigest()}"


def put(
    club: Club, token: str, body: bytes, where: str | None = None, **headers: str
) -> TestResponse:
    named = {"X-Filename": "hevy.csv"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return club.app.test_client().put(
        where or address(body),
        data=body,
        headers={"Authorization": f"Bearer {token}", **named},
    )


def head(club: Club, token: str, body: bytes) -> int:
    client = club.app.test_client()
    return client.head(address(body), headers={"Authorization": f"Bearer {token}"}).status_code


def message(answer: TestResponse) -> str:
    """The sentence of an answer."""
    assert answer.json is not None
    return str(answer.json["message"])


def stored(club: Club, who: str = "athlete") -> int:
    row = club.store.row(
        "SELECT count(*) AS n FROM lake.raw.session WHERE athlete_id = ?", [club.ids[who]]
    )
    assert row
    return int(row["n"])


def rated(club: Club) -> list[object]:
    rows = club.store.rows("SELECT rpe_tenths FROM lake.staging.recorded")
    return [row["rpe_tenths"] for row in rows]


def test_a_file_is_stored_for_the_tokens_athlete_and_said_what_was_found(
    club: Club, token: Callable[..., str]
) -> None:
    answer = put(club, token(), hevy())
    assert answer.status_code == 201
    assert answer.json == {
        "message": "Stored: 1 lift.",
        "runs": 0,
        "lifts": 1,
        "others": 0,
        "doubtful": [],
        "notes": [],
        "refused": [],
    }
    assert (stored(club), stored(club, "athlete_b")) == (1, 0)
    assert list((club.store.folder / "arrivals").iterdir()) == []


def test_what_was_read_of_a_damaged_file_is_stored_and_the_damage_said(
    club: Club, token: Callable[..., str]
) -> None:
    fit = Fit()
    cut = fit.file(fit.head(), fit.track(20), fit.summary(), fit.end())[:-20]
    answer = put(club, token(), cut, X_Filename="run.fit")
    assert answer.status_code == 201
    assert answer.json is not None
    (note,) = answer.json["notes"]
    assert note.startswith("run.fit: ")


def test_sending_again_changes_nothing_and_says_so(club: Club, token: Callable[..., str]) -> None:
    mine = token()
    assert head(club, mine, hevy()) == 404
    assert put(club, mine, hevy()).status_code == 201
    again = put(club, mine, hevy())
    assert (again.status_code, again.json) == (200, {"message": upload.KNOWN})
    assert head(club, mine, hevy()) == 200
    assert stored(club) == 1


def test_what_one_athlete_handed_over_is_unknown_to_another(
    club: Club, token: Callable[..., str]
) -> None:
    put(club, token(), hevy())
    others = token("athlete_b")
    assert head(club, others, hevy()) == 404
    assert put(club, others, hevy()).status_code == 201
    assert (stored(club), stored(club, "athlete_b")) == (1, 1)


def test_a_request_that_this_api_does_not_take_is_told_so_in_json(
    club: Club, token: Callable[..., str]
) -> None:
    wrong = club.be(None).get(address(hevy()), headers={"Authorization": f"Bearer {token()}"})
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "HEAD, OPTIONS, PATCH, PUT")
    assert (
        message(wrong) == "Files are handed over with PUT; nothing that is stored can be read here."
    )
    nowhere = club.be(None).get("/api/v2/files")
    assert nowhere.status_code == 404
    assert "no such address" in message(nowhere)


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", "Basic {}", "{}"])
def test_without_a_token_in_force_nothing_is_taken(
    club: Club, token: Callable[..., str], sent: str
) -> None:
    answer = club.app.test_client().put(
        address(hevy()), data=hevy(), headers={"Authorization": sent.format(token())}
    )
    assert (answer.status_code, answer.json) == (401, {"message": upload.NO_TOKEN})
    assert stored(club) == 0


def test_a_signed_in_browser_without_a_token_is_a_stranger(club: Club) -> None:
    assert club.be("athlete").put(address(hevy()), data=hevy()).status_code == 401


def test_a_revoked_token_ends_at_once(club: Club, token: Callable[..., str]) -> None:
    mine, who = token(), club.ids["athlete"]
    (kept,) = uploadtokens.in_force(club.store, who)
    assert uploadtokens.revoke(club.store, who, kept.token_id, who, club.now)
    assert put(club, mine, hevy()).status_code == 401
    assert {"upload_token_made", "upload_token_revoked"} <= set(club.audited())


@pytest.mark.parametrize(("who", "by"), [("athlete", "athlete"), ("minor", "guardian")])
def test_without_consent_nothing_is_taken_and_the_answer_says_why(
    club: Club, token: Callable[..., str], who: str, by: str
) -> None:
    mine = token(who)
    club.later(minutes=1)
    role = "guardian" if by == "guardian" else "athlete"
    consenting.record(
        club.store, club.ids[who], Consent.LOAD, False, club.ids[by], role, None, club.now
    )
    answer = put(club, mine, hevy())
    assert answer.status_code == 403
    assert "consented" in message(answer)
    assert club.store.rows("SELECT * FROM app.arrival") == []


def test_bytes_that_are_not_those_of_the_address_are_not_kept(
    club: Club, token: Callable[..., str]
) -> None:
    answer = put(club, token(), hevy(), where=address(hevy(4)))
    assert (answer.status_code, answer.json) == (409, {"message": upload.DIFFERS})
    assert stored(club) == 0
    assert list((club.store.folder / "arrivals").iterdir()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"", upload.EMPTY), (b"\x00\x01", "hevy.csv: "), (HEAD.encode(), "")],
)
def test_a_file_that_holds_nothing_is_refused_with_a_sentence(
    club: Club, token: Callable[..., str], body: bytes, said: str
) -> None:
    answer = put(club, token(), body)
    assert answer.status_code == 422
    assert said in message(answer)
    assert len(message(answer)) > 20


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    club: Club, token: Callable[..., str]
) -> None:
    answer = club.app.test_client().put(
        address(b""),
        headers={"Authorization": f"Bearer {token()}"},
        environ_overrides={"CONTENT_LENGTH": str(4097 * 1024**2)},
    )
    assert answer.status_code == 413
    assert "4096 MB" in message(answer)


def test_a_file_larger_than_a_form_is_taken(club: Club, token: Callable[..., str]) -> None:
    body = hevy() + b" " * (3 * 1024**2)
    assert put(club, token(), body).status_code in (201, 422)  # 413 it is not


@pytest.mark.parametrize("where", ["/api/v1/files/abc", f"/api/v1/files/{'A' * 64}"])
def test_an_address_that_is_no_hash_is_refused(
    club: Club, token: Callable[..., str], where: str
) -> None:
    assert put(club, token(), hevy(), where=where).status_code == 400


def test_the_name_is_percent_encoded_and_never_a_path(
    club: Club, token: Callable[..., str]
) -> None:
    put(club, token(), hevy(), X_Filename="..%2F..%2Fkr%C3%A4ftig%0A.csv")
    (row,) = club.store.rows("SELECT name FROM lake.raw.payload")
    assert row["name"] == "kräftig .csv"


def test_a_name_in_utf_8_as_curl_sends_it_is_read(club: Club, token: Callable[..., str]) -> None:
    put(club, token(), hevy(), X_Filename="kräftig.csv".encode().decode("latin-1"))
    (row,) = club.store.rows("SELECT name FROM lake.raw.payload")
    assert row["name"] == "kräftig.csv"


def test_a_session_rpe_goes_over_the_file_and_survives_a_rebuild_from_raw(
    club: Club, token: Callable[..., str]
) -> None:
    mine = token()
    assert put(club, mine, hevy(), X_Session_RPE="6.5").status_code == 201
    club.later(hours=1)
    jobs.rebuild(club.store, club.settings, club.now, from_raw=False)
    assert rated(club) == [65]
    assert put(club, mine, hevy(), X_Session_RPE="7").status_code == 200
    club.later(hours=1)
    jobs.rebuild(club.store, club.settings, club.now, from_raw=True)
    assert rated(club) == [70]


@pytest.mark.parametrize("text", ["11", "-1", "6.55", "hard", "1e1", "٣"])
def test_a_session_rpe_that_is_none_is_refused_whole(
    club: Club, token: Callable[..., str], text: str
) -> None:
    answer = put(club, token(), hevy(), X_Session_RPE=text)
    assert (answer.status_code, answer.json) == (400, {"message": upload.BAD_RPE})
    assert stored(club) == 0


def test_an_effort_of_a_whole_export_is_left_aside(club: Club, token: Callable[..., str]) -> None:
    rows = b"".join(hevy(day).removeprefix(HEAD.encode()) for day in range(1, 11))
    assert put(club, token(), HEAD.encode() + rows, X_Session_RPE="6").status_code == 201
    assert stored(club) == 10
    assert club.store.rows("SELECT * FROM app.file_rpe") == []


def test_too_many_requests_are_told_when_to_come_back(
    club: Club, token: Callable[..., str]
) -> None:
    mine = token()
    statuses = [head(club, mine, b"") for _ in range(upload.PER_TOKEN[0] + 1)]
    assert set(statuses[:-1]) == {404}
    assert statuses[-1] == 429
    answer = put(club, mine, hevy())
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    club.later(minutes=1)
    assert put(club, mine, hevy()).status_code == 201


def test_guessing_tokens_is_slowed_down_and_holds_up_nobody_else(
    club: Club, token: Callable[..., str]
) -> None:
    statuses = [put(club, "guess", hevy()).status_code for _ in range(upload.PER_STRANGER[0] + 1)]
    assert statuses[-2:] == [401, 429]
    assert put(club, token(), hevy()).status_code == 201


def test_a_large_file_is_stored_at_once_and_read_in_its_turn(
    club: Club, token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "AT_ONCE", 10)
    woken: list[bool] = []
    object.__setattr__(club.app.extensions["clubmon"], "on_files", lambda: woken.append(True))
    mine = token()
    answer = put(club, mine, hevy())
    assert (answer.status_code, answer.json) == (201, {"message": upload.LATER})
    assert (woken, stored(club), head(club, mine, hevy())) == ([True], 0, 200)
    arrivals.resume(club.store)  # as after a stop
    assert arrivals.work(club.store, club.settings, lambda: club.now) == 1
    assert stored(club) == 1


def test_a_file_put_again_while_the_first_waits_is_taken_once(
    club: Club, token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "AT_ONCE", 10)
    object.__setattr__(club.app.extensions["clubmon"], "on_files", lambda: None)
    mine = token()
    rated_twice = [put(club, mine, hevy(), X_Session_RPE="7").status_code for _ in range(2)]
    assert rated_twice == [201, 201]
    assert put(club, mine, hevy()).status_code == 200  # without a word of its own it is known
    assert put(club, mine, hevy(), X_Session_RPE="8").status_code == 201  # another word is not
    assert len(list(landing.inbox(club.settings.data).iterdir())) == 2
    assert arrivals.work(club.store, club.settings, lambda: club.now) == 2
    assert stored(club) == 1
    (row,) = club.store.rows("SELECT max_by(rpe_tenths, known_at) AS r FROM app.file_rpe")
    assert row["r"] == 80


def test_a_file_that_another_request_is_reading_is_said_to_be_read(
    club: Club, token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = token()
    object.__setattr__(club.app.extensions["clubmon"], "on_files", lambda: None)
    with monkeypatch.context() as large:
        large.setattr(upload, "AT_ONCE", 10)  # so that the first waits
        put(club, mine, hevy(), X_Session_RPE="7")
    (row,) = club.store.rows("SELECT arrival_id FROM app.arrival")
    assert arrivalrows.claim(club.store, row["arrival_id"])
    found = arrivalrows.one(club.store, row["arrival_id"])
    assert found
    with club.app.app_context():
        answer = upload.receipt(found)
    assert (answer.status_code, answer.json) == (201, {"message": upload.LATER})


def test_figures_follow_a_file_that_a_program_sent(club: Club, token: Callable[..., str]) -> None:
    asked: list[bool] = []
    object.__setattr__(club.app.extensions["clubmon"], "on_decision", lambda: asked.append(True))
    mine = token()
    put(club, mine, b"nonsense")
    assert asked == []
    put(club, mine, hevy())
    assert message(put(club, mine, hevy())) == upload.KNOWN
    assert asked == [True]
    assert message(put(club, mine, hevy(), X_Session_RPE="7")) == upload.KNOWN_RATED
    assert asked == [True, True]


def test_no_health_data_and_no_token_stands_in_a_log_or_the_store(
    club: Club, token: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    mine = token()
    with caplog.at_level("DEBUG"):
        put(club, mine, hevy(), X_Session_RPE="6.5")
    assert mine not in caplog.text
    assert mine not in str(club.store.rows("SELECT * FROM app.upload_token"))
    assert mine not in str(club.store.rows("SELECT * FROM app.audit"))


def line_of_the_documentation(club: Club) -> str:
    return DOCS.read_text(encoding="utf-8").split("```sh\n")[1].split("```")[0]


def lines_of_the_page(club: Club) -> str:
    """What stands below a new token, without the line that asks for it."""
    base = f"/athlete/{club.ids['athlete']}"
    made = club.post(club.be("athlete"), f"{base}/tokens", f"{base}/files", label="Laptop").text
    asks, lines = re.findall(r"<code>(.+?)</code>", made, re.DOTALL)
    assert asks == "read -rs CLUBMON_TOKEN"
    assert club.settings.base_url in lines
    return html.unescape(lines)


@pytest.mark.parametrize("said", [line_of_the_documentation, lines_of_the_page])
def test_what_is_said_to_be_typed_hands_a_file_over(
    club: Club, token: Callable[..., str], tmp_path: Path, said: Callable[[Club], str]
) -> None:
    command = said(club).replace(club.settings.base_url, "https://clubmon.example.org")
    server = make_server("127.0.0.1", 0, club.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    (tmp_path / "run.fit").write_bytes(hevy())
    here = command.replace("https://clubmon.example.org", f"http://127.0.0.1:{server.server_port}")
    export = f"export CLUBMON_TOKEN={shlex.quote(token())}\n"
    try:
        done = subprocess.run(
            ["sh", "-c", export + here], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    finally:
        server.shutdown()
        thread.join()
    assert done.returncode == 0, done.stderr
    assert "Stored: 1 lift." in done.stdout


def test_a_raw_copy_is_what_was_sent(club: Club, token: Callable[..., str]) -> None:
    put(club, token(), hevy())
    sha256 = hashlib.sha256(hevy()).hexdigest()
    assert ingest.raw_path(club.store.folder, club.ids["athlete"], sha256).read_bytes() == hevy()


def rate(club: Club, token: str, body: bytes, rpe: str) -> TestResponse:
    sent = {"Authorization": f"Bearer {token}", "X-Session-RPE": rpe}
    return club.app.test_client().patch(address(body), headers=sent)


def test_a_session_rpe_is_told_of_a_file_that_was_read_without_its_bytes(
    club: Club, token: Callable[..., str]
) -> None:
    mine = token()
    assert put(club, mine, hevy()).status_code == 201
    club.later(hours=1)
    assert message(rate(club, mine, hevy(), "7")) == upload.KNOWN_RATED
    jobs.rebuild(club.store, club.settings, club.now, from_raw=False)
    assert rated(club) == [70]
    assert rate(club, mine, hevy(), "").status_code == 400
    assert rate(club, mine, hevy(), "11").status_code == 400


def test_a_session_rpe_of_a_file_that_was_not_read_of_this_athlete_is_not_taken(
    club: Club, token: Callable[..., str]
) -> None:
    mine, theirs = token(), token("athlete_b")
    assert rate(club, mine, hevy(), "7").status_code == 404
    assert put(club, mine, hevy()).status_code == 201
    answer = rate(club, theirs, hevy(), "7")
    assert (answer.status_code, message(answer)) == (404, upload.NOT_READ)
    assert rate(club, "no token", hevy(), "7").status_code == 401
    assert club.store.rows("SELECT * FROM app.file_rpe") == []
