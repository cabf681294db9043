"""`make bench-checkin`: how long a check-in takes on a phone, in taps and in waiting.

A real server on the loopback and a phone-sized Chromium with its processor slowed. Waiting is
measured. What a person takes per tap, to read, to find and to hit, is a number that is stated.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from athlete_phone import of_ada
from finger import Finger
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from clubmon.settings import load
from clubmon.storage.store import Store
from tests.bench import pagetext

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
TITLE = "## The check-in"
CHROMIUM = os.environ.get("CLUBMON_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SLOWED = 4
MAILS_SAY_S = 20
TAP_S = 2.5  # of a person who reads along; by heart it is nearer to one
QUESTIONS = ("limits", "after_eccentric", "neural", "pelvic", "when")
FITS = {"neural": ("after_sitting", "eases_walking"), "after_eccentric": ("no",)}


@dataclass
class Took:
    """One check-in: its taps, and the seconds that were waited for the club."""

    taps: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """With the person's own time for each tap."""
        return self.taps * TAP_S + sum(self.waits)


@dataclass
class Walk:
    """A finger on a page, with a watch for what it waits for."""

    page: Page
    took: Took = field(default_factory=Took)

    def __post_init__(self) -> None:
        self.finger = Finger(self.page)

    def waited(self, do: Callable[[], object]) -> None:
        """Do what makes the club answer, until the answer stands on the screen."""
        began = time.perf_counter()
        do()
        self.took.waits.append(time.perf_counter() - began)

    def press(self, name: str) -> None:
        """Send, and wait for another heading."""
        heading = self.page.get_by_role("heading", level=1)
        before = heading.inner_text()

        def sent() -> None:
            self.finger.press(name)
            expect(heading).not_to_have_text(before, timeout=60_000)

        self.waited(sent)


def calm(walk: Walk) -> None:
    """Both legs loose, a rest day: one page."""
    walk.finger.slide("Left leg", 0)
    walk.finger.slide("Right leg", 1)
    walk.finger.tick("Rest")
    walk.press("Send")


def tight(walk: Walk) -> None:
    """One leg tight in the middle: both lists, and every question up to a pattern with a drill."""
    finger = walk.finger
    finger.place("left", "middle")
    finger.slide("Left leg", 5)
    finger.slide("Right leg", 1)
    finger.tick("Rest")
    walk.press("Send")
    for name in ("list.refer", "list.strain"):
        finger.choose(name, "none")
    walk.press("Continue")
    for question in QUESTIONS:
        if not walk.page.locator(f'input[name="q.{question}"]:not([type=hidden])').count():
            continue
        for value in FITS.get(question, ("none",)):
            finger.choose(f"q.{question}", value)
        walk.press("Continue")


def walked(browser: Browser, address: str, steps: Callable[[Walk], None]) -> Took:
    """One check-in from the tap on the mail's link to the last answer's page."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    walk = Walk(page)
    walk.waited(lambda: page.goto(address))
    steps(walk)
    walk.took.taps = walk.finger.taps
    context.close()
    return walk.took


@contextmanager
def served() -> Iterator[str]:
    """The address of the morning's link of an athlete whose club has check-ins on."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(dir=os.environ.get("CLUBMON_BENCH")) as place:
        store = Store(Path(place))
        phone = of_ada(store, load(Path(place), timezone="Europe/Berlin"), datetime.now(UTC))
        server = make_server("127.0.0.1", 0, phone.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/checkin/{phone.token}"
        server.shutdown()
        store.close()


def quickest(browser: Browser, steps: Callable[[Walk], None], rounds: int) -> Took:
    """Of so many walks, each in a club of its own, the one that waited least."""
    found = []
    for _ in range(rounds):
        with served() as address:
            found.append(walked(browser, address, steps))
    return min(found, key=lambda one: one.seconds)


def section(rounds: int) -> str:
    """The section, measured now: a calm day and a tight one."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        found = {
            "Calm, a rest day": quickest(browser, calm, rounds),
            "Tight, both lists and every question": quickest(browser, tight, rounds),
        }
        browser.close()
    return "\n".join([*_head(rounds), *_rows(found), "", *_mails(found), ""])


def _head(rounds: int) -> list[str]:
    return [
        TITLE,
        "",
        f"Made by `make bench-checkin` on {datetime.now(UTC):%Y-%m-%d}: Chromium 390 px wide, its "
        f"processor slowed {SLOWED}",
        f"times, the service on the same machine, the quickest of {rounds}. Waiting is for the "
        "page and for each answer to what",
        f"was sent; {TAP_S} s are taken for each tap, reading included.",
        "",
        "| day | taps | waited, s | with the taps, s |",
        "| --- | ---: | ---: | ---: |",
    ]


def _rows(found: dict[str, Took]) -> list[str]:
    return [
        f"| {name} | {one.taps} | {sum(one.waits):.1f} | {one.seconds:.0f} |"
        for name, one in found.items()
    ]


def _mails(found: dict[str, Took]) -> list[str]:
    quick = next(iter(found.values()))
    kept = "holds" if quick.seconds <= MAILS_SAY_S else "does not hold"
    return [f"“Twenty seconds”, as mails say, {kept} for the calm day that most days are."]


def main() -> None:
    """Measure, print the section and write it where asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="also write docs/performance.md")
    asked.add_argument("--rounds", type=int, default=5)
    chosen = asked.parse_args()
    text = section(chosen.rounds)
    if chosen.write:
        page = pagetext.without(PAGE.read_text(encoding="utf-8"), TITLE)
        PAGE.write_text(f"{page}\n{text}", encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
