-- one row per athlete, local day and channel from 42 days before metric_from: sums over the known days of each window
WITH begun AS (
    SELECT d.athlete_id, d.channel, min(d.local_date) AS first_date
    FROM lake.marts.daily_load AS d
    WHERE d.state <> 'unknown'
    GROUP BY d.athlete_id, d.channel
),
windowed AS (
    SELECT
        d.athlete_id,
        d.local_date,
        d.channel,
        d.state,
        d.load,
        -- whole base units stay exact in a double up to 2^53
        sum(CAST(d.load AS DOUBLE)) OVER last7 AS sum7,
        count(d.load) OVER last7 AS known7,
        list(CAST(d.load AS DOUBLE)) OVER last7 AS loads7,
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
    WHERE d.local_date >= getvariable('metric_from') - 76 -- 42 days, and the 34 that the first one needs
    WINDOW
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
    w.* EXCLUDE (loads7),
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
    CASE WHEN list_min(w.loads7) < list_max(w.loads7) THEN
        sqrt(list_sum(list_transform(
            list_filter(w.loads7, lambda x: x IS NOT NULL),
            lambda x: (x - w.sum7 / w.known7) * (x - w.sum7 / w.known7)
        )) / (w.known7 - 1))
    END AS sd7
FROM windowed AS w
LEFT JOIN begun AS b ON b.athlete_id = w.athlete_id AND b.channel = w.channel
WHERE w.local_date >= getvariable('metric_from') - 42
