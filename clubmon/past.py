"""What the nightly rebuild keeps of the years before: each channel's first day and averages.

Windows look back some months, averages over everything. So the averages of the evening before
a Monday, `since`, are kept in lake.marts.load_past, and a night goes over the days from then
on. They move on with the weeks. Whatever changes the days before (a late file, an answer, a
tag, a new definition) changes the mark beside them, and they are made anew from raw rows.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from clubmon import blocks, models, series
from clubmon.store import Connection, Store, rows_of

WINDOW_DAYS = models.METRIC_DAYS + 48  # the mornings shown and what they look back on
RANGE_DAYS = models.METRIC_DAYS + 202  # where a rule goes by the athlete's own last 26 weeks
SLICE = timedelta(weeks=26)  # how much of 5,000 athletes' history is in memory at once
WEEK = timedelta(weeks=1)
# these do not go by days: they are made once for all slices
GIVEN = ("staging.decision", "staging.span", "staging.exercise")


def bring_up(con: Connection, morning: date, known_by: datetime) -> date:
    """Make lake.marts.load_past hold the evening before a Monday, and return that Monday.

    Needs lake.staging.span as it is known by then.
    """
    con.execute(TABLES)
    since = monday(con, morning)
    begin = _kept(con, since, morning, known_by)
    if begin == since:
        return since
    row = [since, mark(con, since, morning, known_by), known_by]
    with con.cursor() as work:  # commits each statement, and so gives its memory back
        _gone_over(work, begin, since, morning, known_by)
        con.register("arriving", work.execute("FROM temp.past").df())
    con.execute("DELETE FROM lake.marts.load_past")
    con.execute("INSERT INTO lake.marts.load_past BY NAME FROM arriving")
    con.unregister("arriving")
    con.execute("DELETE FROM lake.marts.past_mark")
    con.execute("INSERT INTO lake.marts.past_mark VALUES (?, ?, ?)", row)
    return since


def _gone_over(
    work: Connection, begin: date | None, since: date, morning: date, known_by: datetime
) -> None:
    """Leave load_past of the evening before `since` in temp.past, from what is kept of `begin`."""
    models.bind(work, since, morning, known_by)
    models.made(work, " ".join(f"lake.{name}" for name in GIVEN))
    work.execute(_PAST if begin is None else f"{_PAST}; INSERT INTO past FROM lake.marts.load_past")
    for athletes in [*blocks.of_athletes(work, known_by, "temp.past")]:
        work.execute(_BLOCK, [athletes])
        for first, until in pairwise(_edges(work, begin, since, len(athletes))):
            models.bind(work, first, morning, known_by, since=first, until=until)
            series.move_on(work, f"({_slice(work)})", "temp.past", first, until)


def _slice(work: Connection) -> str:
    """The daily loads of the athletes in temp.block, of whom alone anything is read."""
    of_block = "SELECT t.* FROM temp.{} AS t WHERE t.athlete_id IN (FROM temp.block)"
    own = {"marts.load_past": of_block.format("past")}
    daily = "SELECT * FROM lake.marts.daily_load WHERE athlete_id IN (FROM temp.block)"
    return models.made(work, daily, frozenset(GIVEN), own, lambda sql: _RAW.sub(_OF_BLOCK, sql))


def kept(store: Store) -> bool:
    """Whether the tables are whole: nothing was taken out of them since the last rebuild."""
    return bool(
        store.rows(
            "SELECT 1 AS found FROM duckdb_tables() WHERE database_name = 'lake' "
            "AND schema_name = 'marts' AND table_name = 'past_mark'"
        )
    )


def forget(con: Connection) -> None:
    """Let the next night make everything anew from raw rows."""
    con.execute("DROP TABLE IF EXISTS lake.marts.past_mark")


def monday(con: Connection, morning: date) -> date:
    by_range = rows_of(con, "SELECT 1 FROM app.rule WHERE percentile IS NOT NULL LIMIT 1")
    first = morning - timedelta(days=RANGE_DAYS if by_range else WINDOW_DAYS)
    return first - timedelta(days=first.weekday())


def _kept(con: Connection, since: date, morning: date, known_by: datetime) -> date | None:
    """The Monday that what is kept can be moved on from; None where it has to be made anew."""
    for row in rows_of(con, "SELECT since, mark, known_by FROM lake.marts.past_mark"):
        if row["since"] <= since and row["known_by"] <= known_by:
            now = mark(con, row["since"], morning, known_by)
            return row["since"] if now == row["mark"] else None
    return None


def _edges(con: Connection, begin: date | None, since: date, athletes: int) -> list[date]:
    """Days at which slices begin and end, from what is kept to `since`."""
    if begin is not None:
        return [begin, since]
    first = rows_of(con, _FIRST)[0]["day"]
    edges = [models.EVER]
    step = SLICE * max(1, min(6, 6000 // athletes))  # the fewer athletes, the longer
    day = (first or since) + step
    while day < since:
        edges.append(day)
        day += step
    return [*edges, since]


def mark(con: Connection, since: date, morning: date, known_by: datetime) -> str:
    """Changes with whatever the days before `since` are made from, as known by then.

    Needs lake.staging.span as it is known by then.
    """
    models.bind(con, since, morning, known_by, since=since)
    counts = con.execute(f"{_COUNTS} UNION ALL {_SPANS}")
    texts = sorted(models.sources().items())
    return sha256(repr((sorted(counts.fetchall()), texts)).encode()).hexdigest()


TABLES = """
CREATE TABLE IF NOT EXISTS lake.marts.load_past (
    athlete_id VARCHAR, channel VARCHAR, first_date DATE,
    acute DOUBLE, chronic DOUBLE, ctl DOUBLE, atl DOUBLE
);
CREATE TABLE IF NOT EXISTS lake.marts.past_mark (
    since DATE, mark VARCHAR, known_by TIMESTAMPTZ
)
"""

_OF_BLOCK = r"(SELECT t.* FROM \1 AS t WHERE t.athlete_id IN (FROM temp.block)) AS"
_RAW = re.compile(r"(\blake\.raw\.(?:session|lift_set)\b|\"staging\.span\") AS\b")
_PAST = """
CREATE OR REPLACE TEMP TABLE past (
    athlete_id VARCHAR, channel VARCHAR, first_date DATE,
    acute DOUBLE, chronic DOUBLE, ctl DOUBLE, atl DOUBLE
)
"""
_BLOCK = "CREATE OR REPLACE TEMP TABLE block AS SELECT unnest(?::VARCHAR[]) AS athlete_id"

_FIRST = """
SELECT min(f.day) AS day
FROM (
    SELECT min(s.local_date) AS day FROM lake.raw.session AS s
    WHERE s.doubt IS NULL AND s.audience = 'club'
    UNION ALL
    SELECT min(c.local_date) - 1 FROM app.checkin AS c
) AS f
"""

_COUNTS = """
WITH before AS NOT MATERIALIZED ( -- years of ids: what is asked of them is the smaller side
    SELECT s.session_id
    FROM lake.raw.session AS s
    -- a start may be moved over the edge by what another version says of its zone
    WHERE s.local_date < getvariable('since') + 3 AND s.known_at <= getvariable('known_by')
        AND s.audience = 'club'
    UNION ALL
    SELECT m.session_id
    FROM app.session_mend AS m
    WHERE CAST(m.new_start AS DATE) < getvariable('since') + 3
        AND m.known_at <= getvariable('known_by')
)
SELECT 'session', count(*), CAST(epoch_us(max(s.known_at)) AS VARCHAR)
FROM lake.raw.session AS s
WHERE s.local_date < getvariable('since') + 3
    AND s.known_at <= getvariable('known_by') AND s.audience = 'club'
UNION ALL
SELECT 'moved', count(*), CAST(epoch_us(max(s.known_at)) AS VARCHAR)
FROM lake.raw.session AS s
WHERE s.local_date >= getvariable('since') + 3
    AND s.session_id IN (SELECT b.session_id FROM before AS b)
    AND s.known_at <= getvariable('known_by') AND s.audience = 'club'
UNION ALL
SELECT 'sync', count(*), CAST(epoch_us(max(y.known_at)) AS VARCHAR)
FROM app.sync AS y
WHERE y.first_date < getvariable('since') AND y.known_at <= getvariable('known_by')
UNION ALL
SELECT 'rpe', count(*), CAST(epoch_us(max(r.known_at)) AS VARCHAR)
FROM app.session_rpe AS r
WHERE r.session_id IN (SELECT b.session_id FROM before AS b)
    AND r.known_at <= getvariable('known_by')
UNION ALL
SELECT 'file_rpe', count(*), CAST(epoch_us(max(f.known_at)) AS VARCHAR)
FROM app.file_rpe AS f
INNER JOIN lake.raw.session AS s ON s.athlete_id = f.athlete_id AND s.sha256 = f.sha256
WHERE s.session_id IN (SELECT b.session_id FROM before AS b)
    AND f.known_at <= getvariable('known_by')
UNION ALL
SELECT 'decision', count(*), CAST(epoch_us(max(q.known_at)) AS VARCHAR)
FROM app.quarantine_decision AS q
WHERE q.session_id IN (SELECT b.session_id FROM before AS b)
    AND q.known_at <= getvariable('known_by')
UNION ALL
SELECT 'gone', count(*), CAST(epoch_us(max(t.known_at)) AS VARCHAR)
FROM app.tombstone AS t
WHERE t.kind <> 'session'
UNION ALL
SELECT 'deleted', count(*), CAST(epoch_us(max(t.known_at)) AS VARCHAR)
FROM app.tombstone AS t
WHERE t.kind = 'session' AND t.key IN (SELECT b.session_id FROM before AS b)
    AND t.known_at <= getvariable('known_by')
UNION ALL
SELECT 'checkin', count(*), CAST(epoch_us(max(c.known_at)) AS VARCHAR)
FROM app.checkin AS c
WHERE c.local_date <= getvariable('since') AND c.known_at <= getvariable('known_by')
UNION ALL
SELECT 'exercise', count(*), CAST(epoch_us(max(e.known_at)) AS VARCHAR) FROM app.exercise_tag AS e
WHERE e.known_at <= getvariable('known_by')
UNION ALL
SELECT 'physiology', count(*), CAST(epoch_us(max(p.known_at)) AS VARCHAR) FROM app.physiology AS p
WHERE p.known_at <= getvariable('known_by')
UNION ALL
SELECT 'consent', count(*), CAST(epoch_us(max(a.known_at)) AS VARCHAR)
FROM app.consent AS a WHERE a.kind = 'health' AND a.known_at <= getvariable('known_by')
UNION ALL
SELECT 'team', count(*), CAST(bit_xor(hash(r.person_id, r.team_id)) AS VARCHAR)
FROM app.role AS r WHERE r.role = 'athlete' AND r.known_at <= getvariable('known_by')
"""

# a file that ends later, or whose sessions are decided about, covers more of the days before
_SPANS = """
SELECT 'span', count(*), CAST(bit_xor(hash(
    s.athlete_id, s.first_date, least(s.last_date, getvariable('since')), s.groups
)) AS VARCHAR)
FROM lake.staging.span AS s
WHERE s.first_date < getvariable('since')
"""
