"""The remembered page of Today: never old, never somebody else's, made once for many."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from clubmon.club import availability, consenting, enrolling, signin
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.web.coach import today
from clubmon.web.frame import wholepage
from tests.web.coach.test_today import JUMP, Morning, morning
from tests.web.conftest import TOKEN, Club

__all__ = ["morning"]

HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
SIGNED = re.compile(r'name="csrf_token" value="[^"]+"')


def seen(client: FlaskClient) -> str:
    """The page without the token of the session."""
    html = client.get("/today").get_data(as_text=True)
    assert "<main" in html, html[:200]
    return SIGNED.sub("", html)


def anew(club: Club, who: str = "coach") -> str:
    """The page as an application makes it that has nothing to remember."""
    return seen(Club(club.store, club.settings, club.now, ids=club.ids).be(who))


def changes(morning: Morning, coach: FlaskClient) -> Iterator[Callable[[], object]]:
    """One thing after another that changes what a coach reads."""
    club, ids = morning.club, morning.club.ids
    store, athlete = club.store, club.ids["athlete"]

    def post(path: str, **fields: object) -> None:
        assert club.post(coach, path, "/today", **fields).status == 303

    def agree(kind: Consent, granted: bool) -> None:
        consenting.record(store, athlete, kind, granted, athlete, "athlete", None, club.now)

    def handle(action: str, **fields: object) -> None:
        post(f"/flags/{club.flag('reserved')}/handle", action=action, **fields)

    yield morning.dawns
    yield lambda: handle("seen")
    yield lambda: handle("snoozed", until=str(morning.today + timedelta(days=1)))
    yield lambda: morning.answers("athlete", 8, drill_ids='["D3"]', pattern="neural")
    yield lambda: availability.say(store, athlete, "out", athlete, availability.OWN, club.now)
    yield lambda: post("/today/view", sort="name", columns="km")
    yield lambda: morning.join("Robin", Consent.LOAD)
    yield lambda: club.later(days=1)  # the snooze ends
    yield lambda: marts.rebuild(store, morning.today, club.now)
    yield lambda: agree(Consent.TIGHTNESS, granted=False)
    yield lambda: agree(Consent.LOAD, granted=False)
    yield lambda: enrolling.add_role(store, ids["coach"], Role.COACH, ids["team_b"], club.now)


@pytest.mark.slow
def test_after_whatever_is_written_and_whenever_the_page_is_the_one_made_anew(
    morning: Morning,
) -> None:
    for who in ("athlete", "reserved"):
        morning.trains(who, JUMP)
    coach, pages = morning.club.be("coach"), list[str]()
    for change in changes(morning, coach):
        change()
        page = seen(coach)
        if 'role="status"' in page:  # a message, which is told once
            page = seen(coach)
        assert page == anew(morning.club)
        assert seen(coach) == page
        pages.append(page)
    assert all(before != after for before, after in pairwise(pages))


def test_a_drill_leaves_the_page_when_the_answers_are_48_hours_old(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 6, drill_ids='["D3"]', pattern="neural")
    morning.dawns()
    club = morning.club
    club.later(hours=48, minutes=-6)  # they were given five minutes before
    coach = club.be("coach")
    assert "/drills/D3" in seen(coach)
    club.later(minutes=2)
    assert "/drills/D3" not in seen(coach)


def test_two_coaches_never_share_a_page_nor_their_tokens(morning: Morning) -> None:
    club = morning.club
    coach, again, other = club.be("coach"), club.be("coach"), club.be("outsider")
    mine, same, theirs = seen(coach), seen(again), seen(other)
    assert mine == same
    assert club.ids["athlete"] in mine
    assert club.ids["athlete"] not in theirs
    tokens = set()
    for client in (coach, again, other):
        found = set(TOKEN.findall(client.get("/today").get_data(as_text=True)))
        assert len(found) == 1
        tokens |= found
    assert len(tokens) == 3
    assert not any(wholepage.MARK in token for token in tokens)


def test_the_token_of_a_remembered_page_works_for_its_session_alone(morning: Morning) -> None:
    club = morning.club
    first, second = club.be("coach"), club.be("coach")
    for _ in range(2):
        html = [one.get("/today").get_data(as_text=True) for one in (first, second)]
    token = TOKEN.findall(html[1])[0]
    assert second.post("/today/view", data={"csrf_token": token, "sort": "name"}).status_code == 303
    assert first.post("/today/view", data={"csrf_token": token, "sort": "name"}).status_code == 400


def test_a_message_is_told_once_to_the_session_that_caused_it(morning: Morning) -> None:
    club = morning.club
    first, second = club.be("coach"), club.be("coach")
    club.post(first, f"/flags/{club.flag('athlete')}/handle", "/today", action="acted")
    assert 'role="status"' not in seen(second)
    assert 'role="status"' in seen(first)
    assert 'role="status"' not in seen(first)


def test_signing_out_and_losing_the_role_count_at_once(morning: Morning) -> None:
    club = morning.club
    first, second = club.be("coach"), club.be("coach")
    assert seen(first) == seen(second)
    with first.session_transaction() as session:
        signin.end(club.store, session["session_id"])
    assert first.get("/today").status_code == 302
    club.store.execute("app", "DELETE FROM app.role WHERE person_id = ?", [club.ids["coach"]])
    assert second.get("/today").status_code == 403


def test_a_session_that_runs_out_is_let_in_no_more(morning: Morning) -> None:
    coach = morning.club.be("coach")
    seen(coach)
    morning.club.later(days=15)
    assert coach.get("/today").status_code == 302


def test_a_packed_page_is_the_same_page_with_the_sessions_own_token(morning: Morning) -> None:
    club = morning.club
    for client in (club.be("coach"), club.be("coach")):
        plain = client.get("/today").get_data(as_text=True)
        for _ in range(2):
            packed = client.get("/today", headers=HERE)
            assert packed.headers["Content-Encoding"] == "gzip"
            assert packed.mimetype == "text/html"
            html = gzip.decompress(packed.get_data()).decode()
            assert SIGNED.sub("", html) == SIGNED.sub("", plain)
            own = TOKEN.findall(html)[0]
            data = {"csrf_token": own, "sort": "need"}
        assert client.post("/today/view", data=data).status_code == 303
    assert "Content-Encoding" not in club.be("coach").get("/today", headers={
        "Accept-Encoding": "gzip"}).headers  # fmt: skip


def test_twenty_readers_cost_one_page(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    club, made = morning.club, list[int]()
    render = today._page

    def counted(*parts: Any) -> str:
        made.append(1)
        return render(*parts)

    monkeypatch.setattr(today, "_page", counted)
    coaches = [club.be("coach") for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        pages = set(pool.map(seen, coaches))
    assert (len(pages), len(made)) == (1, 1)


def test_each_order_of_the_grid_is_a_page_of_its_own(morning: Morning) -> None:
    coach = morning.club.be("coach")
    pages = {coach.get(f"/today{query}").get_data() for query in ("", "?sort=name", "?sort=km")}
    assert len(pages) == 3
