"""The check-in in a real browser on a phone: tapped, cut off, sent again; and what it weighs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from athlete_phone import Phone
from finger import Finger
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clubmon.club import links

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGEST = 60_000  # bytes of page, styles and script together, before any compression
STORED = "JSON.stringify(Object.entries(sessionStorage))"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone 390 px wide with a touch screen."""
    opened = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_a_calm_day_takes_four_taps(phone: Phone, page: Page, address: str) -> None:
    page.goto(address)
    finger = Finger(page)
    finger.slide("Left leg", 0)
    finger.slide("Right leg", 1)
    finger.tick("Rest")
    finger.press("Send")
    expect(page.get_by_text("Nothing to discuss today.")).to_be_visible()
    assert finger.taps == 4
    (row,) = phone.rows("checkin")
    assert (row["left_score"], row["right_score"], row["yesterday"]) == (0, 1, "rest")


def test_a_cut_connection_keeps_the_answers_and_sending_again_stores_them_once(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    finger = Finger(page)
    finger.place("left", "middle")
    finger.slide("Left leg", 2)
    finger.slide("Right leg", 0)
    page.context.set_offline(True)
    finger.press("Send")
    expect(page.get_by_role("alert")).to_contain_text("Not sent: the club could not be reached.")
    assert phone.rows("checkin") == []
    page.context.set_offline(False)
    finger.press("Send again")
    expect(page.get_by_text("Nothing to discuss today.")).to_be_visible()
    assert finger.taps == 5
    (row,) = phone.rows("checkin")
    assert (row["left_score"], row["left_place"], row["right_score"]) == (2, "middle", 0)


def test_answers_outlive_a_reload_and_are_wiped_once_the_club_has_them(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    Finger(page).slide("Left leg", 2)
    assert '"left","2"' in page.evaluate(STORED).replace("\\", "")
    page.reload()
    expect(page.get_by_role("slider", name="Left leg")).to_have_value("2")
    Finger(page).press("Send")
    expect(page.get_by_text("Nothing to discuss today.")).to_be_visible()
    assert page.evaluate(STORED) == "[]"


def test_an_answer_whose_receipt_was_lost_is_stored_once_after_a_reload(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    Finger(page).slide("Left leg", 2)

    def lose(route: object) -> None:
        if route.request.method == "POST":  # type: ignore[attr-defined]
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/checkin/*", lose)
    Finger(page).press("Send")
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    page.unroute("**/checkin/*")
    page.reload()
    Finger(page).press("Send")
    expect(page.get_by_text("Nothing to discuss today.")).to_be_visible()
    assert [row["left_score"] for row in phone.rows("checkin")] == [2]


def test_what_one_athlete_left_unsent_is_never_shown_to_another(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    Finger(page).slide("Left leg", 7)
    other = phone.teammate("Bea Lind")
    page.goto(address.replace(phone.token, links.token(phone.settings, "checkin", other)))
    slider = page.get_by_role("slider", name="Left leg")
    expect(slider).to_have_attribute("aria-valuetext", "no answer yet")
    assert page.evaluate(STORED) == "[]"


def test_not_answered_is_not_0_for_a_screen_reader_and_on_the_keyboard(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    slider = page.get_by_role("slider", name="Left leg")
    expect(slider).to_have_attribute("aria-valuetext", "no answer yet")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 of 10")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "1 of 10")
    page.get_by_role("button", name="Clear Left leg").click()
    expect(slider).to_have_attribute("aria-valuetext", "no answer yet")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was answered yet")
    assert phone.rows("checkin") == []


def test_a_place_that_is_tapped_again_is_taken_back(page: Page, address: str) -> None:
    page.goto(address)
    finger = Finger(page)
    finger.place("right", "upper")
    upper = page.get_by_role("group", name="Where it is tight on the Right leg").get_by_role(
        "radio", name="upper"
    )
    expect(upper).to_be_checked()
    finger.place("right", "upper")
    expect(upper).not_to_be_checked()


def test_the_two_lists_follow_on_the_same_page_and_advice_is_read_out(
    phone: Phone, page: Page, address: str
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    finger = Finger(page)
    finger.slide("Left leg", 6)
    finger.press("Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two lists before anything else")
    finger.tick("A hot, swollen or tender calf")
    finger.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("See a doctor or the club's clinician today.")
    assert len(phone.rows("referral")) == 1
    assert complaints == []


def test_the_whole_check_in_weighs_little(page: Page, address: str) -> None:
    weights: list[int] = []
    page.on("response", lambda response: weights.append(len(response.body())))
    page.goto(address, wait_until="networkidle")
    assert len(weights) >= 4
    assert sum(weights) <= LARGEST
