-- one row per athlete, morning, rule and channel whose condition is true that morning
-- V7, B1 and B4 are scaled sums; every comparison is multiplied out, so that it is exact in integers
WITH judged AS (
    SELECT v.*, v.local_date AS of_date, c.* EXCLUDE (athlete_id, channel)
    FROM lake.marts.load_volume AS v
    INNER JOIN lake.marts.rule AS c ON c.athlete_id = v.athlete_id AND c.channel = v.channel
    WHERE c.rule = 'spike' AND c.enabled AND c.week = 'rolling'
    UNION ALL BY NAME
    -- from Monday to Saturday a calendar week is the one that ended on Sunday
    SELECT
        v.* REPLACE (v.local_date + d.later AS local_date),
        v.local_date AS of_date,
        c.* EXCLUDE (athlete_id, channel)
    FROM lake.marts.load_volume AS v
    INNER JOIN lake.marts.rule AS c ON c.athlete_id = v.athlete_id AND c.channel = v.channel
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6)) AS d(later)
    WHERE c.rule = 'spike' AND c.enabled AND c.week = 'calendar'
        AND isodow(v.local_date) = 7
        AND v.local_date + d.later < getvariable('until')
),
compared AS (
    SELECT
        v.athlete_id, v.local_date, v.of_date, v.channel, v.v7, v.prev7, v.b4,
        v.version, v.basis, v.hold_days,
        v.measured AND v.known7 >= 6 AND v.day_number >= v.from_day AS usable,
        v.known_prev7 >= 6 AS usable1,
        v.known_b4 >= 25 AS usable4,
        100 * v.s7 * v.known_prev7 > (100 + v.threshold_pct) * v.s1 * v.known7 AS over1,
        100 * v.s7 * v.known_b4 > (100 + v.threshold_pct) * v.s4 * v.known7 AS over4,
        7 * (v.s7 * v.known_prev7 - v.s1 * v.known7)
            >= v.floor_rise * v.known7 * v.known_prev7 AS rise1,
        7 * (v.s7 * v.known_b4 - v.s4 * v.known7)
            >= v.floor_rise * v.known7 * v.known_b4 AS rise4,
        7 * v.s1 >= v.floor_base * v.known_prev7 AS floor1,
        7 * v.s4 >= v.floor_base * v.known_b4 AS floor4,
        -- the personal percentile is asked only where a club wants it
        v.percentile IS NULL OR 100 * u.percentile >= v.percentile AS high
    FROM judged AS v
    LEFT JOIN lake.marts.load_usual AS u
        ON u.athlete_id = v.athlete_id AND u.channel = v.channel AND u.local_date = v.of_date
),
grown AS (
    SELECT
        c.*,
        CASE c.basis
            WHEN 'max' THEN c.usable1 AND c.usable4 AND c.over1 AND c.over4
            WHEN 'literal' THEN c.usable1 AND c.over1
            WHEN 'four_week' THEN c.usable4 AND c.over4
        END AS more,
        CASE c.basis
            WHEN 'max' THEN c.floor4 AND c.rise1 AND c.rise4
            WHEN 'literal' THEN c.floor1 AND c.rise1
            WHEN 'four_week' THEN c.floor4 AND c.rise4
        END AS enough,
        CASE c.basis
            WHEN 'max' THEN greatest(c.prev7, c.b4)
            WHEN 'literal' THEN c.prev7
            WHEN 'four_week' THEN c.b4
        END AS base
    FROM compared AS c
    WHERE c.usable AND c.high
),
run AS (
    SELECT
        l.*,
        c.version,
        c.hold_days,
        100 * l.longest_m > (100 + c.threshold_pct) * l.previous_longest_m
            AND l.longest_m >= c.floor_base
            AND l.longest_m - l.previous_longest_m >= c.floor_rise AS longer
    FROM lake.marts.longest_run AS l
    INNER JOIN lake.marts.rule AS c ON c.athlete_id = l.athlete_id
    INNER JOIN lake.marts.load_volume AS v
        ON v.athlete_id = l.athlete_id AND v.local_date = l.local_date AND v.channel = 'run_m'
    WHERE c.rule = 'single_run' AND c.channel = 'run_m' AND c.enabled
        AND v.day_number >= c.from_day
        AND l.runs_known >= 27 -- as with 28 days: at most three unknown
),
fired AS (
    SELECT
        g.athlete_id, g.local_date, g.of_date, 'spike' AS rule, g.channel,
        g.version, g.hold_days, g.v7 - g.base AS rise,
        NULL AS day_m, NULL AS previous_longest_m
    FROM grown AS g
    WHERE g.more AND g.enough
    UNION ALL
    SELECT
        r.athlete_id, r.local_date, r.local_date,
        CASE WHEN r.previous_longest_m IS NULL THEN 'return_to_run' ELSE 'single_run' END, 'run_m',
        r.version, r.hold_days, r.longest_m - r.previous_longest_m,
        r.longest_m, r.previous_longest_m
    FROM run AS r
    WHERE r.longer OR r.previous_longest_m IS NULL
),
streak AS (
    SELECT
        f.*,
        f.local_date - CAST(row_number() OVER (
            PARTITION BY f.athlete_id, f.rule, f.channel ORDER BY f.local_date
        ) AS INTEGER) AS start_date
    FROM fired AS f
),
counted AS (
    SELECT
        s.*,
        row_number() OVER (
            PARTITION BY s.athlete_id, s.rule, s.channel, s.start_date ORDER BY s.local_date
        ) AS held_days
    FROM streak AS s
),
hilly AS (
    SELECT DISTINCT
        s.athlete_id,
        CAST(unnest(
            generate_series(s.local_date, s.local_date + 6, INTERVAL 1 DAY)
        ) AS DATE) AS local_date
    FROM lake.staging.session AS s
    WHERE s.kind = 'run' AND NOT s.quarantined
        -- a hill session has 15 m of ascent per km; below 1 km the ratio is noise
        AND s.distance_m >= 1000 AND 1000 * s.ascent_m >= 15 * s.distance_m
        AND s.local_date >= getvariable('metric_from') - 14
    UNION
    -- or more than 15 % more ascent than last week and than usual, whatever the club's rules
    SELECT v.athlete_id, v.local_date
    FROM lake.marts.load_volume AS v
    WHERE v.channel = 'ascent_m'
        AND v.known7 >= 6 AND v.known_prev7 >= 6 AND v.known_b4 >= 25
        AND 100 * v.s7 * v.known_prev7 > 115 * v.s1 * v.known7
        AND 100 * v.s7 * v.known_b4 > 115 * v.s4 * v.known7
),
sledded AS (
    SELECT DISTINCT
        s.athlete_id,
        CAST(unnest(
            generate_series(s.local_date, s.local_date + 6, INTERVAL 1 DAY)
        ) AS DATE) AS local_date
    FROM lake.staging.session AS s
    INNER JOIN lake.staging.lift AS l
        ON l.session_id = s.session_id AND l.sha256 = s.sets_sha256
    WHERE l.sled_sets > 0 AND NOT s.quarantined
        AND s.local_date >= getvariable('metric_from') - 14
)
SELECT
    c.athlete_id,
    c.local_date + 1 AS morning,
    c.rule,
    c.channel,
    c.version AS rule_version,
    c.held_days,
    c.held_days >= c.hold_days AS holds,
    v.v7,
    v.prev7 AS b1,
    v.b4,
    c.rise,
    v.wow_pct,
    v.known7,
    v.known_prev7,
    v.known_b4,
    c.day_m,
    c.previous_longest_m,
    c.channel NOT IN ('tonnage_g', 'eccentric_sets') AND h.athlete_id IS NOT NULL AS hill,
    d.athlete_id IS NOT NULL AS sled
FROM counted AS c
INNER JOIN lake.marts.load_volume AS v
    ON v.athlete_id = c.athlete_id AND v.local_date = c.of_date AND v.channel = c.channel
LEFT JOIN hilly AS h ON h.athlete_id = c.athlete_id AND h.local_date = c.of_date
LEFT JOIN sledded AS d ON d.athlete_id = c.athlete_id AND d.local_date = c.of_date
WHERE c.local_date >= getvariable('metric_from')
