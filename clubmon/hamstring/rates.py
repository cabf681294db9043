"""How often check-ins are answered: days and counts, never an answer. Pure but for days_asked()."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from clubmon.storage.store import Store

QUIET_AFTER = timedelta(days=4)  # ours
MONTH, WEEK = timedelta(days=28), timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Count:
    """Days answered of the days asked."""

    answered: int
    asked: int

    @property
    def percent(self) -> int | None:
        """Rounded; None where nothing was asked."""
        return round(100 * self.answered / self.asked) if self.asked else None


@dataclass(frozen=True, slots=True)
class Rate:
    """One athlete's. The week and the month end yesterday, as today can still be answered."""

    athlete_id: str
    week: Count
    month: Count
    today: bool
    last: date | None  # of the month, today included
    since: date  # the first day asked, in the month

    def quiet(self, today: date) -> bool:
        """Whether nothing was answered for four days or more, of which all were asked."""
        return today - max(self.last or self.since, self.since) >= QUIET_AFTER


def rate(athlete_id: str, days: Iterable[date], since: date, today: date) -> Rate:
    """From the days on which something was answered; `since` is the first day asked."""
    begin = max(since, today - MONTH)
    known = {day for day in days if begin <= day <= today}

    def count(window: timedelta) -> Count:
        first = max(begin, today - window)
        return Count(sum(first <= day < today for day in known), max(0, (today - first).days))

    return Rate(
        athlete_id, count(WEEK), count(MONTH), today in known, max(known, default=None), begin
    )


def together(rates: Iterable[Rate], window: str) -> Count:
    """A team's count over its athletes' `week` or `month`."""
    counts = [getattr(one, window) for one in rates]
    return Count(sum(one.answered for one in counts), sum(one.asked for one in counts))


@dataclass(frozen=True, slots=True)
class Asked:
    """Since when an athlete is asked, and on which days something was answered."""

    since: date
    days: frozenset[date]


def days_asked(
    store: Store, teams_of: Mapping[str, Iterable[str]], zone: tzinfo, today: date
) -> dict[str, Asked]:
    """Of these athletes (with their teams' ids), from the month on.

    An athlete is asked from the newest yes to check-ins on, and from the first day on which
    anybody of the team answered: nothing else says when a team began.
    """
    agreed = _agreed(store, list(teams_of))
    began = _began(store)
    found = {id_: set[date]() for id_ in teams_of}
    for row in store.rows(
        "SELECT DISTINCT athlete_id, local_date FROM app.checkin "
        "WHERE local_date >= ? AND list_contains(?::VARCHAR[], athlete_id)",
        [today - MONTH, sorted(teams_of)],
    ):
        found[row["athlete_id"]].add(row["local_date"])
    return {
        id_: Asked(
            max(
                agreed[id_].astimezone(zone).date() if id_ in agreed else today,
                min((began.get(team, today) for team in teams), default=today),
            ),
            frozenset(found[id_]),
        )
        for id_, teams in teams_of.items()
    }


def _agreed(store: Store, ids: list[str]) -> dict[str, datetime]:
    """When each agreed to check-ins: after the last no, the first yes."""
    rows = store.rows(
        "SELECT c.athlete_id, min(c.known_at) AS known_at FROM app.consent AS c "
        "WHERE c.kind = 'health' AND c.granted AND list_contains(?::VARCHAR[], c.athlete_id) "
        "AND c.known_at > coalesce((SELECT max(n.known_at) FROM app.consent AS n "
        "WHERE n.athlete_id = c.athlete_id AND n.kind = 'health' AND NOT n.granted), "
        "TIMESTAMPTZ '1970-01-01 00:00:00+00') GROUP BY c.athlete_id",
        [sorted(ids)],
    )
    return {row["athlete_id"]: row["known_at"] for row in rows}


def _began(store: Store) -> dict[str, date]:
    """The first day on which anybody of a team answered."""
    rows = store.rows(
        "SELECT r.team_id, min(c.local_date) AS day FROM app.checkin AS c "
        "JOIN app.role AS r ON r.person_id = c.athlete_id AND r.role = 'athlete' "
        "GROUP BY r.team_id"
    )
    return {row["team_id"]: row["day"] for row in rows}
