"""Sessions of the last days as a check-in needs them: to rate, to explain, to know of rest.

Reads the tables of the last rebuild; before the first one there is nothing to ask about.
What an athlete said of a day without sessions is no session here: it has no time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from clubmon.storage.store import Row, Store
from clubmon.triage.answers import ECCENTRIC_WINDOW, RecentSession
from clubmon.words import daywords
from clubmon.words.language import _

RATED_AT_MOST = 3  # sessions in one check-in
RATED_BACK = timedelta(days=3)  # a first import of years asks for nothing old
HILLY_M_PER_KM = 15  # ascent, as in the load rules
FAST_MMPS = 5500  # high-speed running from 5.5 m/s (Duhig 2016)
FAST_SAMPLES = 10  # ours: fewer are noise of the positioning
TRAIL = timedelta(days=14)  # how long tightness is followed back to what came before it
COMPARED = timedelta(days=30)  # as for a single run that is longer than usual
LONGER_PERCENT = 110  # of the longest run of those days
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unrated:
    """A session that arrived and has no RPE. `start_local` is naive local time.

    Without its title: whoever was forwarded the link is told no more than the athlete needs.
    """

    session_id: str
    kind: str
    start_local: datetime
    minutes: int | None

    @property
    def told(self) -> str:
        """Which session it was, such as "Monday's run at 18:30, 52 min"."""
        day, at = daywords.weekday(self.start_local), daywords.clock(self.start_local)
        told = (
            _("{day}'s run at {at}", day=day, at=at)
            if self.kind == "run"
            else _("{day}'s lifting at {at}", day=day, at=at)
        )
        return f"{told}, {self.minutes} min" if self.minutes else told


def unrated(store: Store, athlete_id: str, today: date, since: datetime | None) -> list[Unrated]:
    """Runs and lifts without RPE that became known after `since`, newest first, three at most."""
    if not _rebuilt(store):
        return []
    rows = store.rows(
        "SELECT s.session_id, s.kind, s.start_local, "
        "CASE WHEN s.kind = 'lift' THEN coalesce(s.elapsed_s, s.moving_s) "
        "ELSE coalesce(s.moving_s, s.elapsed_s) END AS seconds "
        "FROM lake.staging.session AS s "
        "WHERE s.source <> 'checkin' AND s.athlete_id = ? "
        "AND s.kind IN ('run', 'lift') AND s.rpe_tenths IS NULL "
        "AND s.local_date BETWEEN ? AND ? AND s.known_at > ? "
        "AND NOT EXISTS (SELECT 1 FROM app.session_rpe AS r WHERE r.session_id = s.session_id) "
        "ORDER BY s.start_local DESC LIMIT ?",
        [
            athlete_id,
            today - RATED_BACK,
            today,
            since or datetime(1970, 1, 1, tzinfo=UTC),
            RATED_AT_MOST,
        ],
    )
    return [_unrated(row) for row in rows]


def owned(store: Store, athlete_id: str, session_ids: frozenset[str]) -> frozenset[str]:
    """Those of these sessions that are the athlete's own."""
    if not session_ids or not _rebuilt(store):
        return frozenset()
    rows = store.rows(
        "SELECT DISTINCT session_id FROM lake.staging.session "
        "WHERE source <> 'checkin' AND athlete_id = ? AND list_contains(?::VARCHAR[], session_id)",
        [athlete_id, sorted(session_ids)],
    )
    return frozenset(row["session_id"] for row in rows)


def arrived(store: Store, athlete_id: str, day: date) -> bool:
    """Whether any session of this local day is known."""
    if not _rebuilt(store):
        return False
    return bool(
        store.row(
            "SELECT 1 AS found FROM lake.staging.session "
            "WHERE source <> 'checkin' AND athlete_id = ? AND local_date = ? LIMIT 1",
            [athlete_id, day],
        )
    )


def recent_sessions(
    store: Store, athlete_id: str, now: datetime, zone: tzinfo
) -> list[RecentSession]:
    """Sessions that ended in the last 17 days; `zone` stands in where a start has no instant.

    Those of the last 72 h can explain tightness, the older ones what was put down to them.
    Eccentric is a lift with an exercise that is tagged as such, or with a sled; an exercise
    that nobody has tagged yet is neither, however it is called.
    """
    if not _rebuilt(store, "session", "exercise"):
        return []
    since = now - TRAIL - ECCENTRIC_WINDOW
    rows = store.rows(
        "SELECT s.session_id, s.kind, s.sport, s.start_utc, s.start_local, s.local_date, "
        "s.distance_m, s.ascent_m, coalesce(s.elapsed_s, s.moving_s, 0) AS seconds, "
        "coalesce(x.eccentric, false) AS eccentric, coalesce(p.fast, 0) AS fast_samples "
        "FROM lake.staging.session AS s "
        # the athlete's own sets and samples first: everybody's are most of the lake
        "LEFT JOIN (SELECT l.session_id, l.sha256, bool_or(e.eccentric OR e.sled) AS eccentric "
        " FROM lake.raw.lift_set AS l "
        " INNER JOIN lake.staging.exercise AS e ON e.exercise = l.exercise "
        " WHERE l.athlete_id = ? GROUP BY l.session_id, l.sha256) AS x "
        "ON x.session_id = s.session_id AND x.sha256 = s.sets_sha256 "
        "LEFT JOIN (SELECT p.session_id, p.sha256, count(*) AS fast "
        " FROM lake.raw.sample AS p WHERE p.athlete_id = ? AND p.speed_mmps >= ? "
        " GROUP BY p.session_id, p.sha256) AS p "
        "ON p.session_id = s.session_id AND p.sha256 = s.sha256 "
        "WHERE s.source <> 'checkin' AND s.athlete_id = ? AND s.local_date >= ? "
        "ORDER BY s.start_local",
        [athlete_id, athlete_id, FAST_MMPS, athlete_id, (since - COMPARED).date() - ONE_DAY],
    )
    found = [_recent(row, rows, zone) for row in rows]
    return [session for session in found if since <= session.ended_at <= now]


def _recent(row: Row, all_rows: list[Row], zone: tzinfo) -> RecentSession:
    start = row["start_utc"] or row["start_local"].replace(tzinfo=zone)
    distance, ascent = row["distance_m"] or 0, row["ascent_m"] or 0
    return RecentSession(
        kind=row["kind"],
        ended_at=start.astimezone(UTC) + timedelta(seconds=row["seconds"]),
        eccentric=row["eccentric"],
        hilly=distance >= 1000 and ascent * 1000 >= HILLY_M_PER_KM * distance,
        fast=row["fast_samples"] >= FAST_SAMPLES,
        unaccustomed=_unaccustomed(row, all_rows),
    )


def _unaccustomed(row: Row, all_rows: list[Row]) -> bool:
    """Whether a sport, or a run of this length, is new to the 30 days before; ours.

    Nothing is new to someone of whom less than those days is known.
    """
    day = row["local_date"]
    if not any(other["local_date"] <= day - COMPARED for other in all_rows):
        return False
    before = [o for o in all_rows if day - COMPARED <= o["local_date"] < day]
    alike = [o for o in before if _sport(o) == _sport(row)]
    longest = max((o["distance_m"] or 0 for o in alike if o["kind"] == "run"), default=0)
    return not alike or (row["distance_m"] or 0) * 100 > LONGER_PERCENT * longest > 0


def _sport(row: Row) -> str:
    """Sources name runs and lifts in many ways; of all else their own word has to do."""
    return str(row["sport"] if row["kind"] == "other" else row["kind"])


def _unrated(row: Row) -> Unrated:
    seconds = row.pop("seconds")
    return Unrated(**row, minutes=None if seconds is None else round(seconds / 60))


def _rebuilt(store: Store, *tables: str) -> bool:
    """Whether these tables of staging are there; a lake of an older version lacks some."""
    wanted = tables or ("session",)
    found = store.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' "
        "AND schema_name = 'staging'"
    )
    return set(wanted) <= {row["table_name"] for row in found}
