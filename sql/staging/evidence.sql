-- one row per athlete, local day and group (run, lift) where a source says whether there was a session
WITH decision AS (
    SELECT q.session_id, arg_max(q.decision, q.known_at) AS decision
    FROM app.quarantine_decision AS q
    WHERE q.known_at <= getvariable('known_by')
    GROUP BY q.session_id
),
-- every version counts: a session that came again in a later file still dates the earlier file
held AS (
    SELECT s.athlete_id, s.sha256, s.kind, s.local_date
    FROM lake.raw.session AS s
    LEFT JOIN decision AS d ON d.session_id = s.session_id
    LEFT JOIN app.tombstone AS erased ON erased.kind = 'person' AND erased.key = s.athlete_id
    WHERE s.audience = 'club'
        AND s.known_at <= getvariable('known_by')
        AND s.local_date < getvariable('morning')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
        AND erased.key IS NULL
        -- a doubtful date must not stretch what a file covers
        AND (s.doubt IS NULL OR d.decision = 'keep')
),
span AS (
    SELECT
        h.athlete_id,
        min(h.local_date) AS first_date,
        max(h.local_date) AS last_date,
        list_filter(list(DISTINCT h.kind), lambda k: k <> 'other') AS groups
    FROM held AS h
    GROUP BY h.athlete_id, h.sha256
),
covered AS (
    SELECT DISTINCT s.athlete_id, s.first_date, s.last_date, unnest(s.groups) AS grp
    FROM span AS s
),
daily AS (
    SELECT
        c.athlete_id,
        CAST(unnest(generate_series(
            greatest(c.first_date, getvariable('since')), c.last_date, INTERVAL 1 DAY
        )) AS DATE) AS local_date,
        c.grp,
        'file' AS evidence
    FROM covered AS c
    UNION ALL
    SELECT y.athlete_id, y.local_date, g.grp, 'checkin'
    FROM lake.staging.yesterday AS y
    CROSS JOIN (VALUES ('run'), ('lift')) AS g(grp)
    WHERE y.told = 'rest' AND y.local_date < getvariable('morning')
        AND y.local_date >= getvariable('since')
)
SELECT d.athlete_id, d.local_date, d.grp, min(d.evidence) AS evidence
FROM daily AS d
GROUP BY d.athlete_id, d.local_date, d.grp
