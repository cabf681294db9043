"""Every kind of page, for everybody who may open it: axe-core, the keyboard and 360 px agree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import accessible
import pytest
from playwright.sync_api import Browser, Page
from uuid6 import uuid7
from werkzeug.serving import make_server

from clubmon import flagging, marts, people, planning, signin
from clubmon.planning import Tap
from clubmon.settings import load
from clubmon.store import Store
from tests.conftest import record_sessions
from tests.web.conftest import START, Club, fill
from tests.web.test_every_route import EXPECTED, STRANGER, path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READERS = (STRANGER, "coach", "physio", "athlete", "guardian", "admin")
NO_PAGES = ("/static/", "/healthz", "/hooks/", "/connect/", ".json", ".pdf")
SHOWN_EACH_THEIR_OWN = {  # else a page is looked at as the first of READERS who may open it
    "/today",
    "/athlete/<athlete_id>",
    "/athlete/<athlete_id>/home",
}
STEADY = [8, 0, 10, 0, 8, 0, 14] * 8
KEYBOARD = {  # pages with most to stop at, and no more stops than that
    "coach": ("/today", 120),
    "physio": ("/referrals", 60),
    "admin": ("/admin", 60),
}


@dataclass
class Served:
    """The club, its address and the browser that looks at it."""

    club: Club
    url: str
    browser: Browser

    def page(self, who: str) -> Page:
        """A page of somebody's; STRANGER: of nobody who is signed in."""
        context = self.browser.new_context()
        if who != STRANGER:
            signer = self.club.app.session_interface.get_signing_serializer(self.club.app)  # type: ignore[attr-defined]
            session = signin.begin(self.club.store, self.club.ids[who], self.club.now)
            cookie = str(signer.dumps({"session_id": session}))
            context.add_cookies([{"name": "clubmon", "value": cookie, "url": self.url}])
        return context.new_page()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Served]:
    """A club in which every page has something to show."""
    settings = load(tmp_path_factory.mktemp("club"), timezone="Europe/Berlin")
    club = fill(Club(Store(settings.data), settings))
    furnish(club)
    server = make_server("127.0.0.1", 0, club.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Served(club, f"http://127.0.0.1:{server.server_port}", browser)
    server.shutdown()
    club.store.close()


def furnish(club: Club) -> None:
    """Loads and answers of all, flags, a referral, a running plan, one that got worse, a night."""
    today = people.local_today(club.settings, None, club.now)
    for who in ("athlete", "reserved", "minor", "athlete_b"):
        record_sessions(club.store, club.ids[who], today - timedelta(days=1), km=STEADY)
        for back, score in enumerate((6, 5, 4)):
            answer(club, who, back, score)
    drilled = (club.store, club.settings)
    worse = planning.assign(*drilled, club.ids["reserved"], ["D3"], club.ids["physio"], club.now)
    planning.tap(*drilled, worse.plan_id, worse.start, Tap("worse"), "", club.now)
    planning.assign(*drilled, club.ids["athlete"], ["D3"], club.ids["coach"], club.now)
    marts.rebuild(club.store, today, club.now)
    flagging.flag(club.store, club.settings, today, club.now)
    club.refer("minor")
    club.store.execute(
        "app",
        "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, 'done', '{}', NULL)",
        [str(uuid7()), today, club.now, club.now],
    )


def answer(club: Club, who: str, back: int, score: int) -> None:
    """A check-in of so many days ago that leads to a drill."""
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "left_place, something_else, refer_signs, strain_signs, pattern, drill_ids, known_at) "
        "VALUES (?, ?, ?, ?, 1, 'upper', false, '[]', '[]', 'neural', '[\"D3\"]', ?)",
        [str(uuid7()), club.ids[who], START.date() - timedelta(days=back), score,
         START - timedelta(days=back)],
    )  # fmt: skip


def pages(club: Club, who: str) -> list[str]:
    """Addresses of the kinds of pages to look at as this reader."""
    about = "minor" if who == "guardian" else "athlete"
    return [
        path(club, "GET", rule, about)
        for method, rule in EXPECTED
        if method == "GET" and not any(part in rule for part in NO_PAGES) and _looks(who, rule)
    ]


def _looks(who: str, rule: str) -> bool:
    """Whether this reader may open it, and is the first who may or sees it in another way."""
    may = readers(rule)
    return who in may and (who == may[0] or rule in SHOWN_EACH_THEIR_OWN)


def readers(rule: str) -> list[str]:
    """Who may open it, of READERS; the guardian that of the minor."""
    allowed = EXPECTED["GET", rule]
    of_child = allowed["minor"] if isinstance(allowed, dict) else allowed
    of_adult = allowed["athlete"] if isinstance(allowed, dict) else allowed
    return [who for who in READERS if who in (of_child if who == "guardian" else of_adult)]


@pytest.mark.parametrize("who", READERS)
def test_nothing_is_found_on_a_page_in_light_or_dark_wide_or_narrow(
    served: Served, who: str
) -> None:
    page = served.page(who)
    found = {}
    for where in [*pages(served.club, who), "/nowhere"]:
        page.goto(served.url + where)
        wrong = accessible.complaints(page)
        if wrong:
            found[where] = wrong
    page.context.close()
    assert found == {}


@pytest.mark.parametrize("who", KEYBOARD)
def test_the_tab_key_goes_through_a_page_and_shows_where_it_is(served: Served, who: str) -> None:
    where, most = KEYBOARD[who]
    page = served.page(who)
    page.goto(served.url + where)
    wrong = accessible.walk(page, most)
    page.context.close()
    assert wrong == []


FAULTS = """<!doctype html><html lang="en"><title>t</title><main><h1>h</h1>
<p style="color:#999;background:#fff">pale</p><input>
<a href="#x" style="outline:none">seen nowhere</a><div style="width:500px">wide</div></main>"""


def test_a_page_with_faults_is_found_out(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FAULTS)
    found = " ".join(accessible.complaints(page))
    for fault in (
        "390 light: color-contrast",
        "1280 light: color-contrast",
        "390 dark: color-contrast",
        "label",
        "wider than",
    ):
        assert fault in found
    assert "focus is not seen on <a" in " ".join(accessible.walk(page, 5))
    page.close()
