"""A wall display and the weekly report in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from clubmon.club import people, screens
from clubmon.settings import Settings
from clubmon.storage.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_wall_shows_the_team_at_once_and_says_when_its_link_is_over(
    site: Any, browser: Browser, store: Store, settings: Settings, now: datetime
) -> None:
    team = people.teams(store)[0]
    wanted = screens.Wanted("wall", "names", "Changing room", 7)
    id_ = screens.make(store, site.ids["coach"], team.team_id, wanted, now)
    (made,) = screens.in_force(store, [team.team_id], now)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site.url}/wall/{screens.address(settings, made).rsplit('/', 1)[1]}")
    expect(page.get_by_role("heading", name="First team")).to_be_visible()
    for name in ("Amara", "Jonas", "Maximiliane-Charlotte", "Rui"):
        expect(page.get_by_text(name, exact=True)).to_be_visible()
    size = page.get_by_text("Amara", exact=True).evaluate("e => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) >= 28
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollHeight <= innerHeight && {root}.scrollWidth <= innerWidth")
    assert page.context.cookies() == []
    assert complaints == []
    screens.revoke(store, team.team_id, id_, site.ids["coach"], now)
    page.reload()
    expect(page.get_by_text("This link is over.")).to_be_visible()
    page.close()


def test_the_report_is_read_on_a_phone_and_fits_on_lying_paper(
    site: Any, visit: Callable[..., Any]
) -> None:
    seen = visit("coach", "/report", 390)
    expect(seen.page.get_by_role("heading", name=re.compile("^First team, week"))).to_be_visible()
    root = "document.documentElement"
    assert seen.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    printed = seen.page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox\s*\[0 0 84\d(\.\d+)? 59\d", printed)  # A4, lying
    assert seen.complaints == []
