"""A past morning as it looked then, for who may see what at this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from clubmon.club import consenting
from clubmon.policy import Consent
from tests.conftest import record_sessions
from tests.web.coach.test_today import JUMP, Morning, Page, morning

__all__ = ["morning"]

DAY = "2026-11-17"


def show(morning: Morning, who: str = "coach", day: str = DAY) -> Page:
    return morning.page(who, f"/{day}")


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """The day after a morning with a spike and a tight hamstring on its list."""
    return further(lambda club: _pass(Morning(club, partial(record_sessions, club.store))))


@pytest.fixture
def past(begun: Any, morning: Morning) -> Morning:
    """A copy of it."""
    return morning


def _pass(morning: Morning) -> None:
    morning.trains("athlete", JUMP)
    morning.trains("reserved")
    morning.answers("athlete", 6)
    morning.answers("reserved", 9)
    morning.dawns()
    morning.club.later(days=1)


def test_it_has_the_list_the_grid_and_says_that_it_is_past(past: Morning) -> None:
    page = show(past)
    assert "A past morning. This is what was known by Tue 17 Nov 2026, 06:00" in page.text
    assert "Left hamstring 6/10" in str(page.entry("Athlete")).replace("<b>", "").replace(
        "</b>", ""
    )
    assert "Athlete" in page.order
    assert "80.0" in page.row("Athlete")  # the seven days before that morning


def test_nothing_that_came_later_shows_on_it(past: Morning) -> None:
    before = show(past).html
    past.answers("athlete", 10)  # of the day after
    club = past.club
    past.record(club.ids["minor"], past.today - timedelta(days=2), km=JUMP, known_at=club.now)
    club.store.execute(
        "app", "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, "
        "something_else, refer_signs, strain_signs, known_at) "
        "VALUES ('late', ?, ?, 1, false, '[]', '[]', ?)",
        [club.ids["athlete"], DAY, club.now],
    )  # fmt: skip
    past.dawns()
    assert _without_tokens(show(past).html) == _without_tokens(before)


def test_what_was_done_since_is_not_on_it(past: Morning) -> None:
    before = show(past).html
    flag = past.club.store.row("SELECT flag_id FROM app.flag WHERE uses_tightness LIMIT 1")
    past.club.store.execute(
        "app", "INSERT INTO app.flag_action VALUES ('a', ?, ?, 'acted', NULL, NULL, ?)",
        [flag["flag_id"], past.club.ids["coach"], past.club.now],
    )  # fmt: skip
    assert _without_tokens(show(past).html) == _without_tokens(before)


def test_a_consent_taken_back_since_takes_it_out(past: Morning) -> None:
    club, by = past.club, past.club.ids["athlete"]
    consenting.record(club.store, by, Consent.TIGHTNESS, False, by, "athlete", None, club.now)
    page = show(past)
    assert "hamstring" not in str(page.entry("Athlete"))
    consenting.record(
        club.store, by, Consent.LOAD, False, by, "athlete", None, club.now + timedelta(seconds=1)
    )
    club.later(minutes=1)
    page = show(past)
    assert page.entry("Athlete") is None
    assert "does not share loads" in page.row("Athlete")
    assert "80.0" not in page.row("Athlete")


def test_the_erased_are_counted_and_nobody_is_named(past: Morning) -> None:
    club = past.club
    club.store.execute("app", "INSERT INTO app.tombstone VALUES ('person', 'x', ?)", [club.now])
    assert "1 person has been erased from the club since and is left out." in show(past).text


def test_it_is_read_only_and_names_no_drill(past: Morning) -> None:
    html = show(past).html
    main = html.split("<main", 1)[1]
    assert "<form" not in main
    assert "/drills/" not in main


def test_one_goes_from_day_to_day_and_never_past_today(past: Morning) -> None:
    assert f'href="/today/{DAY}"' in past.page().html
    page = show(past)
    assert 'href="/today/2026-11-16"' in page.html
    assert 'rel="next"' not in page.html
    assert past.club.be("coach").get("/today/2026-11-18").location == "/today"


def test_the_grid_of_a_past_morning_sorts_too(past: Morning) -> None:
    assert past.page("coach", f"/{DAY}?sort=km").order[0] == "Athlete"
    assert f'href="/today/{DAY}?sort=km' in show(past).html


@pytest.mark.parametrize(
    ("day", "said"), [("2020-01-01", "nothing was known"), ("2030-01-01", "in the future")]
)
def test_a_morning_that_cannot_be_shown_says_why(past: Morning, day: str, said: str) -> None:
    assert said in show(past, day=day).text


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_no_page(past: Morning, day: str) -> None:
    assert past.club.be("coach").get(f"/today/{day}").status_code == 404


def test_while_a_rebuild_runs_it_is_refused_and_the_night_never_waits(past: Morning) -> None:
    store: Any = past.club.store
    show(past)
    assert not store.job_lock.locked()
    with store.job_lock:
        assert "is running; ask again when it has ended" in show(past).text


def _without_tokens(html: str) -> str:
    """Without the form tokens, which differ each time."""
    parts = html.split('name="csrf_token" value="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])
