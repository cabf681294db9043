"""A finger on an athlete's phone in a real browser: it taps, and counts its taps."""

from __future__ import annotations

from playwright.sync_api import Page


class Finger:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def slide(self, name: str, score: int) -> None:
        """One tap on a slider where this score is."""
        slider = self.page.get_by_role("slider", name=name)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        thumb = 28
        at = box["x"] + thumb / 2 + (box["width"] - thumb) * score / 10
        self.page.touchscreen.tap(at, box["y"] + box["height"] / 2)
        self.taps += 1

    def place(self, leg: str, where: str) -> None:
        """One tap on the picture, in the middle of the leg rather than on the word."""
        self.page.locator(f".{leg}-side .{where}").scroll_into_view_if_needed()
        box = self.page.locator(f".{leg}-{where}").first.bounding_box()
        assert box
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.taps += 1

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).tap()
        self.taps += 1

    def choose(self, name: str, value: str) -> None:
        """One tap on the words beside an answer of a question."""
        answer = self.page.locator(f'input[name="{name}"][value="{value}"]')
        self.page.locator("label").filter(has=answer).first.tap()
        self.taps += 1

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).tap()
        self.taps += 1
