"""A running service with a small club in it, and Debian's Chromium to look at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from uuid6 import uuid7
from werkzeug.serving import make_server

from clubmon.club import consenting, enrolling, people, signin
from clubmon.flag import flagging
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.web import create_app

STEADY = [8, 0, 10, 0, 8, 0, 14] * 8
JUMP = [*STEADY[:-7], 10, 0, 13, 0, 12, 0, 16]
LIFTS = [5, 0, 0, 5, 0, 0, 0] * 8


@dataclass
class Site:
    """The club's address, its people by name, and cookies to be one of them."""

    url: str
    ids: dict[str, str]
    cookie: Callable[[str], str]


@dataclass
class Visit:
    """A page opened in the browser and everything that it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def site(
    store: Store, settings: Settings, now: datetime, record: Callable[..., None]
) -> Iterator[Site]:
    """A coach, and athletes of whom each shows another part of the pages."""
    ids = _club(store, settings, now, record)
    app = create_app(store, settings, lambda: now + timedelta(minutes=5))
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(
        f"http://127.0.0.1:{server.server_port}",
        ids,
        lambda who: str(serializer.dumps({"session_id": signin.begin(store, ids[who], now)})),
    )
    server.shutdown()
    thread.join()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Open a path as someone, in a context of its own."""
    contexts: list[BrowserContext] = []

    def open_(who: str, path: str, width: int = 1280, **options: object) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_cookies([{"name": "clubmon", "value": site.cookie(who), "url": site.url}])
        found = Visit(context.new_page())
        page, complaints = found.page, found.complaints
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site.url, "data:"))
                else complaints.append(f"asked another host: {request.url}")
            ),
        )
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 200
        return found

    yield open_
    for context in contexts:
        context.close()


def _club(
    store: Store, settings: Settings, now: datetime, record: Callable[..., None]
) -> dict[str, str]:
    today = people.local_today(settings, None, now)
    team = enrolling.add_team(store, "First team", now)
    ids = {"coach": enrolling.add_person(store, "Kim Bauer", "kim@example.org", now)}
    enrolling.add_role(store, ids["coach"], Role.COACH, team, now)
    enrolling.set_medical_contact(store, team, ids["coach"], now)
    enrolling.switch_checkins(store, team, True, now)
    for name in ("Amara Okafor", "Jonas Weber", "Maximiliane-Charlotte von Hohenberg", "Rui Costa"):
        ids[name] = _athlete(store, name, team, now)
        ends = 7 if name == "Rui Costa" else 1
        km = JUMP if name == "Jonas Weber" else STEADY
        record(ids[name], today - timedelta(days=ends), km=km, tonnes=LIFTS)
    _answers(store, ids["Amara Okafor"], today, now)
    marts.rebuild(store, today, now)
    flagging.flag(store, settings, today, now)
    store.execute(
        "app",
        "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, 'done', '{}', NULL)",
        [str(uuid7()), today, now, now],
    )
    return ids


def _athlete(store: Store, name: str, team: str, now: datetime) -> str:
    email = f"{name.split()[0].lower()}@example.org"
    id_ = enrolling.add_person(store, name, email, now, born=date(2000, 1, 1), position="full back")
    enrolling.add_role(store, id_, Role.ATHLETE, team, now)
    for kind in Consent:
        consenting.record(store, id_, kind, True, id_, "athlete", None, now)
    return id_


def _answers(store: Store, athlete_id: str, today: date, now: datetime) -> None:
    for back, score in enumerate((6, 5, 4, 2, 1)):
        store.execute(
            "app",
            "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
            "left_place, something_else, refer_signs, strain_signs, pattern, drill_ids, known_at) "
            "VALUES (?, ?, ?, ?, 1, 'upper', false, '[]', '[]', 'neural', '[\"D3\"]', ?)",
            [str(uuid7()), athlete_id, today - timedelta(days=back), score,
             now - timedelta(days=back)],
        )  # fmt: skip
