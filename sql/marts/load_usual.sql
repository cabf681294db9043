-- one row per athlete, local day and channel from 14 days before metric_from: its week among those of the last 26 weeks
-- Asked of one athlete, of everybody (usual_of_all), or of channels whose rule goes by it. Weeks end on every day; those with
-- fewer than six known days are left out, and fewer than eight weeks of them say nothing.
WITH week AS (
    SELECT
        d.athlete_id,
        d.channel,
        d.local_date,
        count(d.load) OVER last7 AS known7,
        7 * sum(CAST(d.load AS DOUBLE)) OVER last7 / count(d.load) OVER last7 AS v7
    FROM lake.marts.daily_load AS d
    LEFT JOIN lake.marts.rule AS r
        ON r.athlete_id = d.athlete_id AND r.channel = d.channel AND r.rule = 'spike'
    WHERE d.local_date >= getvariable('metric_from') - 202
        AND (
            getvariable('athlete') IS NOT NULL
            OR coalesce(getvariable('usual_of_all'), false)
            OR r.percentile IS NOT NULL
        )
    WINDOW last7 AS (
        PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date ROWS 6 PRECEDING
    )
),
known AS (
    SELECT w.* FROM week AS w WHERE w.known7 >= 6
)
SELECT
    k.athlete_id,
    k.local_date,
    k.channel,
    -- cumulative distribution, the day itself included
    count(*) FILTER (WHERE o.v7 <= k.v7) / count(*) AS percentile,
    quantile_cont(o.v7, 0.1) AS p10,
    quantile_cont(o.v7, 0.9) AS p90
FROM known AS k
INNER JOIN known AS o
    ON o.athlete_id = k.athlete_id AND o.channel = k.channel
    AND o.local_date BETWEEN k.local_date - 181 AND k.local_date
WHERE k.local_date >= getvariable('metric_from') - 14
GROUP BY k.athlete_id, k.local_date, k.channel
HAVING count(*) >= 56
