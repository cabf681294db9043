-- one row per real session with a length, of the days from `since` on: its session-RPE load in tenths of AU, and how its RPE is known
-- RPE x minutes (Foster 1998, 2001). A missing RPE is, in this order: the median of the same squad
-- session; the athlete's median for that type in 60 days; the athlete's own regression of
-- session-RPE load on TRIMP, for easy runs; otherwise unknown. Counts and limits that Foster and
-- the rest do not give are ours: 3 others, 15 minutes, 10 runs in 60 days, 75 % of the reserve.
WITH timed AS (
    SELECT
        s.session_id, s.athlete_id, s.kind, s.sport, s.local_date, s.start_local, s.time_known,
        s.rpe_tenths,
        CASE s.kind
            WHEN 'lift' THEN coalesce(nullif(s.elapsed_s, 0), s.moving_s) -- rests count
            ELSE coalesce(nullif(s.moving_s, 0), s.elapsed_s)
        END AS seconds
    FROM lake.staging.session AS s
    WHERE NOT s.quarantined
),
told AS (
    SELECT t.* FROM timed AS t WHERE t.rpe_tenths IS NOT NULL AND t.seconds IS NOT NULL
),
silent AS (
    SELECT t.* FROM timed AS t
    WHERE t.rpe_tenths IS NULL AND t.seconds IS NOT NULL AND t.local_date >= getvariable('since')
),
member AS (
    SELECT r.person_id AS athlete_id, r.team_id
    FROM app.role AS r
    WHERE r.role = 'athlete' AND r.team_id <> '' AND r.known_at <= getvariable('known_by')
),
squad AS (
    SELECT m.session_id, median(m.rpe_tenths) AS rpe_tenths
    FROM (
        -- who shares two teams is one of the others, not two
        SELECT DISTINCT s.session_id, o.session_id AS other_id, o.rpe_tenths
        FROM (
            SELECT s.*, m.team_id
            FROM silent AS s INNER JOIN member AS m ON m.athlete_id = s.athlete_id
        ) AS s
        INNER JOIN (
            SELECT t.*, m.team_id
            FROM told AS t INNER JOIN member AS m ON m.athlete_id = t.athlete_id
        ) AS o
            ON o.team_id = s.team_id AND o.kind = s.kind AND o.local_date = s.local_date
            AND o.athlete_id <> s.athlete_id
        WHERE abs(epoch(o.start_local) - epoch(s.start_local)) <= 900
            AND o.time_known AND s.time_known -- at noon stands what states the day alone
    ) AS m
    GROUP BY m.session_id
    HAVING count(*) >= 3
),
usual AS (
    SELECT s.session_id, median(o.rpe_tenths) AS rpe_tenths
    FROM silent AS s
    INNER JOIN told AS o
        ON o.athlete_id = s.athlete_id AND o.kind = s.kind AND o.sport = s.sport
        AND o.local_date BETWEEN s.local_date - 60 AND s.local_date - 1
    WHERE s.session_id NOT IN (SELECT q.session_id FROM squad AS q)
    GROUP BY s.session_id
    HAVING count(*) >= 5
),
easy AS (
    SELECT t.session_id, t.trimp_banister_dau AS impulse
    FROM lake.staging.trimp AS t
    WHERE t.trimp_banister_dau IS NOT NULL AND t.mean_reserve <= 0.75
),
pair AS (
    SELECT
        s.session_id,
        own.impulse AS at_x,
        x.impulse AS x,
        (o.rpe_tenths * o.seconds + 30) // 60 AS y
    FROM silent AS s
    INNER JOIN easy AS own ON own.session_id = s.session_id
    INNER JOIN told AS o
        ON o.athlete_id = s.athlete_id AND o.kind = 'run'
        AND o.local_date BETWEEN s.local_date - 60 AND s.local_date - 1
    INNER JOIN easy AS x ON x.session_id = o.session_id
),
summed AS (
    -- whole numbers, so that the same runs always give the same line
    SELECT
        p.session_id,
        any_value(p.at_x) AS at_x,
        count(*) AS n,
        CAST(sum(p.x) AS BIGINT) AS x,
        CAST(sum(p.y) AS BIGINT) AS y,
        CAST(sum(p.x * p.y) AS BIGINT) AS xy,
        CAST(sum(p.x * p.x) AS BIGINT) AS xx
    FROM pair AS p
    GROUP BY p.session_id
    HAVING count(*) >= 10
),
line AS (
    SELECT
        s.session_id,
        s.y / s.n + (s.at_x - s.x / s.n) * (s.n * s.xy - s.x * s.y) / (s.n * s.xx - s.x * s.x)
            AS srpe_dau
    FROM summed AS s
    -- load that falls while the heart works harder is no relation to go by
    WHERE s.n * s.xx > s.x * s.x AND s.n * s.xy > s.x * s.y
)
SELECT
    t.session_id,
    coalesce(
        CAST(round(coalesce(t.rpe_tenths, q.rpe_tenths, u.rpe_tenths)) AS BIGINT) * t.seconds + 30,
        CAST(round(if(l.srpe_dau < 0, 0, l.srpe_dau)) AS BIGINT) * 60
    ) // 60 AS srpe_dau,
    CASE
        WHEN t.rpe_tenths IS NOT NULL THEN 'told'
        WHEN q.rpe_tenths IS NOT NULL THEN 'squad'
        WHEN u.rpe_tenths IS NOT NULL THEN 'usual'
        WHEN l.srpe_dau IS NOT NULL THEN 'trimp'
    END AS known_from
FROM timed AS t
LEFT JOIN squad AS q ON q.session_id = t.session_id
LEFT JOIN usual AS u ON u.session_id = t.session_id
LEFT JOIN line AS l ON l.session_id = t.session_id
WHERE t.seconds IS NOT NULL AND t.local_date >= getvariable('since')
