-- one row per athlete, local day and channel from 14 days before metric_from: sums over the known days of each window
WITH windowed AS (
    SELECT
        d.athlete_id,
        d.local_date,
        d.channel,
        d.state,
        d.load,
        -- whole base units stay exact in a double up to 2^53
        sum(CAST(d.load AS DOUBLE)) OVER last7 AS sum7,
        count(d.load) OVER last7 AS known7,
        lag(CAST(d.load AS DOUBLE), 1) OVER days AS load1,
        lag(CAST(d.load AS DOUBLE), 2) OVER days AS load2,
        lag(CAST(d.load AS DOUBLE), 3) OVER days AS load3,
        lag(CAST(d.load AS DOUBLE), 4) OVER days AS load4,
        lag(CAST(d.load AS DOUBLE), 5) OVER days AS load5,
        lag(CAST(d.load AS DOUBLE), 6) OVER days AS load6,
        sum(CAST(d.load AS DOUBLE)) OVER prev7 AS sum_prev7,
        count(d.load) OVER prev7 AS known_prev7,
        sum(CAST(d.load AS DOUBLE)) OVER last28 AS sum28,
        count(d.load) OVER last28 AS known28,
        sum(CAST(d.load AS DOUBLE)) OVER prev21 AS sum_prev21,
        count(d.load) OVER prev21 AS known_prev21,
        sum(CAST(d.load AS DOUBLE)) OVER prev28 AS sum_b4,
        count(d.load) OVER prev28 AS known_b4,
        count(*) FILTER (WHERE d.imputed) OVER last35 AS imputed35,
        count(*) FILTER (WHERE d.state = 'trained') OVER last35 AS trained35
    FROM lake.marts.daily_load AS d
    WHERE d.local_date >= getvariable('metric_from') - 48 -- 14 days, and the 34 that the first one needs
    WINDOW
        days AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date),
        last7 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS 6 PRECEDING),
        prev7 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS BETWEEN 13 PRECEDING AND 7 PRECEDING),
        last28 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS 27 PRECEDING),
        prev21 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS BETWEEN 27 PRECEDING AND 7 PRECEDING),
        prev28 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS BETWEEN 34 PRECEDING AND 7 PRECEDING),
        last35 AS (PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date
            ROWS 34 PRECEDING)
)
SELECT
    w.* EXCLUDE (load1, load2, load3, load4, load5, load6),
    -- day 1 is the first known day of the channel; NULL before it
    CASE WHEN w.local_date >= b.first_date
        THEN date_diff('day', b.first_date, w.local_date) + 1 END AS day_number,
    -- known days scaled to the full window
    w.sum7 * 7 / nullif(w.known7, 0) AS v7,
    w.sum_prev7 * 7 / nullif(w.known_prev7, 0) AS prev7,
    w.sum_b4 * 7 / nullif(w.known_b4, 0) AS b4,
    CASE WHEN w.local_date >= b.first_date + 13
        THEN 100 * (w.sum7 * w.known_prev7 - w.sum_prev7 * w.known7)
            / nullif(w.sum_prev7 * w.known7, 0) END AS wow_pct,
    CASE WHEN least(w.load, w.load1, w.load2, w.load3, w.load4, w.load5, w.load6)
        < greatest(w.load, w.load1, w.load2, w.load3, w.load4, w.load5, w.load6)
        THEN sqrt((
            coalesce((w.load - w.sum7 / w.known7) * (w.load - w.sum7 / w.known7), 0)
            + coalesce((w.load1 - w.sum7 / w.known7) * (w.load1 - w.sum7 / w.known7), 0)
            + coalesce((w.load2 - w.sum7 / w.known7) * (w.load2 - w.sum7 / w.known7), 0)
            + coalesce((w.load3 - w.sum7 / w.known7) * (w.load3 - w.sum7 / w.known7), 0)
            + coalesce((w.load4 - w.sum7 / w.known7) * (w.load4 - w.sum7 / w.known7), 0)
            + coalesce((w.load5 - w.sum7 / w.known7) * (w.load5 - w.sum7 / w.known7), 0)
            + coalesce((w.load6 - w.sum7 / w.known7) * (w.load6 - w.sum7 / w.known7), 0)
        ) / (w.known7 - 1))
    END AS sd7
FROM windowed AS w
LEFT JOIN lake.marts.begun AS b ON b.athlete_id = w.athlete_id AND b.channel = w.channel
WHERE w.local_date >= getvariable('metric_from') - 14
