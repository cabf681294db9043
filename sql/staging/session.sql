-- one row per real session: recorded ones from the best source that tells of them, and what was told in a check-in
WITH copy AS (
    SELECT d.kept_id, r.* EXCLUDE (quarantined)
    FROM lake.staging.duplicate AS d
    INNER JOIN lake.staging.recorded AS r ON r.session_id = d.session_id
    WHERE NOT r.quarantined
),
-- what the best source does not tell, its copies may
filled AS (
    SELECT
        c.kept_id,
        arg_min(c.distance_m, c.session_id) AS distance_m,
        arg_min(c.moving_s, c.session_id) AS moving_s,
        arg_min(c.elapsed_s, c.session_id) AS elapsed_s,
        arg_min(c.ascent_m, c.session_id) AS ascent_m,
        arg_min(c.descent_m, c.session_id) AS descent_m,
        arg_min(c.graded_m, c.session_id) AS graded_m,
        arg_min(c.fast_dm, c.session_id) AS fast_dm,
        arg_min(c.hr_from, c.session_id) FILTER (WHERE c.hr_s IS NOT NULL) AS hr_from,
        arg_min(c.hr_s, c.session_id) AS hr_s,
        arg_min(c.avg_hr, c.session_id) AS avg_hr,
        arg_min(c.max_hr, c.session_id) AS max_hr,
        max(c.rpe_tenths) AS rpe_tenths
    FROM copy AS c
    GROUP BY c.kept_id
),
kept AS (
    SELECT
        r.* REPLACE (
            coalesce(r.distance_m, f.distance_m) AS distance_m,
            coalesce(r.moving_s, f.moving_s) AS moving_s,
            coalesce(r.elapsed_s, f.elapsed_s) AS elapsed_s,
            coalesce(r.ascent_m, f.ascent_m) AS ascent_m,
            coalesce(r.descent_m, f.descent_m) AS descent_m,
            coalesce(r.graded_m, f.graded_m) AS graded_m,
            coalesce(r.fast_dm, f.fast_dm) AS fast_dm,
            if(r.hr_s IS NULL, f.hr_from, r.hr_from) AS hr_from,
            coalesce(r.hr_s, f.hr_s) AS hr_s,
            coalesce(r.avg_hr, f.avg_hr) AS avg_hr,
            coalesce(r.max_hr, f.max_hr) AS max_hr,
            -- last, the effort that was told of the day before anything of it had arrived
            coalesce(r.rpe_tenths, f.rpe_tenths, y.rpe_tenths) AS rpe_tenths
        )
    FROM lake.staging.recorded AS r
    LEFT JOIN filled AS f ON f.kept_id = r.session_id
    LEFT JOIN lake.staging.yesterday AS y
        ON y.athlete_id = r.athlete_id AND y.local_date = r.local_date AND y.told = 'trained'
        AND (r.kind = 'run' OR coalesce(y.distance_m, 0) = 0) AND NOT r.quarantined
    WHERE r.session_id NOT IN (SELECT d.session_id FROM lake.staging.duplicate AS d)
)
SELECT k.* EXCLUDE (source_id, weighed, payloads)
FROM kept AS k
UNION ALL BY NAME
-- what the athlete said of a day; it has no time of day. A told run gives way to a run that
-- arrived, and minutes without a distance to any session that tells how long it was.
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
                ELSE coalesce(k.moving_s, k.elapsed_s) IS NOT NULL
            END
    )
