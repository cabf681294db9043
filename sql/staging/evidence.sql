-- one row per athlete, local day and group (run, lift) where a source says whether there was a session
WITH covered AS (
    SELECT DISTINCT s.athlete_id, s.first_date, s.last_date, unnest(s.groups) AS grp
    FROM lake.staging.span AS s
),
-- days of which a source has handed over everything
synced AS (
    SELECT
        s.athlete_id,
        greatest(s.first_date, getvariable('since')) AS first_date,
        least(s.last_date, getvariable('morning') - 1) AS last_date,
        unnest(string_split(s.groups, ' ')) AS grp
    FROM app.sync AS s
    LEFT JOIN app.tombstone AS gone ON gone.kind = 'person' AND gone.key = s.athlete_id
    WHERE s.known_at <= getvariable('known_by')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
        AND gone.key IS NULL
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
    SELECT
        s.athlete_id,
        CAST(unnest(generate_series(s.first_date, s.last_date, INTERVAL 1 DAY)) AS DATE),
        s.grp,
        'sync'
    FROM synced AS s
    WHERE s.grp IN ('run', 'lift')
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
