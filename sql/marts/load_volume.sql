-- one row per athlete, local day and channel that conditions ask about, from 14 days before metric_from: what they compare
-- A night keeps this of load_window: every channel that has a rule, on or off, and ascent for hills.
SELECT
    w.athlete_id,
    w.local_date,
    w.channel,
    w.day_number,
    w.v7,
    w.prev7,
    w.b4,
    w.known7,
    w.known_prev7,
    w.known_b4,
    w.wow_pct,
    CAST(w.sum7 AS BIGINT) AS s7,
    CAST(w.sum_prev7 AS BIGINT) AS s1,
    CAST(w.sum_b4 AS BIGINT) AS s4,
    10 * w.imputed35 <= 3 * w.trained35 AS measured
FROM lake.marts.load_window AS w
WHERE w.channel IN (SELECT r.channel FROM app.rule AS r) OR w.channel IN ('run_m', 'ascent_m')
