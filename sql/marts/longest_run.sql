-- one row per athlete and local day with a run, from metric_from on: its longest run against the 30 days before
WITH longest AS (
    SELECT s.athlete_id, s.local_date, max(s.distance_m) AS longest_m
    FROM lake.staging.session AS s
    WHERE s.kind = 'run'
        AND NOT s.quarantined
        AND s.distance_m > 0
        AND s.local_date >= getvariable('metric_from') - 30
    GROUP BY s.athlete_id, s.local_date
),
compared AS (
    SELECT
        d.athlete_id,
        d.local_date,
        l.longest_m,
        max(l.longest_m) OVER before30 AS previous_longest_m,
        count(*) FILTER (WHERE d.state <> 'unknown') OVER before30 AS runs_known
    FROM lake.marts.daily_load AS d
    LEFT JOIN longest AS l ON l.athlete_id = d.athlete_id AND l.local_date = d.local_date
    WHERE d.channel = 'run_m' AND d.local_date >= getvariable('metric_from') - 30
    WINDOW before30 AS (
        PARTITION BY d.athlete_id ORDER BY d.local_date
        RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND INTERVAL 1 DAY PRECEDING
    )
)
SELECT
    c.athlete_id,
    c.local_date,
    c.longest_m,
    c.previous_longest_m, -- NULL: no run in those 30 days
    c.longest_m / c.previous_longest_m AS ratio, -- Frandsen 2025
    c.runs_known -- of those 30 days, how many are known
FROM compared AS c
WHERE c.longest_m IS NOT NULL AND c.local_date >= getvariable('metric_from')
