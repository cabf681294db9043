"""Asks the SELECTs of a night about mornings ahead, as if planned sessions had been done.

Days from today on hold what is planned, and rest where nothing is; days that no night has
covered yet are unknown. Nothing is written but temporary tables. The rule that is judged and
how is sql/marts/flag_candidate.sql's own; a personal percentile is not known ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.flag import candidates
from clubmon.flag.flagtypes import Candidate
from clubmon.load import models
from clubmon.storage.store import Connection, Row, Store, rows_of

WEEK = timedelta(days=7)
BACK = timedelta(days=2 * models.METRIC_DAYS + 14)
AHEAD = frozenset(
    {
        "marts.flag_candidate", "marts.load_volume", "marts.load_window", "marts.longest_run",
        "marts.daily_load", "staging.session",
    }
)  # fmt: skip
DAYS, SESSIONS, VOLUMES = "temp.ahead_load", "temp.ahead_session", "temp.ahead_volume"
Load = tuple[str, date, str, int]  # athlete, day, channel, base units


@dataclass(frozen=True, slots=True)
class Foreseen:
    """By athlete id: conditions with the plan and without it, evenings ahead and days before.

    `evenings`: rows of load_volume by athlete and channel, from today to a week after the last
    planned day. `runs`: metres run and the longest run of each day before today, oldest first.
    """

    planned: Mapping[str, Sequence[Candidate]]
    bare: Mapping[str, Sequence[Candidate]]
    evenings: Mapping[tuple[str, str], Sequence[Row]]
    runs: Mapping[str, Sequence[Row]]


def foresee(
    store: Store, athlete_ids: Collection[str], plan: Iterable[Load], today: date, now: datetime
) -> Foreseen | None:
    """What the plan would do to these athletes; None before the first rebuild.

    `today` is the club's day, `now` aware. Loads before today are left out, several of one day
    and channel are added up; a run is one session.
    """
    loads = [one for one in plan if one[1] >= today]
    if not models.built(store):
        return None
    last = max((day for _, day, _, _ in loads), default=today) + WEEK - timedelta(days=1)
    ids = sorted(athlete_ids)
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")
        first = today - timedelta(days=models.METRIC_DAYS)
        models.bind(con, first, last + timedelta(days=1), now)
        bare, _ = _judged(con, ids, [], today, last)
        planned, volumes = _judged(con, ids, loads, today, last)
        runs = rows_of(con, _RUNS, [ids, today - BACK, today])
        con.execute("ROLLBACK")
    return Foreseen(planned, bare, volumes, _by_athlete(runs))


def _judged(
    con: Connection, ids: Sequence[str], loads: Sequence[Load], today: date, last: date
) -> tuple[dict[str, list[Candidate]], dict[tuple[str, str], list[Row]]]:
    _lay(con, ids, loads, today, last)
    given = frozenset(models.tables()) - AHEAD
    instead = {
        "marts.daily_load": f"SELECT * FROM {DAYS}",
        "staging.session": "SELECT * FROM lake.staging.session UNION ALL BY NAME "
        f"SELECT * FROM {SESSIONS}",
    }
    sql = models.query("marts.load_volume", given, instead)
    con.execute(f"CREATE OR REPLACE TEMP TABLE ahead_volume AS {sql}")
    sql = models.query(
        "marts.flag_candidate", given, {**instead, "marts.load_volume": f"SELECT * FROM {VOLUMES}"}
    )
    found: dict[str, list[Candidate]] = defaultdict(list)
    ends = last + timedelta(days=1)
    for athlete_id, one in candidates.read(con, f"({sql})", "lake.marts.rule", ids, ends):
        found[athlete_id].append(one)
    volumes: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows_of(con, _EVENINGS, [today, last]):
        volumes[row["athlete_id"], row["channel"]].append(row)
    return found, volumes


def _lay(
    con: Connection, ids: Sequence[str], loads: Sequence[Load], today: date, last: date
) -> None:
    """Make the tables of the days ahead and of the runs on them."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ahead_plan "
        "(athlete_id VARCHAR, local_date DATE, channel VARCHAR, load BIGINT)"
    )
    if loads:
        con.executemany("INSERT INTO temp.ahead_plan VALUES (?, ?, ?, ?)", loads)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ahead_session AS SELECT 'planned' AS session_id, "
        "p.athlete_id, p.local_date, 'run' AS kind, false AS quarantined, p.load AS distance_m "
        "FROM temp.ahead_plan AS p WHERE p.channel = 'run_m'"
    )
    con.execute(_DAYS, [today, ids, last])


_DAYS = """
CREATE OR REPLACE TEMP TABLE ahead_load AS
SELECT d.* FROM lake.marts.daily_load AS d
WHERE d.local_date < $1 AND list_contains($2::VARCHAR[], d.athlete_id)
UNION ALL BY NAME
SELECT
    k.athlete_id, k.channel, k.local_date,
    CASE WHEN k.local_date < $1 THEN 'unknown' WHEN p.load > 0 THEN 'trained' ELSE 'rest'
    END AS state,
    CASE WHEN k.local_date >= $1 THEN coalesce(p.load, 0) END AS load,
    false AS imputed
FROM (
    SELECT
        d.athlete_id, d.channel,
        CAST(unnest(generate_series(
            least(max(d.local_date) + 1, CAST($1 AS DATE)), CAST($3 AS DATE), INTERVAL 1 DAY
        )) AS DATE) AS local_date
    FROM lake.marts.daily_load AS d
    WHERE list_contains($2::VARCHAR[], d.athlete_id)
    GROUP BY d.athlete_id, d.channel
) AS k
LEFT JOIN (
    SELECT n.athlete_id, n.local_date, n.channel, CAST(sum(n.load) AS BIGINT) AS load
    FROM temp.ahead_plan AS n GROUP BY n.athlete_id, n.local_date, n.channel
) AS p ON p.athlete_id = k.athlete_id AND p.local_date = k.local_date AND p.channel = k.channel
"""
_EVENINGS = (
    "SELECT v.athlete_id, v.channel, v.local_date, v.day_number, v.v7, v.known7, v.known_prev7, "
    "v.known_b4, v.measured FROM temp.ahead_volume AS v "
    "WHERE v.local_date BETWEEN ? AND ? ORDER BY v.local_date"
)
_RUNS = (
    "SELECT d.athlete_id, d.local_date, d.state, d.load, l.longest_m "
    "FROM lake.marts.daily_load AS d LEFT JOIN lake.marts.longest_run AS l "
    "ON l.athlete_id = d.athlete_id AND l.local_date = d.local_date "
    "WHERE d.channel = 'run_m' AND list_contains(?::VARCHAR[], d.athlete_id) "
    "AND d.local_date >= ? AND d.local_date < ? ORDER BY d.athlete_id, d.local_date"
)


def _by_athlete(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["athlete_id"]].append(row)
    return found
