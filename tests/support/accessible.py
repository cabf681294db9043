"""What axe-core, a keyboard and a narrow phone have to say of a page."""

from __future__ import annotations

import json
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")  # all that a scheme changes
NARROWEST, PHONE, DESKTOP = 360, 390, 1280
VARIANTS: tuple[tuple[int, Literal["light", "dark"], tuple[str, ...]], ...] = (
    (PHONE, "light", LEVELS),
    (PHONE, "dark", COLOURS),
    (DESKTOP, "dark", COLOURS),
    (DESKTOP, "light", LEVELS),
)
FOLDS = "for (const fold of document.querySelectorAll('details')) fold.open = true"
# What may scroll in its frame: every day of six weeks beside each other, a file as it stands.
SCROLLS = """() => [...document.querySelectorAll(".scroll:not(:has(.dense, .as-it-stands))")]
  .filter(frame => frame.scrollWidth > frame.clientWidth)
  .map(frame => frame.innerText.slice(0, 60))"""
SHOWN = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  if (at === document.body) return null;
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return { at: at.outerHTML.slice(0, 120), drawn: drawn || style.boxShadow !== "none" };
}"""


def complaints(page: Page) -> list[str]:
    """What axe finds on a phone and on a desktop in light and dark, folds open; then 360 px:
    neither the page nor a table in it scrolls sideways there.
    """
    page.evaluate(AXE_SCRIPT)
    page.evaluate(FOLDS)
    found = []
    for width, scheme, rules in VARIANTS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} {scheme}: {one}" for one in _axe(page, scheme, rules)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    found += [f"a table scrolls at 360 px: {one}" for one in page.evaluate(SCROLLS)]
    return [*found, *(["wider than 360 px"] if sideways(page) else [])]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def _axe(page: Page, scheme: Literal["light", "dark"], rules: tuple[str, ...]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    kind = "rule" if rules == COLOURS else "tag"
    options = {"runOnly": {"type": kind, "values": rules}, "resultTypes": ["violations"]}
    answer: dict[str, Any] = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{broken['id']} {node['target']}: {node['failureSummary']}"
        for broken in answer["violations"]
        for node in broken["nodes"]
    ]


def walk(page: Page, most: int) -> list[str]:
    """Go through a page with the Tab key; what is wrong on the way: a trap, or focus unseen."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    before: str | None = None
    wrong: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate(SHOWN)
        if now is None:
            return wrong
        if now["at"] == before:
            wrong.append(f"stays at {before}")
        if not now["drawn"]:
            wrong.append(f"focus is not seen on {now['at']}")
        before = now["at"]
    return [*wrong, f"not at the end after {most} stops"]
