"""Every kind of page, for everybody who may open it: axe-core, the keyboard and 360 px agree."""

from __future__ import annotations

from collections.abc import Iterator

import accessible
import pytest
from playwright.sync_api import Browser

from tests.browser.furnished import Served, serving
from tests.web.conftest import Club
from tests.web.happenings import treat
from tests.web.test_every_route import EXPECTED, STRANGER, path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READERS = (STRANGER, "coach", "physio", "athlete", "guardian", "admin")
NO_PAGES = ("/static/", "/healthz", "/hooks/", "/connect/", ".json", ".pdf")
SHOWN_EACH_THEIR_OWN = {  # else a page is looked at as the first of READERS who may open it
    "/today",
    "/athlete/<athlete_id>",
    "/athlete/<athlete_id>/home",
}
KEYBOARD = {  # pages with most to stop at, and no more stops than that
    "coach": ("/today", 120),
    "physio": ("/referrals", 60),
    "admin": ("/admin", 60),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Served]:
    """A club in which every page has something to show."""
    with serving(tmp_path_factory.mktemp("club"), browser, treat) as made:
        yield made


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
<a href="#x" style="outline:none">seen nowhere</a><div style="width:500px">wide</div>
<div class="scroll" style="overflow:auto;width:99px"><p style="width:200px">beside</p></div>
</main>"""


def test_a_page_with_faults_is_found_out(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FAULTS)
    found = " ".join(accessible.complaints(page))
    for fault in (
        "390 light: color-contrast",
        "1280 light: color-contrast",
        "390 dark: color-contrast",
        "1280 dark: color-contrast",
        "label",
        "wider than",
        "a table scrolls at 360 px: beside",
    ):
        assert fault in found
    assert "focus is not seen on <a" in " ".join(accessible.walk(page, 5))
    page.close()
