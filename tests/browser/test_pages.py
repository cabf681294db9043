"""The pages in a real browser: readable without script, drawn with it, quiet in the console."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clubmon.drill.drills import library

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = [360, 390, 1280]
PATHS = ["/today", "/athlete/{Amara Okafor}", "/squad", "/drills/D3", "/drills"]


def _path(site: Any, path: str) -> str:
    return path.format_map(site.ids)


def _overflow(page: Page) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways_or_complains(
    site: Any, visit: Callable[..., Any], path: str
) -> None:
    """Neither the console nor the policy for content has anything to say, at any width."""
    seen = visit("coach", _path(site, path))
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 900})
        seen.page.wait_for_load_state("networkidle")
        assert _overflow(seen.page) == 0, width
    seen.page.emulate_media(color_scheme="dark")
    seen.page.reload(wait_until="networkidle")
    assert seen.complaints == []


def test_a_chart_follows_the_width_of_the_window_and_keeps_its_height(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit("coach", _path(site, "/athlete/{Amara Okafor}")).page
    page.wait_for_selector("[data-drawn]", state="attached")
    drawing = page.locator(".chart .main-svg").first
    wide = drawing.bounding_box()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector('.chart .main-svg[width^="3"]')
    narrow = drawing.bounding_box()
    assert wide
    assert narrow
    assert narrow["height"] >= wide["height"]
    assert _overflow(page) == 0


def test_a_legend_stands_where_it_stood_once_a_narrow_window_is_wide_again(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit("coach", _path(site, "/athlete/{Amara Okafor}")).page
    page.wait_for_selector("[data-drawn]", state="attached")
    legend = page.locator(".chart .legend").first
    first, size = legend.bounding_box(), page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector('.chart .main-svg[width^="3"]')
    page.set_viewport_size(size)
    page.wait_for_selector('.chart .main-svg[width^="1"]')
    page.wait_for_timeout(300)  # until it is drawn for the second time
    assert legend.bounding_box() == first


@pytest.mark.parametrize("path", PATHS[:2])
def test_everything_is_readable_without_a_script(
    site: Any, visit: Callable[..., Any], path: str
) -> None:
    page = visit("coach", _path(site, path), java_script_enabled=False).page
    expect(page.get_by_text("Left hamstring 6/10").first).to_be_visible()
    if "athlete" in path:
        expect(page.locator("#chart-summary")).to_be_visible()
        page.get_by_text("The numbers behind the drawing").click()
        expect(page.get_by_role("rowheader", name="Mon 16 Nov").first).to_be_visible()


def test_the_chart_is_drawn_in_the_colours_of_the_theme(
    site: Any, visit: Callable[..., Any]
) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = visit("coach", _path(site, PATHS[1]), color_scheme=scheme).page
        page.wait_for_selector("[data-drawn]")
        assert page.locator(".chart .bars path").count() > 30
        line = page.locator(".chart .scatterlayer .js-line").first
        colours[scheme] = line.evaluate("e => getComputedStyle(e).stroke")
    assert colours == {"light": "rgb(11, 97, 89)", "dark": "rgb(89, 196, 182)"}


def test_the_chart_follows_when_the_theme_changes(site: Any, visit: Callable[..., Any]) -> None:
    seen = visit("coach", _path(site, PATHS[1]), color_scheme="light")
    seen.page.wait_for_selector("[data-drawn]")
    seen.page.emulate_media(color_scheme="dark")
    line = seen.page.locator(".chart .scatterlayer .js-line").first
    expect(line).to_have_css("stroke", "rgb(89, 196, 182)")
    assert seen.complaints == []


def test_the_chart_has_its_summary_as_description(site: Any, visit: Callable[..., Any]) -> None:
    page = visit("coach", _path(site, PATHS[1])).page
    page.wait_for_selector("[data-drawn]")
    chart = page.get_by_role("img", name="Amara Okafor: Running")
    expect(chart).to_have_attribute("aria-describedby", "chart-summary")
    expect(page.locator("#chart-summary")).to_contain_text("The last seven days hold")


def test_a_coach_marks_someone_as_talked_to(site: Any, visit: Callable[..., Any]) -> None:
    seen = visit("coach", "/today")
    seen.page.get_by_role("button", name="Talked to Amara Okafor").click()
    expect(seen.page.get_by_text("Amara Okafor: noted as talked to.")).to_be_visible()
    expect(seen.page.get_by_role("heading", name="Everyone has been talked to")).to_be_visible()
    assert seen.complaints == []


def test_a_coach_dismisses_with_a_reason_without_any_script(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit("coach", "/today", 390, java_script_enabled=False).page
    page.get_by_text("Dismiss…").first.click()
    page.get_by_label("Why").first.select_option("known")
    page.get_by_role("button", name="Dismiss", exact=True).first.click()
    expect(page.get_by_text("Amara Okafor: dismissed.")).to_be_visible()


def test_the_name_stays_while_the_grid_scrolls_on_a_phone(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit("coach", "/today", 390).page
    page.locator(".squad .scroll").evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    name = page.locator(".squad tbody th").first.bounding_box()
    assert name is not None
    assert name["x"] >= 0


def test_on_a_phone_the_menu_is_one_line_and_opens_without_any_script(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit("coach", "/today", 390, java_script_enabled=False).page
    bar = page.locator(".masthead").bounding_box()
    assert bar is not None
    assert bar["height"] < 64
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Outcomes").click()
    expect(page.get_by_role("heading", name="What came of plans")).to_be_visible()


def test_the_first_tab_stop_skips_to_the_content(site: Any, visit: Callable[..., Any]) -> None:
    page = visit("coach", "/today").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("drill_id", sorted(library()))
def test_a_drill_is_one_page_of_paper(site: Any, visit: Callable[..., Any], drill_id: str) -> None:
    printed = visit("coach", f"/drills/{drill_id}").page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Type /Pages\s*/Count (\d+)", printed) == [b"1"]


SQUAD_POINTS = {  # a mark per athlete and day; points; blocks; two bars per athlete
    "days": (".scatterlayer .point", 4 * 42),
    "change": (".scatterlayer path.point", 1),
    "weeks": (".bars path", 4 * 6),
    "coverage": (".bars path", 4 * 2),
}


def test_the_squads_charts_are_drawn_with_every_point(site: Any, visit: Callable[..., Any]) -> None:
    seen = visit("coach", "/squad", width=1280)
    for name, (selector, count) in SQUAD_POINTS.items():
        chart = seen.page.locator(f'[data-summary="{name}-summary"][data-drawn]')
        chart.wait_for()
        assert chart.locator(selector).count() == count, name
    assert seen.complaints == []


def test_a_mark_of_the_squad_opens_the_athlete(site: Any, visit: Callable[..., Any]) -> None:
    page = visit("coach", "/squad").page
    page.wait_for_selector('[data-summary="coverage-summary"][data-drawn]')
    page.locator('[data-summary="change-summary"] path.point').first.scroll_into_view_if_needed()
    box = page.locator('[data-summary="change-summary"] path.point').first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/athlete/" + site.ids["Amara Okafor"])
    page.wait_for_load_state("networkidle")
