"""What coaches share of Today: read once, made once, and never more than each of them may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from clubmon.club import consenting, enrolling, people
from clubmon.policy import Consent, Role
from clubmon.web.coach import club as clubs
from clubmon.web.coach import today
from tests.conftest import record_sessions
from tests.web.coach.test_today import JUMP, Morning, morning
from tests.web.conftest import TOKEN, Club
from tests.web.frame.test_wholepage import anew, seen

__all__ = ["morning"]

READERS = ("coach", "physio", "guardian", "outsider", "second")
KINDS = (Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS)


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """One who is referred, one who is tight, one whose load is unusual; coaches of both teams."""
    return further(lambda club: _shared(Morning(club, partial(record_sessions, club.store))))


def _shared(morning: Morning) -> None:
    club = morning.club
    for who in ("athlete", "reserved", "minor"):
        morning.trains(who, JUMP)
    club.refer("athlete")
    morning.answers("minor", 6, pattern="neural", drill_ids='["D3"]')
    morning.answers("reserved", 8)
    morning.dawns()
    club.ids["second"] = enrolling.add_person(club.store, "Second", "second@example.org", club.now)
    for who, role, team in (
        ("second", Role.COACH, ""),
        ("guardian", Role.COACH, club.ids["team"]),
        ("coach", Role.PHYSIO, club.ids["team_b"]),
    ):
        enrolling.add_role(club.store, club.ids[who], role, team, club.now)


@pytest.fixture
def shared(begun: Any, morning: Morning) -> Morning:
    """A copy of it."""
    return morning


def agree(club: Club, who: str, kinds: tuple[bool, ...]) -> None:
    """This athlete's three answers, each given anew."""
    by, role = ("guardian", "guardian") if who == "minor" else (who, "athlete")
    club.later(seconds=1)
    for kind, granted in zip(KINDS, kinds, strict=True):
        consenting.record(
            club.store, club.ids[who], kind, granted, club.ids[by], role, None, club.now
        )


@pytest.mark.slow
def test_in_every_consent_state_each_reads_what_an_application_shows_that_shares_nothing(
    shared: Morning,
) -> None:
    club = shared.club
    clients = {reader: club.be(reader) for reader in ("coach", "physio", "guardian")}
    for kinds in product((True, False), repeat=3):
        agree(club, "athlete", kinds)
        agree(club, "minor", kinds[::-1])
        for reader, client in clients.items():
            assert seen(client) == anew(club, reader), (kinds, reader)


def test_a_large_club_is_read_squad_by_squad_to_the_same_pages(
    shared: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [seen(shared.club.be(reader)) for reader in READERS]
    monkeypatch.setattr(clubs, "WHOLE_UP_TO", 0)
    assert [anew(shared.club, reader) for reader in READERS] == whole


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read and rendered from here on, by name."""
    done: list[str] = []

    def counted(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
        def call(*parts: Any) -> Any:
            done.append(name)
            return made(*parts)

        return call

    for module, name in ((clubs, "_loads"), (clubs, "_record"), (today, "_page")):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    return done


def test_twenty_coaches_read_the_club_once(shared: Morning, reads: list[str]) -> None:
    for _ in range(3):
        for reader in ("coach", "second", "physio"):
            shared.club.be(reader).get("/today")  # signing in writes
    assert reads.count("_loads") == 1
    assert reads.count("_page") == 3


def test_a_write_that_changes_nothing_on_it_makes_no_page_anew(
    shared: Morning, reads: list[str]
) -> None:
    client = shared.club.be("coach")
    before = seen(client)
    reads.clear()
    store, now = shared.club.store, shared.club.now
    people.audit(store, "somebody", "looked", "", "", now)
    store.execute("lake", "DELETE FROM lake.raw.session WHERE session_id = 'not there'")
    assert seen(client) == before
    assert reads == ["_loads", "_record"]


def test_a_token_is_in_no_part_that_is_shared(shared: Morning) -> None:
    """A page with something to say once is the first to be made, with its session's own token."""
    club = shared.club
    first, other = club.be("coach"), club.be("second")
    posted = club.post(first, f"/flags/{club.flag('reserved')}/handle", "/shown", action="seen")
    assert posted.status == 303
    with_message = first.get("/today").get_data(as_text=True)
    assert 'role="status"' in with_message
    theirs = other.get("/today").get_data(as_text=True)
    tokens = [set(TOKEN.findall(page)) for page in (with_message, theirs)]
    assert [len(found) for found in tokens] == [1, 1]
    assert not tokens[0] & tokens[1]


def test_each_coach_reads_it_in_their_own_language_and_units(shared: Morning) -> None:
    club = shared.club
    english, german = club.be("coach"), club.be("second")
    assert "Talk to" in seen(english)
    posted = club.post(german, "/shown", "/shown", language="de", distance="mi", weight="")
    assert posted.status == 303
    german.get("/shown")  # says that it was saved
    assert 'lang="de"' in seen(german)
    assert "Talk to" in seen(english)
    assert seen(german) == anew(club, "second")


def test_what_is_shared_has_an_end_and_the_page_is_whole_beyond_it(
    shared: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = anew(shared.club, "second")
    monkeypatch.setattr(clubs, "MOST_PARTS", 3)
    assert seen(shared.club.be("second")) == whole
