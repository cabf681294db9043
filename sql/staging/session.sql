-- one row per real session: its newest known version, from the best source that tells of it
WITH newest AS (
    SELECT s.*
    FROM lake.raw.session AS s
    LEFT JOIN app.tombstone AS erased ON erased.kind = 'person' AND erased.key = s.athlete_id
    LEFT JOIN app.tombstone AS deleted ON deleted.kind = 'session' AND deleted.key = s.session_id
        AND deleted.known_at <= getvariable('known_by')
    WHERE s.audience = 'club'
        AND s.known_at <= getvariable('known_by')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
        AND erased.key IS NULL
        AND deleted.key IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY s.session_id ORDER BY s.known_at DESC, s.sha256
    ) = 1
),
decision AS (
    SELECT q.session_id, arg_max(q.decision, q.known_at) AS decision
    FROM app.quarantine_decision AS q
    WHERE q.known_at <= getvariable('known_by')
    GROUP BY q.session_id
),
answered AS (
    SELECT r.session_id, arg_max(r.rpe_tenths, r.known_at) AS rpe_tenths
    FROM app.session_rpe AS r
    WHERE r.known_at <= getvariable('known_by')
    GROUP BY r.session_id
),
weighed AS (
    SELECT DISTINCT l.session_id, l.sha256
    FROM lake.raw.lift_set AS l
    WHERE l.weight_g > 0
        AND (getvariable('athlete') IS NULL OR l.athlete_id = getvariable('athlete'))
),
decided AS (
    SELECT
        n.* REPLACE (coalesce(a.rpe_tenths, n.rpe_tenths) AS rpe_tenths),
        n.doubt IS NOT NULL AND d.decision IS DISTINCT FROM 'keep' AS quarantined,
        epoch(n.start_utc) AS utc_s,
        epoch(n.start_local) AS local_s,
        -- no end known: assume longer than the five minutes that starts may differ by
        coalesce(nullif(n.elapsed_s, 0), 301) AS lasts_s,
        row_number() OVER (
            PARTITION BY n.athlete_id, n.kind
            ORDER BY
                n.doubt IS NOT NULL AND d.decision IS DISTINCT FROM 'keep',
                w.session_id IS NULL, -- the source that has a lift's weights before one without
                CASE n.source WHEN 'fit' THEN 0 WHEN 'strava_export' THEN 1 ELSE 2 END,
                n.session_id
        ) AS choice
    FROM newest AS n
    LEFT JOIN decision AS d ON d.session_id = n.session_id
    LEFT JOIN answered AS a ON a.session_id = n.session_id
    LEFT JOIN weighed AS w ON w.session_id = n.session_id AND w.sha256 = n.sha256
    WHERE d.decision IS DISTINCT FROM 'drop'
),
near AS (
    SELECT d.*, unnest([d.local_date - 1, d.local_date, d.local_date + 1]) AS near_date
    FROM decided AS d
),
pair AS (
    SELECT
        better.session_id AS better_id,
        worse.session_id AS worse_id,
        worse.rpe_tenths,
        CASE
            WHEN better.utc_s IS NOT NULL AND worse.utc_s IS NOT NULL
                THEN worse.utc_s - better.utc_s
            ELSE worse.local_s - better.local_s
        END AS later_s,
        better.lasts_s AS better_lasts_s,
        worse.lasts_s AS worse_lasts_s
    FROM decided AS worse
    INNER JOIN near AS better
        ON better.athlete_id = worse.athlete_id
        AND better.kind = worse.kind
        AND better.near_date = worse.local_date
        AND better.sha256 <> worse.sha256
        AND better.choice < worse.choice
),
doubled AS (
    SELECT p.better_id, p.worse_id, p.rpe_tenths
    FROM pair AS p
    WHERE abs(p.later_s) <= 300
        -- two short recordings one after the other are two sessions
        AND CASE WHEN p.later_s >= 0 THEN p.later_s < p.better_lasts_s
            ELSE -p.later_s < p.worse_lasts_s END
),
other_rpe AS (
    SELECT x.better_id, max(x.rpe_tenths) AS rpe_tenths
    FROM doubled AS x
    GROUP BY x.better_id
),
kept AS (
    SELECT
        d.* REPLACE (coalesce(d.rpe_tenths, o.rpe_tenths) AS rpe_tenths)
    FROM decided AS d
    LEFT JOIN other_rpe AS o ON o.better_id = d.session_id
    WHERE d.session_id NOT IN (SELECT x.worse_id FROM doubled AS x)
)
SELECT
    k.session_id, k.athlete_id, k.source, k.sha256, k.kind, k.sport, k.title,
    k.start_utc, k.start_local, k.local_date,
    k.distance_m, k.moving_s, k.elapsed_s, k.ascent_m, k.descent_m, k.avg_hr, k.max_hr,
    k.rpe_tenths, k.doubt, k.quarantined, k.known_at
FROM kept AS k
UNION ALL
-- what the athlete said of a day for which nothing arrived; it has no time of day
SELECT
    y.checkin_id, y.athlete_id, 'checkin', NULL,
    CASE WHEN y.distance_m > 0 THEN 'run' ELSE 'other' END, 'checkin', NULL,
    NULL, NULL, y.local_date,
    y.distance_m, 60 * y.minutes, 60 * y.minutes, NULL, NULL, NULL, NULL,
    y.rpe_tenths, NULL, false, y.known_at
FROM lake.staging.yesterday AS y
LEFT JOIN (SELECT DISTINCT k.athlete_id, k.local_date FROM kept AS k) AS arrived
    ON arrived.athlete_id = y.athlete_id AND arrived.local_date = y.local_date
WHERE y.told = 'trained' AND arrived.athlete_id IS NULL
