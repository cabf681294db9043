-- one row per recorded session that another one tells of better, with the one that stands for both
WITH RECURSIVE timed AS (
    SELECT r.*, epoch(r.start_utc) AS utc_s, epoch(r.start_local) AS local_s
    FROM lake.staging.recorded AS r
),
spaced AS (
    SELECT
        d.*,
        d.utc_s - lag(d.utc_s) OVER utc AS utc_before,
        lead(d.utc_s) OVER utc - d.utc_s AS utc_after,
        d.local_s - lag(d.local_s) OVER wall AS local_before,
        lead(d.local_s) OVER wall - d.local_s AS local_after
    FROM timed AS d
    WINDOW
        utc AS (PARTITION BY d.athlete_id ORDER BY d.utc_s),
        wall AS (PARTITION BY d.athlete_id ORDER BY d.local_s)
),
-- only what starts within five minutes of another session can be told of twice
crowded AS (
    SELECT
        s.*,
        -- no end known: assume longer than the five minutes that starts may differ by
        coalesce(nullif(s.elapsed_s, 0), 301) AS lasts_s,
        row_number() OVER (
            PARTITION BY s.athlete_id
            ORDER BY
                s.quarantined,
                s.kind = 'other', -- a source that says what it was before a mere Workout
                NOT s.weighed, -- the source that has a lift's weights before one without
                -- recordings, then exports to the metre with their ids; last what is rounded
                CASE s.source
                    WHEN 'fit' THEN 0
                    WHEN 'garmin_export' THEN 1
                    WHEN 'strava_export' THEN 2
                    WHEN 'strava_api' THEN 3
                    WHEN 'garmin_csv' THEN 9
                    ELSE 5
                END,
                s.session_id
        ) AS choice
    FROM spaced AS s
    WHERE least(s.utc_before, s.utc_after, s.local_before, s.local_after) <= 300
),
pair AS (
    SELECT
        better.session_id AS better_id,
        worse.session_id AS worse_id,
        better.choice,
        CASE
            WHEN better.utc_s IS NOT NULL AND worse.utc_s IS NOT NULL
                THEN worse.utc_s - better.utc_s
            ELSE worse.local_s - better.local_s
        END AS later_s,
        better.lasts_s AS better_lasts_s,
        worse.lasts_s AS worse_lasts_s
    FROM crowded AS worse
    INNER JOIN crowded AS better
        ON better.athlete_id = worse.athlete_id
        AND (better.kind = worse.kind OR worse.kind = 'other')
        AND better.local_date BETWEEN worse.local_date - 1 AND worse.local_date + 1
        -- what one file tells of as two stays two
        AND NOT list_has_any(better.payloads, worse.payloads)
        AND better.choice < worse.choice
),
doubled AS (
    SELECT p.worse_id, arg_min(p.better_id, row(abs(p.later_s), p.choice)) AS better_id
    FROM pair AS p
    WHERE abs(p.later_s) <= 300
        -- two short recordings one after the other are two sessions
        AND CASE WHEN p.later_s >= 0 THEN p.later_s < p.better_lasts_s
            ELSE -p.later_s < p.worse_lasts_s END
    GROUP BY p.worse_id
),
-- the API hides when some activities began; the export names them by the same id
hidden AS (
    SELECT a.session_id AS worse_id, e.session_id AS better_id
    FROM timed AS a
    INNER JOIN timed AS e ON e.athlete_id = a.athlete_id AND e.source_id = a.source_id
    WHERE a.source = 'strava_api'
        AND e.source = 'strava_export'
        AND NOT e.quarantined
        AND a.session_id NOT IN (
            SELECT d.worse_id FROM doubled AS d UNION ALL SELECT d.better_id FROM doubled AS d
        )
),
linked AS (
    SELECT d.worse_id, d.better_id FROM doubled AS d
    UNION ALL
    SELECT h.worse_id, h.better_id FROM hidden AS h
),
-- what stands for a session may itself be told of better, and so on to the best of them
stands AS (
    SELECT d.worse_id, d.better_id FROM linked AS d
    UNION ALL
    SELECT s.worse_id, d.better_id
    FROM stands AS s
    INNER JOIN linked AS d ON d.worse_id = s.better_id
)
SELECT s.worse_id AS session_id, s.better_id AS kept_id
FROM stands AS s
WHERE s.better_id NOT IN (SELECT d.worse_id FROM linked AS d)
