"""Sign-in: the same answer for every address, one button, once, in time."""

from __future__ import annotations

import hashlib
import html
import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from clubmon.cli import main
from clubmon.club import signin
from clubmon.club.signin import LinkState

if TYPE_CHECKING:
    from tests.web.conftest import Club

BUTTON = "Sign me in"


def link(club: Club, who: str = "coach") -> str:
    """The path of a new link."""
    url = signin.issue(club.store, club.settings, club.ids[who], club.now)
    assert url.startswith(club.settings.base_url)
    return url.removeprefix(club.settings.base_url)


def written(club: Club) -> list[str]:
    """Recipients of sign-in links, oldest first."""
    rows = club.store.rows(
        "SELECT recipient FROM app.message WHERE kind = 'login_link' ORDER BY known_at, message_id"
    )
    return [row["recipient"] for row in rows]


def ask(club: Club, email: str) -> str:
    """What the sign-in form answers, without its form token."""
    text = club.post(club.be(None), "/signin", "/signin", email=email).text
    return re.sub(r'value="[^"]{40,}"', "", text)


def test_known_and_unknown_addresses_get_the_same_answer_and_one_gets_mail(club: Club) -> None:
    assert ask(club, " Coach@Example.org ") == ask(club, "who@example.org") == ask(club, "")
    assert written(club) == ["coach@example.org"]
    assert club.mails == 1


def test_the_mailed_link_signs_in(club: Club) -> None:
    ask(club, "coach@example.org")
    body = club.store.rows("SELECT body_text FROM app.message")[0]["body_text"]
    found = re.search(r"/signin/[\w-]+", body)
    assert found
    client = club.be(None)
    assert club.post(client, found[0], found[0]).location == "/"
    assert client.get("/").location == "/today"


def test_the_answer_is_sent_before_the_link_is_made(club: Club) -> None:
    client = club.be(None)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/signin").text)
    assert token
    response = client.post("/signin", data={"csrf_token": token[1], "email": "coach@example.org"})
    assert response.status_code == 200
    assert written(club) == []
    response.close()
    assert written(club) == ["coach@example.org"]


def test_opening_a_link_changes_nothing_however_often(club: Club) -> None:
    where, client = link(club), club.be(None)
    for _ in range(3):
        assert BUTTON in client.get(where).get_data(as_text=True)
        assert client.head(where).status_code == 200
    assert client.get("/").location == "/signin"
    assert club.post(client, where, where).status == 303


def test_a_link_signs_in_once_and_says_so_the_second_time(club: Club) -> None:
    where, first, second = link(club), club.be(None), club.be(None)
    second.get(where)
    form = second.get(where).get_data(as_text=True)
    assert club.post(first, where, where).location == "/"
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    again = second.post(where, data={"csrf_token": token[1]})
    assert again.status_code == 410
    assert "used already" in again.get_data(as_text=True)
    assert second.get("/").location == "/signin"
    opened = second.get(where)
    assert opened.status_code == 410
    assert BUTTON not in opened.get_data(as_text=True)


@pytest.mark.parametrize(
    ("minutes", "code"), [(0, 200), (29, 200), (30, 410), (31, 410), (60 * 24 * 6, 410)]
)
def test_a_link_runs_out_after_half_an_hour(club: Club, minutes: int, code: int) -> None:
    where = link(club)
    club.later(minutes=minutes)
    assert club.be(None).get(where).status_code == code


def test_a_link_that_ran_out_after_it_was_opened_does_not_sign_in(club: Club) -> None:
    where, client = link(club), club.be(None)
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(where).text)
    assert found
    club.later(minutes=30)
    late = client.post(where, data={"csrf_token": found[1]})
    assert late.status_code == 410
    assert "run out" in late.text
    assert client.get("/").location == "/signin"


def test_a_printed_link_lives_an_hour_and_names_who_made_it(club: Club) -> None:
    id_ = club.ids["admin"]
    url = signin.issue(
        club.store, club.settings, id_, club.now, signin.PRINTED_LIFETIME, actor="cli"
    )
    club.later(minutes=59)
    token = url.rsplit("/", 1)[1]
    assert signin.state(club.store, token, club.now) is LinkState.OPEN
    assert signin.state(club.store, token, club.now + timedelta(minutes=1)) is LinkState.EXPIRED
    row = club.store.rows("SELECT actor, action, subject, detail FROM app.audit")[-1]
    assert row == {"actor": "cli", "action": "login_link_made", "subject": id_, "detail": ""}


def test_a_link_that_nobody_made_is_refused(club: Club) -> None:
    for token in ("x", "A" * 43, link(club)[len("/signin/") : -1]):
        response = club.be(None).get(f"/signin/{token}")
        assert response.status_code == 404
        assert "not complete" in response.text


def test_only_a_hash_of_the_token_is_kept(club: Club) -> None:
    token = link(club).rsplit("/", 1)[1]
    assert len(token) == 43  # 256 bits
    row = club.store.rows("SELECT * FROM app.login_link")[0]
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)


def test_sixty_minutes_bring_at_most_five_links_to_one_person(club: Club) -> None:
    for _ in range(7):
        ask(club, "coach@example.org")
    ask(club, "physio@example.org")
    assert written(club).count("coach@example.org") == 5
    assert written(club).count("physio@example.org") == 1
    club.later(minutes=61)
    ask(club, "coach@example.org")
    assert written(club).count("coach@example.org") == 6


def test_of_many_posts_at_once_one_signs_in(club: Club) -> None:
    token = link(club).rsplit("/", 1)[1]
    with ThreadPoolExecutor(8) as pool:
        redeemed = list(pool.map(lambda _: signin.redeem(club.store, token, club.now), range(16)))
    assert [who for who in redeemed if who] == [club.ids["coach"]]


def test_links_of_somebody_who_is_gone_sign_nobody_in(club: Club) -> None:
    where, client = link(club, "nobody"), club.be(None)
    club.store.execute("app", "DELETE FROM app.person WHERE person_id = ?", [club.ids["nobody"]])
    assert club.post(client, where, where).status == 410
    assert client.get("/signin").status_code == 200


def test_the_cookie_holds_a_random_id_and_nothing_about_the_person(club: Club) -> None:
    where, client = link(club), club.be(None)
    club.post(client, where, where)
    with client.session_transaction() as session:
        assert set(session) - {"csrf_token", "_permanent"} == {"session_id"}
        assert signin.alive(club.store, session["session_id"], club.now) == club.ids["coach"]


def test_signing_in_leaves_nothing_of_an_earlier_session(club: Club) -> None:
    client, where = club.be("admin"), link(club)
    with client.session_transaction() as session:
        session["left over"] = 1
    club.post(client, where, where)
    with client.session_transaction() as session:
        assert "left over" not in session
        assert signin.alive(club.store, session["session_id"], club.now) == club.ids["coach"]


def test_signing_out_ends_the_session(club: Club) -> None:
    client = club.be("admin")
    assert club.post(client, "/signout", "/admin").location == "/signin"
    assert client.get("/admin").location == "/signin"


def test_a_copy_of_the_cookie_is_worthless_after_signing_out(club: Club) -> None:
    client, copy = club.be("admin"), club.be(None)
    with client.session_transaction() as session, copy.session_transaction() as copied:
        copied.update(session)
    assert copy.get("/admin").status_code == 200
    club.post(client, "/signout", "/admin")
    assert copy.get("/admin").location == "/signin"


def test_a_session_runs_out_after_a_fortnight(club: Club) -> None:
    client = club.be("admin")
    club.later(days=13)
    assert client.get("/admin").status_code == 200
    club.later(days=2)
    assert client.get("/admin").location == "/signin"


def test_signing_in_and_out_needs_the_form_of_this_site(club: Club) -> None:
    where = link(club)
    assert club.be(None).post(where).status_code == 400
    assert signin.state(club.store, where.rsplit("/", 1)[1], club.now) is LinkState.OPEN
    client = club.be("admin")
    assert client.post("/signout").status_code == 400
    assert client.get("/admin").status_code == 200


def test_the_cookie_is_for_this_site_only_and_lasts_two_weeks(club: Club) -> None:
    where, client = link(club), club.be(None)
    club.post(client, where, where)
    cookie = client.get_cookie("clubmon")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not cookie.secure  # the base url is http here
    assert cookie.expires is not None  # it outlives the browser
    assert club.app.permanent_session_lifetime == timedelta(days=14)


def test_an_installation_without_people_says_how_to_begin(new_club: Club) -> None:
    text = new_club.be(None).get("/signin").get_data(as_text=True)
    said = re.search(r"<code>clubmon (.+?)</code>", text)
    assert said
    words = shlex.split(html.unescape(said[1]))
    data = ["--data", str(new_club.settings.data / "another")]
    assert CliRunner().invoke(main, [*data, *words]).exit_code == 0, "it is typed as it stands"
    assert "<form" not in text


def test_asking_and_signing_in_are_in_the_audit_log(club: Club) -> None:
    ask(club, "coach@example.org")
    where = link(club)
    club.post(club.be(None), where, where)
    assert club.audited() == ["login_link_made", "login_link_made", "signed_in"]


def test_links_long_gone_are_swept_when_a_new_one_is_made(club: Club) -> None:
    link(club)
    club.later(days=8)
    link(club, "physio")
    assert len(club.store.rows("SELECT 1 AS one FROM app.login_link")) == 1
