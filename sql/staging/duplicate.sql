-- one row per recorded session that another one tells of better, with the one that stands for both
WITH RECURSIVE placed AS (
    SELECT
        r.*,
        -- which of two copies stands: the one whose place comes first
        row(
            r.quarantined,
            r.kind = 'other', -- a source that says what it was before a mere Workout
            NOT r.weighed, -- the source that has a lift's weights before one without
            r.kind = 'lift' AND r.sets_sha256 IS NULL, -- then one that has its sets
            NOT r.time_known,
            -- recordings, then exports to the metre with their ids; last what is rounded
            CASE r.source
                WHEN 'fit' THEN 0
                WHEN 'garmin_export' THEN 1
                WHEN 'strava_export' THEN 2
                WHEN 'strava_api' THEN 3
                WHEN 'garmin_csv' THEN 9
                ELSE 5
            END,
            r.session_id
        ) AS choice
    FROM lake.staging.recorded AS r
),
timed AS (
    SELECT p.*, epoch(p.start_utc) AS utc_s, epoch(p.start_local) AS local_s
    FROM placed AS p
    WHERE p.time_known
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
        coalesce(nullif(s.elapsed_s, 0), 301) AS lasts_s
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
        -- the day that the API states is right
        AND e.local_date BETWEEN a.local_date - 1 AND a.local_date + 1
    WHERE a.source = 'strava_api'
        AND e.source = 'strava_export'
        AND NOT e.quarantined
        AND a.session_id NOT IN (
            SELECT d.worse_id FROM doubled AS d UNION ALL SELECT d.better_id FROM doubled AS d
        )
),
met AS (
    SELECT d.worse_id, d.better_id FROM doubled AS d
    UNION ALL
    SELECT h.worse_id, h.better_id FROM hidden AS h
),
-- a source that states the day alone tells of it by day and length, in one row per session
day_pair AS (
    SELECT
        d.session_id AS day_id,
        o.session_id AS other_id,
        d.source,
        o.time_known,
        d.choice AS day_choice,
        o.choice AS other_choice,
        CASE
            WHEN d.distance_m > 0 AND o.distance_m > 0
                THEN abs(d.distance_m - o.distance_m) / greatest(d.distance_m, o.distance_m)
            WHEN d_s > 0 AND o_s > 0
                THEN least(
                    abs(d_s - o_s) / greatest(d_s, o_s),
                    abs(d_s - o.elapsed_s) / greatest(d_s, o.elapsed_s)
                )
            WHEN d.weighed AND o.weighed
                THEN abs(dl.tonnage_g - ol.tonnage_g) / greatest(dl.tonnage_g, ol.tonnage_g)
            -- sets alone of a lift, and its length alone: nothing gainsays that they are one
            WHEN d.kind = 'lift' THEN 0.1
        END AS apart
    FROM (
        SELECT p.*, coalesce(p.moving_s, p.elapsed_s) AS d_s FROM placed AS p WHERE NOT p.time_known
    ) AS d
    INNER JOIN (
        SELECT p.*, coalesce(p.moving_s, p.elapsed_s) AS o_s FROM placed AS p
    ) AS o
        ON o.athlete_id = d.athlete_id AND o.local_date = d.local_date AND o.kind = d.kind
        AND (o.time_known OR o.choice < d.choice)
        AND NOT list_has_any(o.payloads, d.payloads)
    LEFT JOIN lake.staging.lift AS dl
        ON dl.session_id = d.session_id AND dl.sha256 = d.sets_sha256
    LEFT JOIN lake.staging.lift AS ol
        ON ol.session_id = o.session_id AND ol.sha256 = o.sets_sha256
    WHERE o.session_id NOT IN (SELECT m.worse_id FROM met AS m)
),
-- the two that are nearest to each other first; each takes one row of each source at most
round AS (
    SELECT
        1 AS number, p.*,
        row_number() OVER own = 1 AND row_number() OVER theirs = 1 AS taken
    FROM day_pair AS p
    WHERE p.apart <= 0.1
    WINDOW
        own AS (PARTITION BY p.day_id, p.time_known ORDER BY p.apart, p.other_choice),
        theirs AS (PARTITION BY p.other_id, p.source ORDER BY p.apart, p.day_choice)
    UNION ALL
    SELECT
        r.number + 1 AS number, r.* EXCLUDE (number, taken, gone),
        row_number() OVER own_left = 1 AND row_number() OVER theirs_left = 1 AS taken
    FROM (
        SELECT
            l.*,
            bool_or(l.taken) OVER (PARTITION BY l.day_id, l.time_known)
                OR bool_or(l.taken) OVER (PARTITION BY l.other_id, l.source) AS gone
        FROM round AS l
    ) AS r
    WHERE NOT r.gone AND r.number < 8 -- as many sessions alike on one day as anybody has
    WINDOW
        own_left AS (PARTITION BY r.day_id, r.time_known ORDER BY r.apart, r.other_choice),
        theirs_left AS (PARTITION BY r.other_id, r.source ORDER BY r.apart, r.day_choice)
),
-- one with a time of day comes before another without; a copy takes no copies of its own
day_copy AS (
    SELECT r.* FROM round AS r
    WHERE r.taken
        AND (r.time_known OR (
            r.day_id NOT IN (SELECT x.day_id FROM round AS x WHERE x.taken AND x.time_known)
            AND r.other_id NOT IN (SELECT x.day_id FROM round AS x WHERE x.taken)
        ))
),
-- one and its copies by day: the best of them stands for all
day_best AS (
    SELECT m.other_id, arg_min(m.session_id, m.choice) AS best_id
    FROM (
        SELECT c.other_id, c.day_id AS session_id, c.day_choice AS choice FROM day_copy AS c
        UNION ALL
        SELECT c.other_id, c.other_id, c.other_choice FROM day_copy AS c
    ) AS m
    GROUP BY m.other_id
),
linked AS (
    SELECT m.worse_id, m.better_id FROM met AS m
    UNION ALL
    SELECT c.day_id, b.best_id
    FROM day_copy AS c
    INNER JOIN day_best AS b ON b.other_id = c.other_id
    WHERE c.day_id <> b.best_id
    UNION ALL
    SELECT b.other_id, b.best_id FROM day_best AS b WHERE b.other_id <> b.best_id
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
