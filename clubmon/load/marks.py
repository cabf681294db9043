"""Marks of what the days before a day are made from, so that what stands need not be made anew.

There is one for each athlete, of the athlete's own rows and of who is in the same teams, and one
for what concerns everybody: definitions, tags, erased people. A mark changes with whatever
becomes known of those days; who shares a team depends on each other (`blocks.py`).
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

from clubmon.load import models
from clubmon.storage.store import Connection

ALL = ""  # in the place of an athlete: what concerns everybody


def take(con: Connection, table: str, day: date, morning: date, known_by: datetime) -> None:
    """Make temp.{table} (athlete_id, mark) of the days before `day`, as known by then.

    Needs lake.staging.span as it is known by then.
    """
    models.bind(con, day, morning, known_by, since=day)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {_MARKS}")
    asked = con.execute("SELECT DISTINCT r.channel FROM app.rule AS r ORDER BY r.channel")
    texts = repr((sorted(models.sources().items()), asked.fetchall()))
    con.execute(f"INSERT INTO {table} VALUES (?, ?)", [ALL, sha256(texts.encode()).hexdigest()])


def changed(con: Connection, table: str, kept: str) -> set[str] | None:
    """Whose marks in temp.{table} differ from those in `kept`; None: those of everybody."""
    found = {athlete_id for (athlete_id,) in con.execute(_CHANGED.format(table, kept)).fetchall()}
    return None if ALL in found else found


_CHANGED = """
SELECT coalesce(n.athlete_id, k.athlete_id)
FROM (SELECT m.athlete_id, list_sort(list(m.mark)) AS marks FROM temp.{0} AS m GROUP BY 1) AS n
FULL JOIN (SELECT m.athlete_id, list_sort(list(m.mark)) AS marks FROM {1} AS m GROUP BY 1) AS k
    ON k.athlete_id = n.athlete_id
WHERE n.marks IS DISTINCT FROM k.marks
"""

_MARKS = """
WITH before AS NOT MATERIALIZED ( -- years of ids: what is asked of them is the smaller side
    SELECT s.session_id, s.athlete_id
    FROM lake.raw.session AS s
    -- a start may be moved over the edge by what another version says of its zone
    WHERE s.local_date < getvariable('since') + 3 AND s.known_at <= getvariable('known_by')
        AND s.audience = 'club'
    UNION ALL
    SELECT m.session_id, m.athlete_id
    FROM app.session_mend AS m
    WHERE CAST(m.new_start AS DATE) < getvariable('since') + 3
        AND m.known_at <= getvariable('known_by')
),
team AS (
    SELECT r.team_id, sum(hash(r.person_id)) AS members
    FROM app.role AS r
    WHERE r.role = 'athlete' AND r.known_at <= getvariable('known_by')
    GROUP BY r.team_id
),
told (what, athlete_id, known_at) AS (
    SELECT 'session', s.athlete_id, s.known_at
    FROM lake.raw.session AS s
    WHERE s.local_date < getvariable('since') + 3 AND s.audience = 'club'
    UNION ALL
    SELECT 'moved', s.athlete_id, s.known_at
    FROM lake.raw.session AS s
    WHERE s.local_date >= getvariable('since') + 3
        AND s.session_id IN (SELECT b.session_id FROM before AS b)
        AND s.audience = 'club'
    UNION ALL
    SELECT 'sync', y.athlete_id, y.known_at
    FROM app.sync AS y
    WHERE y.first_date < getvariable('since')
    UNION ALL
    SELECT 'rpe', r.athlete_id, r.known_at
    FROM app.session_rpe AS r
    WHERE r.session_id IN (SELECT b.session_id FROM before AS b)
    UNION ALL
    SELECT 'file_rpe', f.athlete_id, f.known_at
    FROM app.file_rpe AS f
    INNER JOIN lake.raw.session AS s ON s.athlete_id = f.athlete_id AND s.sha256 = f.sha256
    WHERE s.session_id IN (SELECT b.session_id FROM before AS b)
    UNION ALL
    SELECT 'decision', q.athlete_id, q.known_at
    FROM app.quarantine_decision AS q
    WHERE q.session_id IN (SELECT b.session_id FROM before AS b)
    UNION ALL
    SELECT DISTINCT 'deleted ' || t.key, b.athlete_id, t.known_at
    FROM app.tombstone AS t
    INNER JOIN before AS b ON b.session_id = t.key
    WHERE t.kind = 'session'
    UNION ALL
    SELECT 'checkin', c.athlete_id, c.known_at
    FROM app.checkin AS c
    WHERE c.local_date <= getvariable('since')
    UNION ALL
    SELECT 'physiology', p.athlete_id, p.known_at FROM app.physiology AS p
    UNION ALL
    SELECT 'consent', a.athlete_id, a.known_at FROM app.consent AS a WHERE a.kind = 'health'
    UNION ALL
    SELECT 'exercise', '', e.known_at FROM app.exercise_tag AS e
),
counted AS (
    -- the sum, not the newest: one may go while another comes that had been on its way for longer
    SELECT t.what, t.athlete_id, count(*) AS n, sum(epoch_us(t.known_at)) AS moments
    FROM told AS t
    WHERE t.known_at <= getvariable('known_by')
    GROUP BY t.what, t.athlete_id
    UNION ALL
    -- erased people are gone for every moment
    SELECT 'gone', '', count(*), sum(epoch_us(t.known_at))
    FROM app.tombstone AS t
    WHERE t.kind <> 'session'
    UNION ALL
    SELECT 'team', r.person_id, count(*), sum(hash(r.team_id, t.members))
    FROM app.role AS r
    INNER JOIN team AS t ON t.team_id = r.team_id
    WHERE r.role = 'athlete' AND r.known_at <= getvariable('known_by')
    GROUP BY r.person_id
    UNION ALL
    -- a file that ends later, or whose sessions are decided about, covers more of the days before
    SELECT 'span', s.athlete_id, count(*), sum(hash(
        s.first_date, least(s.last_date, getvariable('since')), s.groups
    ))
    FROM lake.staging.span AS s
    WHERE s.first_date < getvariable('since')
    GROUP BY s.athlete_id
)
SELECT c.athlete_id, CAST(sum(hash(c.what, c.n, c.moments)) AS VARCHAR) AS mark
FROM counted AS c
WHERE c.athlete_id NOT IN (SELECT t.key FROM app.tombstone AS t WHERE t.kind = 'person')
GROUP BY c.athlete_id
"""
