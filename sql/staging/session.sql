-- one row per real session: recorded ones from the best source that tells of them, and what was told in a check-in
WITH other_rpe AS (
    SELECT d.kept_id, max(r.rpe_tenths) AS rpe_tenths
    FROM lake.staging.duplicate AS d
    INNER JOIN lake.staging.recorded AS r ON r.session_id = d.session_id
    GROUP BY d.kept_id
),
kept AS (
    SELECT r.* REPLACE (coalesce(r.rpe_tenths, o.rpe_tenths) AS rpe_tenths)
    FROM lake.staging.recorded AS r
    LEFT JOIN other_rpe AS o ON o.kept_id = r.session_id
    WHERE r.session_id NOT IN (SELECT d.session_id FROM lake.staging.duplicate AS d)
)
SELECT k.* EXCLUDE (weighed, payloads)
FROM kept AS k
UNION ALL BY NAME
-- what the athlete said of a day; it has no time of day. A told run gives way to a run that
-- arrived, and minutes without a distance to any session that tells its own session-RPE load.
-- One that waits for a decision replaces nothing: dropped, it leaves what was told.
SELECT
    y.checkin_id AS session_id,
    y.athlete_id,
    'checkin' AS source,
    CASE WHEN y.distance_m > 0 THEN 'run' ELSE 'other' END AS kind,
    'checkin' AS sport,
    y.local_date,
    y.distance_m,
    60 * y.minutes AS moving_s,
    60 * y.minutes AS elapsed_s,
    y.rpe_tenths,
    false AS quarantined,
    y.known_at
FROM lake.staging.yesterday AS y
WHERE y.told = 'trained'
    AND NOT EXISTS (
        SELECT 1
        FROM kept AS k
        WHERE k.athlete_id = y.athlete_id AND k.local_date = y.local_date
            AND NOT k.quarantined
            AND CASE
                WHEN y.distance_m > 0 THEN k.kind = 'run'
                ELSE k.rpe_tenths IS NOT NULL AND coalesce(k.moving_s, k.elapsed_s) IS NOT NULL
            END
    )
