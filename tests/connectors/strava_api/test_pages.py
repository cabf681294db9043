"""Strava in the pages, end to end: a yes, a night, the athlete alone, the club, and gone again."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from clubmon_strava import Strava
from flask import Flask
from flask.testing import FlaskClient
from strava_simulator import Simulator
from werkzeug.serving import make_server

from clubmon import jobs
from clubmon.club import consenting, enrolling, signin
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.sync import pull
from clubmon.web import create_app

ANNA = 134815
SOURCE = Strava.source
WAY_IN = re.compile(r'href="([^"]+/oauth/authorize[^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Pages:
    """The club with an athlete, a coach and an admin, its pages, and Strava beside it."""

    def __init__(self, store: Store, settings: Settings, strava: Simulator, clock: Any) -> None:
        self.store, self.settings, self.strava, self.clock = store, settings, strava, clock
        team = enrolling.add_team(store, "Team", clock())
        self.ids = {
            name: enrolling.add_person(
                store, name, f"{name}@example.org", clock(), born=date(2000, 1, 1)
            )
            for name in ("anna", "coach", "admin")
        }
        for name, role in (
            ("anna", Role.ATHLETE),
            ("coach", Role.COACH),
            ("admin", Role.ADMIN),
        ):
            enrolling.add_role(store, self.ids[name], role, team, clock())
        anna = self.ids["anna"]
        consenting.record(store, anna, Consent.LOAD, True, anna, "athlete", None, clock())
        self.app: Flask = create_app(store, settings, clock)
        self.page = f"/athlete/{anna}"

    def be(self, who: str) -> FlaskClient:
        """A client that is signed in."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["session_id"] = signin.begin(self.store, self.ids[who], self.clock())
        return client

    def see(self, who: str, path: str) -> str:
        """What a page says to somebody."""
        answer = self.be(who).get(path)
        assert answer.status_code == 200, answer.status
        return unescape(answer.get_data(as_text=True))

    def post(self, client: FlaskClient, page: str, path: str, **fields: str) -> None:
        """Press a button of a page."""
        found = TOKEN.search(client.get(page).get_data(as_text=True))
        assert found, f"no form on {page}"
        answer = client.post(path, data={"csrf_token": found[1], **fields})
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def connect(self, scope: str = "read,activity:read_all") -> str:
        """Anna presses the button, says yes at Strava and once more back here; what she reads."""
        self.strava.sign_in = (ANNA, scope)
        client = self.be("anna")
        shown = unescape(client.get(f"{self.page}/sources").get_data(as_text=True))
        assert "Connect with Strava" in shown
        found = WAY_IN.search(shown)
        assert found
        location = requests.get(found[1], allow_redirects=False, timeout=5).headers["Location"]
        back = urlsplit(location)
        answer = {name: values[0] for name, values in parse_qs(back.query).items()}
        self.post(client, f"{back.path}?{back.query}", back.path, **answer)
        return unescape(client.get(f"{self.page}/sources").get_data(as_text=True))

    def night(self) -> None:
        """Fetch and make the figures anew."""
        pull.everyone(self.store, self.settings, self.clock())
        jobs.rebuild(self.store, self.settings, self.clock(), from_raw=False)


@pytest.fixture
def pages(store: Store, settings: Settings, strava: Simulator, clock: Any) -> Pages:
    """The club, its pages open."""
    own = {SOURCE: strava.settings}
    known = load(settings.data, timezone="Europe/Berlin", connectors=own, port=8123)
    return Pages(store, known, strava, clock)


@pytest.fixture
def served(pages: Pages) -> Iterator[str]:
    """The address at which Strava reaches the club's webhook."""
    server = make_server("127.0.0.1", 0, pages.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/{SOURCE}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_the_button_to_the_squad_and_out_again(
    pages: Pages, strava: Simulator, served: str, clock: Any
) -> None:
    activity = strava.add(ANNA, start=clock.now - timedelta(hours=20))
    link = f"https://www.strava.com/activities/{activity['id']}"

    connected = pages.connect()
    assert "Disconnect Strava" in connected
    assert "the club settles with Strava" in connected
    assert [line in connected for line in Strava.terms] == [True] * 5
    assert "paid Strava subscription" not in connected, "that is for whoever sets it up"
    pages.night()
    own = pages.see("anna", pages.page)
    assert link in own
    assert "View on Strava" in own
    seen = pages.see("coach", pages.page)
    assert ["Strava" in seen, "10.0" in seen] == [False, False]
    assert pages.store.rows("SELECT 1 AS one FROM lake.staging.session") == []

    admin = pages.be("admin")
    record = {"permitted_by": "Strava", "permitted_on": "2026-11-02", "reference": "ticket 77"}
    place = "/admin/connections"
    pages.post(admin, place, f"/admin/sources/{SOURCE}/mode", mode="club", **record)
    shown = pages.see("admin", place)
    assert "permitted by Strava" in shown
    assert "calls are left until" in shown
    assert "paid Strava subscription" in shown
    pages.night()
    assert "10.0" in pages.see("coach", pages.page)

    assert strava.subscribe(served)
    strava.withdraw(ANNA)
    gone = {"object_type": "athlete", "object_id": ANNA, "updates": {"authorized": "false"}}
    assert strava.deliver(aspect_type="update", owner_id=ANNA, **gone)
    assert strava.deliveries == 1
    pull.by_day(pages.store, pages.settings, clock())
    pages.night()
    assert "10.0" not in pages.see("coach", pages.page)
    assert "Connect with Strava" in pages.see("anna", f"{pages.page}/sources")
    assert pages.store.rows("SELECT 1 AS one FROM lake.raw.session") == []


def test_an_unticked_permission_is_said_on_the_page(pages: Pages, strava: Simulator) -> None:
    shown = pages.connect("read,activity:read")
    assert "'View data about your private activities' ticked" in shown
    assert "Connect with Strava" in shown


def test_a_webhook_answers_whoever_knows_the_word_and_writes_an_event_down_once(
    pages: Pages, strava: Simulator, served: str
) -> None:
    activity = strava.add(ANNA)
    pages.connect()
    assert not strava.subscribe(served, verify_token="guess")
    assert strava.subscribe(served)
    event = {"object_id": activity["id"], "owner_id": ANNA, "event_time": 1_795_000_000}
    assert [strava.deliver(**event), strava.deliver(**event)] == [True, True]
    strangers = {**event, "subscription_id": 1, "event_time": 1_795_000_001}
    assert strava.deliver(**strangers), "acknowledged, or it would come again"
    assert len(pages.store.rows("SELECT 1 AS one FROM app.hint")) == 1
