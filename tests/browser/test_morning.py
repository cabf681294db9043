"""A morning in a browser: a coach from a mail to a drill, an athlete's phone, and closed doors."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import accessible
import pytest
from playwright.sync_api import Browser, Page, expect

from clubmon.drill import planrows
from tests.browser.furnished import Served, serving
from tests.web.test_every_route import STRANGER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = 390
NOT_OPEN = "Not open to you"
NOTHING = "Nothing here"
CLOSED = [  # who, a page that is not theirs, the heading that they see instead of it
    ("coach", "/admin", NOT_OPEN),
    ("coach", "/referrals", NOT_OPEN),
    ("coach", "/athlete/{athlete_b}", NOTHING),
    ("coach", "/athlete/{athlete}/clearance", NOTHING),
    ("outsider", "/athlete/{athlete}", NOTHING),
    ("outsider", "/rules/{team}/spike-run_m", NOTHING),
    ("physio", "/admin", NOT_OPEN),
    ("physio", "/rules", NOT_OPEN),
    ("physio", "/athlete/{athlete}/data", NOTHING),
    ("athlete", "/today", NOT_OPEN),
    ("athlete", "/squad", NOT_OPEN),
    ("athlete", "/athlete/{reserved}/home", NOTHING),
    ("guardian", "/athlete/{athlete}/home", NOTHING),
    ("guardian", "/week", NOT_OPEN),
    ("admin", "/today", NOT_OPEN),
    ("admin", "/athlete/{athlete}", NOTHING),
    ("nobody", "/accounting", NOT_OPEN),
    (STRANGER, "/today", "Sign in"),
    (STRANGER, "/athlete/{athlete}", "Sign in"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Served]:
    """A club in which everybody trained, and is tight, and nobody has a drill yet."""
    with serving(tmp_path_factory.mktemp("club"), browser, lambda club: None) as made:
        yield made


def mailed(served: Served) -> str:
    """The path of the link that is mailed to the coach, once it is: the answer comes before it."""
    until = time.monotonic() + 20
    while not served.club.mails and time.monotonic() < until:
        time.sleep(0.05)
    rows = served.club.store.rows("SELECT body_text FROM app.message WHERE kind = 'login_link'")
    found = re.search(r"/signin/[\w-]+", rows[0]["body_text"])
    assert found
    return found[0]


def no_wider(page: Page) -> None:
    """Nothing is wider than the window."""
    page.wait_for_load_state("networkidle")
    assert accessible.sideways(page) == 0, page.url


def test_a_coach_comes_from_the_mail_and_assigns_the_drill_that_the_athlete_then_finds(
    served: Served,
) -> None:
    coach = served.page(STRANGER, PHONE)
    coach.goto(served.url)
    coach.get_by_label("Your e-mail address in the club").fill("coach@example.org")
    coach.get_by_role("button", name="Mail me a link").click()
    expect(coach.get_by_role("heading", name="Look in your mail")).to_be_visible()
    coach.goto(served.url + mailed(served))
    coach.get_by_role("button", name="Sign me in").click()

    expect(coach.get_by_role("heading", name="Tuesday 17 November")).to_be_visible()
    assert coach.url == f"{served.url}/today"
    mine = coach.locator(".talks .entry", has=coach.get_by_role("heading", name="Athlete"))
    expect(mine.locator(".reasons li").first).to_contain_text("Left hamstring 6/10")
    no_wider(coach)
    coach.get_by_role("button", name="Assign D3 to Athlete", exact=True).click()
    expect(coach.get_by_text("Assigned. It runs from today.")).to_be_visible()
    no_wider(coach)
    coach.context.close()

    (course,) = planrows.courses(served.club.store, [served.club.ids["athlete"]])[
        served.club.ids["athlete"]
    ]
    assert course.plan.drills == ("D3",)
    athlete = served.page("athlete", PHONE)
    athlete.goto(served.url)
    expect(athlete.get_by_role("region", name="Today’s drills")).to_be_visible()
    drills = athlete.get_by_role("region", name="Drills", exact=True)
    expect(drills).to_contain_text("under way")
    expect(drills).to_contain_text("nerve glide")
    athlete.context.close()


@pytest.mark.parametrize("who", ["athlete", "coach"])
def test_an_athletes_page_fits_a_phone_with_its_chart_and_the_numbers_behind_it(
    served: Served, who: str
) -> None:
    page = served.page(who, PHONE)
    page.goto(f"{served.url}/athlete/{served.club.ids['athlete']}")
    page.wait_for_selector("[data-drawn]")
    drawn = page.locator(".chart .bars path")
    assert drawn.count() > 30
    box = page.locator(".chart[data-drawn]").first.bounding_box()
    assert box is not None
    assert 200 < box["width"] <= PHONE
    table = page.locator("details", has_text="The numbers behind the drawing")
    expect(table.get_by_role("table")).to_be_hidden()
    table.locator("summary").click()
    expect(table.get_by_role("rowheader", name="Mon 16 Nov").first).to_be_visible()
    no_wider(page)
    page.context.close()


@pytest.mark.parametrize("who", sorted({who for who, _, _ in CLOSED}))
def test_a_page_that_is_not_theirs_says_so_and_shows_nothing_of_it(
    served: Served, who: str
) -> None:
    page = served.page(who, PHONE)
    for whose, where, heading in CLOSED:
        if whose == who:
            answer = page.goto(served.url + where.format_map(served.club.ids))
            assert answer is not None
            code = {NOT_OPEN: 403, NOTHING: 404}.get(heading, 200)
            assert (where, answer.status) == (where, code)
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            assert page.get_by_role("table").count() == 0
            assert accessible.sideways(page) == 0
    page.context.close()
