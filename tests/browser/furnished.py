"""A club in which pages have something to show, served, and a browser to be its people in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page
from uuid6 import uuid7
from werkzeug.serving import make_server

from clubmon.club import people, signin
from clubmon.flag import flagging
from clubmon.load import marts
from clubmon.settings import load
from clubmon.storage.store import Store
from tests.conftest import record_sessions
from tests.web.conftest import Club, fill
from tests.web.happenings import STEADY, answer
from tests.web.test_every_route import ATHLETES, STRANGER


@dataclass
class Served:
    """The club, its address and the browser that looks at it."""

    club: Club
    url: str
    browser: Browser

    def page(self, who: str, width: int = 1280) -> Page:
        """A page of somebody's; STRANGER: of nobody who is signed in."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        if who != STRANGER:
            signer = self.club.app.session_interface.get_signing_serializer(self.club.app)  # type: ignore[attr-defined]
            session = signin.begin(self.club.store, self.club.ids[who], self.club.now)
            cookie = str(signer.dumps({"session_id": session}))
            context.add_cookies([{"name": "clubmon", "value": cookie, "url": self.url}])
        return context.new_page()


@contextmanager
def serving(folder: Path, browser: Browser, happens: Callable[[Club], object]) -> Iterator[Served]:
    """The people of the pages' tests, what happened to them, and one night."""
    settings = load(folder, timezone="Europe/Berlin")
    club = fill(Club(Store(settings.data), settings))
    train(club)
    happens(club)
    night(club)
    server = make_server("127.0.0.1", 0, club.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Served(club, f"http://127.0.0.1:{server.server_port}", browser)
    server.shutdown()
    club.store.close()


def train(club: Club) -> None:
    """Eight weeks of loads of every athlete, and answers of a tight leg for three days."""
    today = people.local_today(club.settings, None, club.now)
    for who in ATHLETES:
        record_sessions(club.store, club.ids[who], today - timedelta(days=1), km=STEADY)
        for back, score in enumerate((6, 5, 4)):
            answer(club, who, back, score)


def night(club: Club) -> None:
    """The figures, the flags and the note that the night's work is done."""
    today = people.local_today(club.settings, None, club.now)
    marts.rebuild(club.store, today, club.now)
    flagging.flag(club.store, club.settings, today, club.now)
    club.store.execute(
        "app",
        "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, 'done', '{}', NULL)",
        [str(uuid7()), today, club.now, club.now],
    )
