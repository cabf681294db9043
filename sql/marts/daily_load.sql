-- one row per athlete, local day and channel, from the athlete's first evidence to the day before the morning
WITH session AS (
    SELECT s.*
    FROM lake.staging.session AS s
    WHERE s.local_date < getvariable('morning')
),
tonnage AS (
    -- body-weight sets add nothing; a lift whose sets are not known has no row here
    SELECT l.session_id, CAST(coalesce(sum(l.reps * l.weight_g), 0) AS BIGINT) AS weight_g
    FROM lake.staging.lift_set AS l
    GROUP BY l.session_id
),
measured AS (
    SELECT
        s.athlete_id,
        s.local_date,
        s.kind,
        s.source = 'checkin' AS told,
        s.quarantined,
        s.distance_m,
        s.ascent_m,
        t.weight_g,
        s.rpe_tenths * CASE s.kind
            WHEN 'lift' THEN coalesce(nullif(s.elapsed_s, 0), s.moving_s) -- rests count
            ELSE coalesce(nullif(s.moving_s, 0), s.elapsed_s)
        END AS rpe_tenth_s
    FROM session AS s
    LEFT JOIN tonnage AS t ON t.session_id = s.session_id
),
part AS (
    SELECT
        m.athlete_id,
        m.local_date,
        c.channel,
        m.told,
        CASE WHEN NOT m.quarantined THEN
            CASE c.channel
                WHEN 'run_m' THEN m.distance_m
                WHEN 'ascent_m' THEN m.ascent_m
                WHEN 'tonnage_g' THEN m.weight_g
                WHEN 'srpe_dau' THEN (m.rpe_tenth_s + 30) // 60 -- RPE x minutes, rounded
            END
        END AS load
    FROM measured AS m
    INNER JOIN (VALUES
        ('run', 'run_m'), ('run', 'ascent_m'), ('lift', 'tonnage_g'),
        ('run', 'srpe_dau'), ('lift', 'srpe_dau'), ('other', 'srpe_dau')
    ) AS c(kind, channel) ON c.kind = m.kind
),
summed AS (
    SELECT
        p.athlete_id,
        p.local_date,
        p.channel,
        count(*) AS sessions,
        count(*) = count(p.load) AS complete, -- one unknown session makes the day unknown
        bool_or(p.told) AS told,
        CAST(sum(p.load) AS BIGINT) AS load
    FROM part AS p
    GROUP BY p.athlete_id, p.local_date, p.channel
),
covered AS (
    SELECT e.athlete_id, e.local_date, e.grp
    FROM lake.staging.evidence AS e
    UNION
    SELECT s.athlete_id, s.local_date, s.kind
    FROM session AS s
    WHERE s.kind IN ('run', 'lift')
),
life AS (
    SELECT f.athlete_id, min(f.local_date) AS first_date
    FROM (
        SELECT e.athlete_id, e.local_date FROM lake.staging.evidence AS e
        UNION ALL
        SELECT s.athlete_id, s.local_date FROM session AS s
        WHERE NOT s.quarantined -- a clock that was never set starts no calendar in 1989
    ) AS f
    GROUP BY f.athlete_id
),
used AS (
    SELECT DISTINCT s.athlete_id, s.kind AS grp
    FROM session AS s
    WHERE s.kind IN ('run', 'lift')
    UNION
    -- someone of whom neither is known yet is asked about running
    SELECT l.athlete_id, 'run'
    FROM life AS l
    WHERE l.athlete_id NOT IN (
        SELECT s.athlete_id FROM session AS s WHERE s.kind IN ('run', 'lift')
    )
),
-- days on which every group that the athlete uses is known of: what the combined channel needs
whole AS (
    SELECT c.athlete_id, c.local_date, 'all' AS grp
    FROM covered AS c
    INNER JOIN used AS u ON u.athlete_id = c.athlete_id AND u.grp = c.grp
    INNER JOIN (SELECT u.athlete_id, count(*) AS n FROM used AS u GROUP BY u.athlete_id) AS need
        ON need.athlete_id = c.athlete_id
    GROUP BY c.athlete_id, c.local_date, need.n
    HAVING count(*) = need.n
),
known AS (
    SELECT c.athlete_id, c.local_date, c.grp FROM covered AS c
    UNION ALL
    SELECT w.athlete_id, w.local_date, w.grp FROM whole AS w
),
calendar AS (
    SELECT
        l.athlete_id,
        CAST(unnest(
            generate_series(l.first_date, getvariable('morning') - 1, INTERVAL 1 DAY)
        ) AS DATE) AS local_date
    FROM life AS l
),
channel AS (
    SELECT u.athlete_id, c.channel, c.grp
    FROM (
        SELECT u.athlete_id, u.grp FROM used AS u
        UNION ALL
        SELECT l.athlete_id, 'all' FROM life AS l
    ) AS u
    INNER JOIN (VALUES
        ('run_m', 'run'), ('ascent_m', 'run'), ('tonnage_g', 'lift'), ('srpe_dau', 'all')
    ) AS c(channel, grp) ON c.grp = u.grp
),
stated AS (
    SELECT
        d.athlete_id,
        d.local_date,
        h.channel,
        CASE
            WHEN s.sessions IS NULL AND k.grp IS NOT NULL THEN 'rest'
            WHEN s.complete AND (h.grp <> 'all' OR s.told OR k.grp IS NOT NULL) THEN 'trained'
            ELSE 'unknown'
        END AS state,
        s.load,
        coalesce(s.sessions, 0) AS sessions
    FROM calendar AS d
    INNER JOIN channel AS h ON h.athlete_id = d.athlete_id
    LEFT JOIN summed AS s
        ON s.athlete_id = d.athlete_id AND s.local_date = d.local_date AND s.channel = h.channel
    LEFT JOIN known AS k
        ON k.athlete_id = d.athlete_id AND k.local_date = d.local_date AND k.grp = h.grp
)
SELECT
    t.athlete_id,
    t.local_date,
    t.channel,
    t.state,
    CASE t.state WHEN 'trained' THEN t.load WHEN 'rest' THEN 0 END AS load,
    t.sessions,
    false AS imputed
FROM stated AS t
