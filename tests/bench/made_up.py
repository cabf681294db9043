"""Made-up lakes of any size for the bench: rows as the importer writes them, made by SQL alone.

An athlete runs on about four days a week and lifts on two; a file holds a month. One run in
twenty comes a second time from another source. Nothing is random: the same sizes make the
same rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from clubmon.storage.store import Connection, Store

MORNING = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 4, tzinfo=UTC)
SETS = 12


def fill(store: Store, athletes: int, days: int) -> None:
    """Sessions, sets and members of a federation of that size, up to the day before MORNING."""
    store.write("app", lambda con: _people(con, athletes))
    for first in range(0, athletes, 2000):  # in portions, so that memory does not grow with it
        last = min(first + 2000, athletes)

        def write(con: Connection, first: int = first, last: int = last) -> None:
            con.execute("SET VARIABLE bench_first = CAST(? AS DATE)", [MORNING - timedelta(days)])
            con.execute(_DAYS, [first, last, days])
            con.execute(_SESSIONS)
            con.execute(_COPIES)
            con.execute(_SETS, [SETS])
            con.execute("DROP TABLE bench_day")

        store.write("lake", write)
    store.checkpoint("lake")


def _people(con: Connection, athletes: int) -> None:
    con.execute(
        "INSERT INTO app.person SELECT 'athlete-' || range, 'Athlete ' || range, "
        "range || '@club.example', DATE '1995-05-05', NULL, NULL, NULL, "
        "TIMESTAMPTZ '2020-01-01 00:00:00+00' FROM range(?)",
        [athletes],
    )
    con.execute(
        "INSERT INTO app.consent SELECT k.kind || range, 'athlete-' || range, k.kind, true, "
        "'athlete-' || range, 'athlete', NULL, TIMESTAMPTZ '2020-01-01 00:00:00+00' "
        "FROM range(?), (VALUES ('load'), ('health')) AS k(kind)",
        [athletes],
    )
    con.execute(
        "INSERT INTO app.role SELECT 'athlete-' || range, 'athlete', 'team-' || range // 30, "
        "TIMESTAMPTZ '2020-01-01 00:00:00+00' FROM range(?)",
        [athletes],
    )
    con.execute(
        "INSERT INTO app.physiology SELECT 'athlete-' || range, if(range % 2 = 0, 'f', 'm'), 50, "
        "195, NULL, 'athlete-' || range, TIMESTAMPTZ '2020-01-01 00:00:00+00' FROM range(?)",
        [athletes],
    )


_DAYS = """
CREATE TEMP TABLE bench_day AS
SELECT
    'athlete-' || a.range AS athlete_id,
    d.range AS day,
    getvariable('bench_first') + CAST(d.range AS INTEGER) AS local_date,
    hash(a.range * 1000003 + d.range) % 1000 AS dice,
    hash(a.range * 999983 + d.range) % 1000 AS size,
    d.range % 7 IN (1, 4) AS lifts
FROM range(?, ?) AS a, range(?) AS d
"""

_SESSIONS = """
INSERT INTO lake.raw.session BY NAME
SELECT
    md5(d.athlete_id || '/' || d.day || '/' || k.kind) AS session_id,
    d.athlete_id,
    md5(d.athlete_id || '/' || strftime(d.local_date, '%Y-%m')) AS sha256,
    'club' AS audience,
    'fit' AS source,
    d.athlete_id || '/' || d.day || '/' || k.kind AS source_id,
    k.kind,
    if(k.kind = 'run', 'running', 'training') AS sport,
    CAST(d.local_date AS TIMESTAMP) + INTERVAL 18 HOURS - to_minutes(CAST(d.dice % 300 AS BIGINT))
        AS start_local,
    timezone('Europe/Berlin', start_local) AS start_utc,
    d.local_date,
    'Europe/Berlin' AS timezone,
    true AS zone_stated,
    if(k.kind = 'run', 4000 + d.size * 9, NULL) AS distance_m,
    if(k.kind = 'run', 1300 + d.size * 3, NULL) AS moving_s,
    if(k.kind = 'run', 1400 + d.size * 3, 3600) AS elapsed_s,
    if(k.kind = 'run', d.size // 10, NULL) AS ascent_m,
    if(k.kind = 'run', d.size // 10, NULL) AS descent_m,
    if(k.kind = 'run', 4100 + d.size * 9, NULL) AS graded_m,
    if(k.kind = 'run', [0, 900, 700, 500, 300, 200, 100, 90, 80, 70, 60, 50, 40, 30, 20, 900, 400],
        NULL) AS fast_dm,
    if(k.kind = 'run', 120, NULL) AS hr_from,
    if(k.kind = 'run', list_transform(range(60), lambda s: 20 + d.size // 20 + s % 7), NULL)
        AS hr_s,
    if(d.dice % 3 = 0, NULL, 20 + d.dice % 70) AS rpe_tenths,
    140 AS avg_hr,
    170 AS max_hr,
    0 AS samples,
    CAST(d.local_date AS TIMESTAMP) AT TIME ZONE 'UTC' + INTERVAL 1 DAY AS known_at
FROM bench_day AS d
INNER JOIN (VALUES ('run'), ('lift')) AS k(kind)
    ON if(k.kind = 'run', d.dice < 600, d.lifts AND d.dice > 50)
"""

_COPIES = """
INSERT INTO lake.raw.session BY NAME
SELECT s.* REPLACE (
    md5(s.session_id || 'copy') AS session_id, md5(s.sha256 || 'copy') AS sha256,
    'strava_export' AS source, s.start_utc + INTERVAL 40 SECONDS AS start_utc
)
FROM lake.raw.session AS s
INNER JOIN bench_day AS d ON d.athlete_id = s.athlete_id AND d.local_date = s.local_date
WHERE s.kind = 'run' AND s.source = 'fit' AND d.dice % 20 = 7
"""

_SETS = """
INSERT INTO lake.raw.lift_set BY NAME
SELECT
    s.session_id, s.athlete_id, s.sha256, s.known_at,
    i.range AS set_index,
    list_extract(['Squat (Barbell)', 'Romanian Deadlift (Barbell)', 'Bench Press (Barbell)',
        'Nordic Curl'], CAST(1 + i.range // 3 AS BIGINT)) AS exercise,
    'normal' AS set_type,
    5 + hash(s.session_id) % 5 AS reps,
    if(i.range < 9, 40000 + hash(s.session_id) % 60 * 1000, NULL) AS weight_g,
    if(hash(s.session_id) % 2 = 0, 70 + i.range % 3 * 10, NULL) AS rpe_tenths
FROM lake.raw.session AS s
INNER JOIN bench_day AS d ON d.athlete_id = s.athlete_id AND d.local_date = s.local_date,
range(?) AS i
WHERE s.kind = 'lift'
"""
