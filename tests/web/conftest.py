"""A small club with somebody in every role, and a way to be each of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from athlete_phone import Phone, of_ada
from flask import Flask
from flask.testing import FlaskClient
from uuid6 import uuid7
from werkzeug.serving import make_server

from clubmon.club import consenting, enrolling, signin
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Connection, Store
from clubmon.web import create_app
from tests.conftest import copied

START = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SPIKE = {"v7": 54000, "base": 41000}
TIGHT_DAY = {
    "date": "2026-11-16",
    "left": 6,
    "right": 1,
    "left_place": "upper",
    "right_place": None,
    "runs_normally": True,
}
ADULT, CHILD = date(2000, 5, 1), date(2012, 5, 1)


@dataclass
class Club:
    """The club, its application and its clock. `ids` maps who to a person's or team's id."""

    store: Store
    settings: Settings
    now: datetime = START
    mails: int = 0
    nights: int = 0
    asked: int = 0  # how often a source was to be asked
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: Flask = create_app(
            self.store,
            self.settings,
            lambda: self.now,
            self._mail,
            self._night,
            on_sources=self._source,
        )

    def later(self, **units: float) -> None:
        """Move the clock: minutes=, hours=, days=."""
        self.now += timedelta(**units)

    def be(self, who: str | None) -> FlaskClient:
        """A client that is signed in as this person; None: nobody."""
        client = self.app.test_client()
        if who is not None:
            with client.session_transaction() as session:
                session["session_id"] = signin.begin(self.store, self.ids[who], self.now)
        return client

    def post(self, client: FlaskClient, path: str, page: str, **fields: object) -> Posted:
        """Post a form to `path` with the token of the form on `page`."""
        found = TOKEN.search(client.get(page).get_data(as_text=True))
        assert found, f"no form on {page}"
        data: dict[str, Any] = {"csrf_token": found[1], **fields}
        response = client.post(path, data=data, buffered=True)
        return Posted(response.status_code, response.get_data(as_text=True), response.location)

    def consents(self, who: str) -> frozenset[Consent]:
        """What counts now for this athlete."""
        subject = consenting.subject(self.store, self.settings, self.ids[who], self.now)
        assert subject is not None
        return subject.consents

    def audited(self) -> list[str]:
        """Actions in the audit log, oldest first."""
        rows = self.store.rows("SELECT action FROM app.audit ORDER BY known_at, audit_id")
        return [row["action"] for row in rows]

    def refer(self, who: str, urgency: str = "same_day", **answers: object) -> str:
        """An open referral of this athlete with the check-in behind it."""
        checkin_id, referral_id = str(uuid7()), str(uuid7())
        given: dict[str, object] = {
            "left_score": 6,
            "left_place": "upper",
            "something_else": False,
            "refer_signs": '["calf"]',
            "strain_signs": "[]",
            **answers,
        }
        names = ", ".join(given)
        marks = ", ".join("?" for _ in given)
        athlete = self.ids[who]
        self.store.execute(
            "app",
            f"INSERT INTO app.checkin (checkin_id, athlete_id, local_date, known_at, {names}) "
            f"VALUES (?, ?, ?, ?, {marks})",
            [checkin_id, athlete, self.now.date(), self.now, *given.values()],
        )
        self.store.execute(
            "app",
            "INSERT INTO app.referral "
            "(referral_id, athlete_id, checkin_id, pattern, urgency, known_at) "
            "VALUES (?, ?, ?, 'refer', ?, ?)",
            [referral_id, athlete, checkin_id, urgency, self.now],
        )
        return referral_id

    def flag(self, who: str, *, uses_tightness: bool = False) -> str:
        """A flag of this athlete; asked for again on the same morning, the same one."""
        rule = "tightness" if uses_tightness else "spike"
        there = self.store.row(
            "SELECT flag_id FROM app.flag WHERE athlete_id = ? AND morning = ? AND rule = ?",
            [self.ids[who], self.now.date(), rule],
        )
        if there:
            return str(there["flag_id"])
        flag_id = str(uuid7())
        self.store.execute(
            "app",
            "INSERT INTO app.flag VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, NULL, ?)",
            [
                flag_id,
                self.ids[who],
                self.now.date(),
                2 if uses_tightness else 1,
                rule,
                "" if uses_tightness else "run_m",
                uses_tightness,
                json.dumps({"days": [TIGHT_DAY]} if uses_tightness else SPIKE),
                self.now,
            ],
        )
        return flag_id

    def plan(self, who: str, *drills: str) -> str:
        """A plan of this athlete that begins today; asked for again, the same one."""
        athlete_id = self.ids[who]
        there = self.store.row("SELECT plan_id FROM app.plan WHERE athlete_id = ?", [athlete_id])
        if there:
            return str(there["plan_id"])
        plan_id, start = str(uuid7()), self.now.date()
        self.store.execute(
            "app",
            "INSERT INTO app.plan VALUES (?, ?, ?, 'neural', '', ?, ?, 1, NULL, 5, 1, ?, ?)",
            [
                plan_id,
                athlete_id,
                json.dumps(drills or ("D3",)),
                start,
                start + timedelta(days=13),
                self.ids["coach"],
                self.now,
            ],
        )
        return plan_id

    def _mail(self) -> None:
        self.mails += 1

    def _source(self) -> None:
        self.asked += 1

    def _night(self) -> None:
        self.nights += 1


@dataclass(frozen=True)
class Posted:
    """What came back."""

    status: int
    text: str
    location: str | None


def fill(club: Club) -> Club:
    """Somebody in every role; athletes: athlete, reserved, minor (team A), athlete_b (team B)."""
    team = {name: enrolling.add_team(club.store, f"Team {name}", START) for name in ("A", "B")}
    _person(club, "admin", (Role.ADMIN, ""))
    _person(club, "coach", (Role.COACH, team["A"]))
    _person(club, "physio", (Role.PHYSIO, team["A"]))
    _person(club, "outsider", (Role.COACH, team["B"]))
    _person(club, "guardian")
    _person(club, "nobody")
    for name, born, of in (
        ("athlete", ADULT, "A"),
        ("reserved", ADULT, "A"),
        ("minor", CHILD, "A"),
        ("athlete_b", ADULT, "B"),
    ):
        _person(club, name, (Role.ATHLETE, team[of]), born=born)
    enrolling.add_guardian(club.store, club.ids["guardian"], club.ids["minor"], START)
    enrolling.set_medical_contact(club.store, team["A"], club.ids["physio"], START)
    enrolling.switch_checkins(club.store, team["A"], True, START)
    club.ids |= {"team": team["A"], "team_b": team["B"]}
    for name in ("athlete", "athlete_b"):
        _agree(club, name, name, "athlete", *Consent)
    _agree(club, "reserved", "reserved", "athlete", Consent.LOAD, Consent.HEALTH)
    _agree(club, "minor", "guardian", "guardian", *Consent)
    return club


def _person(club: Club, name: str, *roles: tuple[Role, str], born: date | None = None) -> None:
    said = name.replace("_", " ").title()
    id_ = enrolling.add_person(club.store, said, f"{name}@example.org", START, born=born)
    club.ids[name] = id_
    for role, team_id in roles:
        enrolling.add_role(club.store, id_, role, team_id, START)


def _agree(club: Club, name: str, by: str, role: str, *kinds: Consent) -> None:
    for kind in kinds:
        consenting.record(club.store, club.ids[name], kind, True, club.ids[by], role, None, START)


def _train(club: Club, who: str) -> None:
    """A run of 8 km every third day for eight weeks."""
    days = [START - timedelta(days=back) for back in range(1, 57, 3)]
    payload = [club.ids[who], f"sha-{who}", "runs.csv", "files", "1", 1, "club", len(days), 0]
    columns = (
        "session_id, athlete_id, sha256, audience, source, source_id, kind, sport, start_utc, "
        "start_local, local_date, distance_m, moving_s, known_at"
    )

    def write(con: Connection) -> None:
        con.execute(
            "INSERT INTO lake.raw.payload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*payload, START]
        )
        for day in days:
            local = day.replace(tzinfo=None)
            row: list[object] = [
                f"{who}-{local:%j}",
                club.ids[who],
                f"sha-{who}",
                "club",
                "fit",
                f"{local:%j}",
            ]
            row += ["run", "running", day, local, local.date(), 8000, 2600, START]
            con.execute(
                f"INSERT INTO lake.raw.session ({columns}) VALUES ({', '.join('?' * len(row))})",
                row,
            )

    club.store.write("lake", write)


@pytest.fixture(scope="session")
def people_only(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Club:
    """The club as it was filled, closed: to be copied."""
    settings = load(tmp_path_factory.mktemp("filled") / "data", timezone="Europe/Berlin")
    with copied(empty_folder, settings) as store:
        return fill(Club(store, settings))


Further = Callable[[Callable[[Club], object]], Club]


@pytest.fixture(scope="session")
def further(people_only: Club, tmp_path_factory: pytest.TempPathFactory) -> Further:
    """Makes a club in which more has happened, closed: to be a module's `begun`."""

    def make(happens: Callable[[Club], object]) -> Club:
        settings = load(tmp_path_factory.mktemp("further") / "data", timezone="Europe/Berlin")
        with copied(people_only.settings.data, settings) as store:
            club = Club(store, settings, ids=dict(people_only.ids))
            happens(club)
        return club

    return make


@pytest.fixture
def filled(request: pytest.FixtureRequest, people_only: Club) -> Club:
    """What the test's club is a copy of: the people alone, or what its module says has `begun`.

    A module whose tests begin with more has a fixture `begun` of its own, made by `further`, and
    one for its tests that asks for `begun` and `club`.
    """
    return request.getfixturevalue("begun") if "begun" in request.fixturenames else people_only


@pytest.fixture
def store(filled: Club, settings: Settings) -> Iterator[Store]:
    """The club's."""
    with copied(filled.settings.data, settings) as opened:
        yield opened


@pytest.fixture
def club(filled: Club, store: Store, settings: Settings) -> Club:
    """A club of its own for one test."""
    return Club(store, settings, now=filled.now, ids=dict(filled.ids))


@pytest.fixture
def new_club(empty_store: Store, settings: Settings) -> Club:
    """An installation in which nobody is on record yet."""
    return Club(empty_store, settings)


@pytest.fixture(scope="module")
def read_only_club(people_only: Club, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    """One club for a whole module of tests that change nothing."""
    settings = load(tmp_path_factory.mktemp("club") / "data", timezone="Europe/Berlin")
    with copied(people_only.settings.data, settings) as store:
        club = Club(store, settings, ids=dict(people_only.ids))
        for who in ("athlete", "reserved", "minor", "athlete_b"):
            _train(club, who)
        marts.rebuild(store, START.date(), START)
        yield club


@pytest.fixture
def phone(empty_store: Store, settings: Settings, now: datetime) -> Phone:
    """Ada's phone, with this morning's link to her check-in."""
    return of_ada(empty_store, settings, now)


@pytest.fixture
def address(phone: Phone) -> Iterator[str]:
    """Where the phone's link is served over loopback."""
    server = make_server("127.0.0.1", 0, phone.app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/checkin/{phone.token}"
    server.shutdown()
    server.server_close()
