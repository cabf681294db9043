"""What a check-in asks besides tightness, as rows of `app`: the weekly four, and a team's three."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from uuid6 import uuid7

from clubmon.club.people import Athlete
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store
from clubmon.triage.weekly import WEEKDAYS, Weekly, Wellness, begins, due


@dataclass(frozen=True, slots=True)
class More:
    """What was answered besides tightness and training."""

    weekly: Weekly = field(default_factory=Weekly)
    wellness: Wellness = field(default_factory=Wellness)

    @property
    def said(self) -> bool:
        """Whether anything was."""
        return self.weekly.said or self.wellness.said


@dataclass(frozen=True, slots=True)
class Asks:
    """What to ask an athlete today."""

    weekly: bool
    wellness: bool


@dataclass(frozen=True, slots=True)
class WeekAnswer:
    """The answers in force of one week; `start` is the day on which it was asked from."""

    start: date
    given: Weekly


def asks(store: Store, settings: Settings, athlete: Athlete, today: date) -> Asks:
    """What the athlete is asked on this local day of theirs."""
    last = store.row(
        "SELECT max(local_date) AS day FROM app.weekly WHERE athlete_id = ? AND score IS NOT NULL",
        [athlete.person.person_id],
    )
    on = with_wellness(store)
    return Asks(
        due(today, weekday(settings), last["day"] if last else None),
        any(team.team_id in on for team in athlete.teams if team.checkins),
    )


def weekday(settings: Settings) -> int:
    """The day of the week on which the weekly questions begin to be asked; 0 is Monday."""
    return WEEKDAYS.index(settings.weekly_day)


def with_wellness(store: Store) -> frozenset[str]:
    """The teams whose athletes are asked for sleep, soreness and stress."""
    rows = store.rows(
        "SELECT team_id FROM app.team_asks GROUP BY team_id "
        "HAVING arg_max(wellness, (known_at, asks_id))"
    )
    return frozenset(row["team_id"] for row in rows)


def set_wellness(store: Store, team_id: str, on: bool, by: str, now: datetime) -> None:
    """Ask a team's athletes for the three from now on, or no longer."""
    row = [str(uuid7()), team_id, on, by, now]
    store.execute("app", "INSERT INTO app.team_asks VALUES (?, ?, ?, ?, ?)", row)


def insert(
    con: Connection, athlete_id: str, today: date, more: More, key: str | None, now: datetime
) -> None:
    """Store what was answered; the same answers of the same form once."""
    if more.weekly.said:
        score = more.weekly.score
        values = [*asdict(more.weekly).values(), score]
        _insert(con, "weekly", athlete_id, today, values, key, now)
    if more.wellness.said:
        _insert(con, "wellness", athlete_id, today, [*asdict(more.wellness).values()], key, now)


def _insert(
    con: Connection,
    table: Literal["weekly", "wellness"],
    athlete_id: str,
    today: date,
    values: list[int | None],
    key: str | None,
    now: datetime,
) -> None:
    about = json.dumps([athlete_id, str(today), key, values])
    id_ = str(uuid7() if key is None else uuid5(NAMESPACE_URL, f"clubmon:{table}/{about}"))
    row = [id_, athlete_id, today, *values, now]
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT OR IGNORE INTO app.{table} VALUES ({marks})", row)


def weeks(
    store: Store, settings: Settings, athlete_ids: Iterable[str], since: date
) -> dict[str, list[WeekAnswer]]:
    """Per athlete, the newest answers of each week from `since` on, oldest week first.

    A complete answer outweighs a later one with gaps.
    """
    rows = store.rows(
        "SELECT athlete_id, local_date, participation, training, performance, pain "
        "FROM app.weekly WHERE local_date >= ? AND list_contains(?::VARCHAR[], athlete_id) "
        "ORDER BY score IS NOT NULL, known_at, weekly_id",
        [since, sorted(athlete_ids)],
    )
    found: dict[str, dict[date, WeekAnswer]] = {}
    for row in rows:
        start = begins(row["local_date"], weekday(settings))
        given = Weekly(**{name.name: row[name.name] for name in fields(Weekly)})
        found.setdefault(row["athlete_id"], {})[start] = WeekAnswer(start, given)
    return {id_: [of[start] for start in sorted(of)] for id_, of in found.items()}


def wellness_days(store: Store, athlete_id: str, since: date) -> dict[date, Wellness]:
    """One athlete's newest answers of each local day from `since` on."""
    rows = store.rows(
        "SELECT local_date, sleep, soreness, stress FROM app.wellness "
        "WHERE athlete_id = ? AND local_date >= ? ORDER BY known_at, wellness_id",
        [athlete_id, since],
    )
    return {row.pop("local_date"): Wellness(**row) for row in rows}
