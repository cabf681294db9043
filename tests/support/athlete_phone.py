"""An athlete's phone with the morning's link: a client that has no script and no cookies."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from clubmon.club import consenting, enrolling, links, people
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.web import create_app

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NOTHING = {"list.refer": "none", "list.strain": "none"}


@dataclass
class Phone:
    """An athlete's phone with the link of the morning; `hours` moves the clock."""

    app: Flask
    store: Store
    settings: Settings
    now: datetime
    athlete_id: str
    token: str
    hours: float = 0
    mails: int = 0
    hidden: list[tuple[str, str]] = field(default_factory=list)

    def open(self, token: str | None = None) -> TestResponse:
        return self._kept(self.app.test_client().get(f"/checkin/{token or self.token}"))

    def send(self, **fields: Any) -> TestResponse:
        """Post what the page holds in hidden fields, and these fields ('__' stands for '.')."""
        values: dict[str, list[str]] = {}
        for name, value in self.hidden:
            values.setdefault(name, []).append(value)
        for name, value in fields.items():
            chosen = value if isinstance(value, list) else [value]
            values[name.replace("__", ".")] = [str(one) for one in chosen]
        return self._kept(self.app.test_client().post(f"/checkin/{self.token}", data=values))

    def _kept(self, response: TestResponse) -> TestResponse:
        text = response.get_data(as_text=True)
        self.hidden = [(html.unescape(n), html.unescape(v)) for n, v in HIDDEN.findall(text)]
        response.close()
        return response

    def teammate(self, name: str) -> str:
        """The id of another athlete of the team, with the same consents."""
        email = f"{name.split()[0].lower()}@example.org"
        id_ = enrolling.add_person(self.store, name, email, self.now, born=date(2000, 1, 1))
        team = people.teams(self.store)[0].team_id
        enrolling.add_role(self.store, id_, Role.ATHLETE, team, self.now)
        for kind in (Consent.LOAD, Consent.HEALTH):
            consenting.record(self.store, id_, kind, True, id_, "athlete", None, self.now)
        return id_

    def rows(self, table: str) -> list[Row]:
        return self.store.rows(f"SELECT * FROM app.{table} ORDER BY known_at")


def of_ada(store: Store, settings: Settings, now: datetime) -> Phone:
    """The phone of an adult with consent, in a team whose check-ins are on."""
    team_id = enrolling.add_team(store, "First team", now)
    doctor = enrolling.add_person(store, "Dr Meyer", "meyer@example.org", now)
    enrolling.set_medical_contact(store, team_id, doctor, now)
    enrolling.switch_checkins(store, team_id, True, now)
    ada = enrolling.add_person(store, "Ada Okafor", "ada@example.org", now, born=date(2000, 5, 1))
    enrolling.add_role(store, ada, Role.ATHLETE, team_id, now)
    for kind in (Consent.LOAD, Consent.HEALTH):
        consenting.record(store, ada, kind, True, ada, "athlete", None, now)
    token = links.token(settings, "checkin", ada)
    made: list[Phone] = []

    def clock() -> datetime:
        return now + timedelta(hours=made[0].hours)

    def mailed() -> None:
        made[0].mails += 1

    app = create_app(store, settings, now=clock, on_mail=mailed)
    made.append(Phone(app, store, settings, now, ada, token))
    return made[0]


def said(response: TestResponse) -> str:
    """The page's words, without tags."""
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(text))


def consent(phone: Phone, kind: Consent, granted: bool, role: str = "athlete") -> None:
    consenting.record(
        phone.store, phone.athlete_id, kind, granted, "someone", role, None, phone.now
    )
