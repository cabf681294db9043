"""A small club: one team with coach, physio and doctor, one grown-up athlete, one minor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Row, Store
from tests.conftest import copied

MORNING = date(2026, 11, 17)  # a Tuesday
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
DAY = timedelta(days=1)

# The columns of the mart, without the sessions behind it; the model's own tests are elsewhere.
CANDIDATES = """
CREATE TABLE lake.marts.flag_candidate (
    athlete_id VARCHAR, morning DATE, rule VARCHAR, channel VARCHAR, rule_version BIGINT,
    held_days BIGINT, holds BOOLEAN, v7 DOUBLE, b1 DOUBLE, b4 DOUBLE, rise DOUBLE, wow_pct DOUBLE,
    known7 BIGINT, known_prev7 BIGINT, known_b4 BIGINT, day_m BIGINT, previous_longest_m BIGINT,
    hill BOOLEAN, sled BOOLEAN
)
"""
RULES = """
CREATE TABLE lake.marts.rule (
    athlete_id VARCHAR, rule VARCHAR, channel VARCHAR, version BIGINT, rearm_days BIGINT
)
"""


@dataclass
class Club:
    """Ids of the people, and short ways to change what is stored."""

    store: Store
    settings: Settings
    team: str
    ana: str
    ben: str
    coach: str
    physio: str
    doctor: str
    guardian: str

    def consent(self, athlete_id: str, *kinds: Consent, granted: bool = True) -> None:
        """Record an answer by whoever may give it."""
        by, role = (
            (self.guardian, "guardian") if athlete_id == self.ben else (athlete_id, "athlete")
        )
        when = NOW - 30 * DAY if granted else NOW - DAY
        for kind in kinds:
            consenting.record(self.store, athlete_id, kind, granted, by, role, None, when)

    def checkin(self, athlete_id: str, day: date, left: int | None, **more: Any) -> str:
        """An answer of that day at 07:00 UTC; `more` are further columns."""
        checkin_id = str(uuid7())
        row = {
            "checkin_id": checkin_id,
            "athlete_id": athlete_id,
            "local_date": day,
            "left_score": left,
            "right_score": 0,
            "something_else": False,
            "known_at": datetime(day.year, day.month, day.day, 7, tzinfo=UTC),
            **more,
        }
        self.insert("app.checkin", row)
        return checkin_id

    def spike(self, athlete_id: str, morning: date, **more: Any) -> None:
        """A spike that holds, in the mart."""
        row = {
            "athlete_id": athlete_id, "morning": morning, "rule": "spike", "channel": "run_m",
            "rule_version": 1, "held_days": 3, "holds": True, "v7": 54000.0, "b1": 38000.0,
            "b4": 41000.0, "rise": 13000.0, "wow_pct": 42.1, "known7": 7, "known_prev7": 7,
            "known_b4": 28, "hill": False, "sled": False, **more,
        }  # fmt: skip
        self.insert("lake.marts.flag_candidate", row)

    def rule(self, athlete_id: str, version: int = 1, rearm_days: int = 7, **more: Any) -> None:
        """The rule that is in force for an athlete, in the mart."""
        row = {
            "athlete_id": athlete_id, "rule": "spike", "channel": "run_m", "version": version,
            "rearm_days": rearm_days, **more,
        }  # fmt: skip
        key = [athlete_id, row["rule"], row["channel"]]
        where = "WHERE athlete_id = ? AND rule = ? AND channel = ?"
        self.store.execute("lake", f"DELETE FROM lake.marts.rule {where}", key)
        self.insert("lake.marts.rule", row)

    def referral(self, athlete_id: str, urgency: str = "same_day", **more: Any) -> str:
        """A tier 3 answer of this morning, 18:12 in Berlin the day before."""
        when = datetime(2026, 11, 16, 17, 12, tzinfo=UTC)
        signs = {"refer_signs": json.dumps(["calf"]), "strain_signs": "[]", **more}
        checkin_id = self.checkin(athlete_id, MORNING - DAY, 5, **signs, known_at=when)
        referral_id = str(uuid7())
        self.insert(
            "app.referral",
            {
                "referral_id": referral_id, "athlete_id": athlete_id, "checkin_id": checkin_id,
                "pattern": "refer", "urgency": urgency, "known_at": when,
            },
        )  # fmt: skip
        return referral_id

    def insert(self, table: str, row: dict[str, Any]) -> None:
        """One row by column names."""
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        catalog: Any = table.partition(".")[0]
        self.store.execute(
            catalog, f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values())
        )

    def flags(self) -> list[Row]:
        """Every flag, oldest morning first."""
        return self.store.rows("SELECT * FROM app.flag ORDER BY morning, rule, channel, athlete_id")

    def mails(self, kind: str | None = None) -> dict[str, Row]:
        """Messages by the id of their reader."""
        found = self.store.rows("SELECT * FROM app.message ORDER BY known_at, message_id")
        return {row["person_id"]: row for row in found if kind in (None, row["kind"])}


@pytest.fixture(scope="session")
def founded(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Club:
    """The club as it was founded, closed: to be copied."""
    settings = load(tmp_path_factory.mktemp("founded") / "data", timezone="Europe/Berlin")
    with copied(empty_folder, settings) as store:
        return _found(store, settings)


@pytest.fixture
def store(founded: Club, settings: Settings) -> Iterator[Store]:
    """The club's."""
    with copied(founded.settings.data, settings) as opened:
        yield opened


@pytest.fixture
def club(founded: Club, store: Store, settings: Settings) -> Club:
    """The club with every consent given, check-ins on, and empty marts."""
    return replace(founded, store=store, settings=settings)


def _found(store: Store, settings: Settings) -> Club:
    now = NOW - 40 * DAY
    team = enrolling.add_team(store, "First team", now)

    def add(name: str, role: Role | None, born: date | None = None) -> str:
        email = f"{name.split()[0].lower()}@example.org"
        person_id = enrolling.add_person(store, name, email, now, born=born)
        if role:
            enrolling.add_role(store, person_id, role, team, now)
        return person_id

    made = Club(
        store,
        settings,
        team,
        add("Ana Okafor", Role.ATHLETE, date(1999, 5, 1)),
        add("Ben Young", Role.ATHLETE, date(2013, 5, 1)),
        add("Carl Coach", Role.COACH),
        add("Pia Physio", Role.PHYSIO),
        add("Dora Doctor", None),
        add("Gina Young", None),
    )
    enrolling.add_guardian(store, made.guardian, made.ben, now)
    enrolling.set_medical_contact(store, team, made.doctor, now)
    enrolling.switch_checkins(store, team, True, now)
    for athlete_id in (made.ana, made.ben):
        made.consent(athlete_id, Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS)
    store.execute("lake", "CREATE SCHEMA IF NOT EXISTS lake.marts")
    store.execute("lake", CANDIDATES)
    store.execute("lake", RULES)
    for athlete_id in (made.ana, made.ben):
        made.rule(athlete_id)
    return made


@pytest.fixture
def days_ago() -> Callable[[int], date]:
    """The day so many days before the morning."""
    return lambda back: MORNING - back * DAY
