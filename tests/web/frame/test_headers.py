"""Headers, cookies, error pages and the log: nothing leaks, nothing is kept."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from clubmon.club import links, signin
from clubmon.policy import Permission
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.web import create_app
from clubmon.web.frame.access import requires

if TYPE_CHECKING:
    from tests.web.conftest import Club

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECRET_WORDS = "left hamstring 9"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/signin", 200),
        ("/today", 302),
        ("/nowhere", 404),
        ("/healthz", 200),
        ("/consent/x", 404),
        ("/static/clubmon.css", 200),
        ("/static/nothing.css", 404),
    ],
)
def test_every_response_carries_the_headers(club: Club, path: str, code: int) -> None:
    response = club.be(None).get(path)
    assert response.status_code == code
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    if "/static/" not in path or code == 404:
        assert response.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_long_under_an_address_that_changes_with_them(club: Club) -> None:
    text = club.be(None).get("/signin").get_data(as_text=True)
    start = text.index("/static/clubmon.css?v=")
    address = text[start : text.index('"', start)]
    kept = club.be(None).get(address).headers["Cache-Control"]
    assert "immutable" in kept
    assert "max-age=31536000" in kept
    assert club.be(None).get("/static/clubmon.css").headers["Cache-Control"] == "no-cache"


def test_no_page_holds_script_or_style_of_its_own(club: Club) -> None:
    club.refer("athlete")
    own = f"/athlete/{club.ids['athlete']}/consent"
    for who, path in (
        (None, "/signin"),
        ("admin", "/admin"),
        ("physio", "/referrals"),
        ("athlete", own),
        ("admin", "/nowhere"),
    ):
        text = club.be(who).get(path).get_data(as_text=True)
        assert "<style" not in text
        assert "style=" not in text
        assert "onclick" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")


def test_the_cookie_is_secure_where_the_club_is_on_https(store: Store, settings: Settings) -> None:
    secure = load(settings.data, base_url="https://club.example.org")
    assert create_app(store, secure).config["SESSION_COOKIE_SECURE"] is True
    assert create_app(store, settings).config["SESSION_COOKIE_SECURE"] is False


def test_forms_work_on_https_though_our_pages_send_no_referer(
    store: Store, settings: Settings
) -> None:
    site = "https://club.example.org"
    client = create_app(store, load(settings.data, base_url=site)).test_client()
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/signin", base_url=site).text
    )
    assert token
    form = {"csrf_token": token[1], "email": "who@example.org"}
    assert client.post("/signin", base_url=site, data=form).status_code == 200


def test_the_session_key_is_not_the_key_of_links(club: Club) -> None:
    key = club.app.config["SECRET_KEY"]
    assert key != links.secret(club.settings.data).encode()
    assert key == create_app(club.store, club.settings).config["SECRET_KEY"]


def test_a_session_of_another_installation_counts_for_nothing(club: Club) -> None:
    client = club.be(None)
    real = club.app.config["SECRET_KEY"]
    club.app.config["SECRET_KEY"] = b"guessed"
    with client.session_transaction() as session:
        session["session_id"] = signin.begin(club.store, club.ids["admin"], club.now)
    club.app.config["SECRET_KEY"] = real
    assert client.get("/admin").location == "/signin"


def test_a_post_without_the_form_token_is_refused_and_says_what_to_do(club: Club) -> None:
    response = club.be("admin").post("/admin/nightly")
    assert response.status_code == 400
    assert "reload the page" in response.get_data(as_text=True)
    assert club.nights == 0


def test_a_wrong_method_says_so_and_names_the_right_ones(club: Club) -> None:
    response = club.be("admin").get("/admin/nightly")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert "page&#39;s own buttons" in response.get_data(as_text=True)


def test_more_than_a_form_can_hold_is_refused(club: Club) -> None:
    response = club.be(None).post("/signin", data={"email": "x" * 2_000_000})
    assert response.status_code == 413


def test_a_fault_shows_one_sentence_and_logs_no_value(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    @club.app.get("/broken/<secret>")
    @requires(Permission.PUBLIC)
    def broken(secret: str) -> str:
        raise ValueError(f"{SECRET_WORDS} {secret}")

    with caplog.at_level(logging.DEBUG):
        response = club.be("athlete").get("/broken/token-of-somebody")
    text = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "Traceback" not in text
    assert SECRET_WORDS not in text
    assert "Error in GET broken (ValueError)" in caplog.text
    assert SECRET_WORDS not in caplog.text
    assert "token-of-somebody" not in caplog.text


def test_the_fault_page_asks_nothing_of_a_store_that_is_gone(
    tmp_path: Path, settings: Settings
) -> None:
    gone = Store(tmp_path / "gone")
    app = create_app(gone, settings)
    gone.close()
    client = app.test_client()
    with client.session_transaction() as session:
        session["session_id"] = "somebody"
    response = client.get("/admin")
    assert response.status_code == 500
    assert "fault in clubmon" in response.get_data(as_text=True)
    check = client.get("/healthz")
    assert (check.status_code, check.text) == (503, "the store does not answer\n")


def test_the_health_check_says_ok_and_nothing_else(club: Club) -> None:
    response = club.be(None).get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert "Set-Cookie" not in response.headers


def test_a_working_day_of_requests_logs_no_name_and_no_token(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    token = links.token(club.settings, "consent", club.ids["athlete"])
    with caplog.at_level(logging.DEBUG):
        club.be(None).get(f"/consent/{token}")
        club.be(None).get(f"/consent/{token}x")
        club.be("physio").get("/referrals")
        club.post(club.be(None), "/signin", "/signin", email="coach@example.org")
    assert token not in caplog.text
    assert "example.org" not in caplog.text
    for id_ in club.ids.values():
        assert id_ not in caplog.text


def test_a_link_that_could_not_be_mailed_is_logged_without_the_address(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    club.store.execute("app", "DROP TABLE app.message")
    with caplog.at_level(logging.ERROR):
        answer = club.post(club.be(None), "/signin", "/signin", email="coach@example.org")
    assert answer.status == 200
    assert "could not be mailed" in caplog.text
    assert "coach@" not in caplog.text
    assert duckdb.CatalogException.__name__ in caplog.text
