-- one row per athlete, local day and channel from metric_from on: every load metric of that day
-- Definitions and their sources stand in the load document: Hulin and Gabbett 2016, Windt and Gabbett 2018,
-- Williams 2017 (ratios), Foster 1998 (monotony, strain), Banister and Coggan (CTL, ATL, TSB).
WITH ratio AS (
    SELECT
        w.*,
        w.sum7 / nullif(w.known7, 0) AS mean7,
        w.sum28 / nullif(w.known28, 0) AS mean28,
        w.sum_prev21 / nullif(w.known_prev21, 0) AS mean21,
        w.sum7 / nullif(w.known7, 0) / nullif(w.sd7, 0) AS evenness
    FROM lake.marts.load_window AS w
    WHERE w.local_date >= getvariable('metric_from')
)
SELECT
    r.athlete_id,
    r.local_date,
    r.channel,
    r.day_number,
    r.load,
    r.state,
    r.v7,
    r.known7,
    r.prev7,
    r.known_prev7,
    r.b4,
    r.known_b4,
    r.known28,
    r.wow_pct,
    CASE WHEN r.day_number >= 28 THEN r.mean7 / nullif(r.mean28, 0) END AS acwr_coupled,
    CASE WHEN r.day_number >= 28 THEN r.mean7 / nullif(r.mean21, 0) END AS acwr_uncoupled,
    CASE WHEN r.day_number >= 28 THEN a.acute / nullif(a.chronic, 0) END AS acwr_ewma,
    CASE WHEN r.day_number >= 7 THEN r.evenness END AS monotony,
    CASE WHEN r.day_number >= 7 THEN r.v7 * r.evenness END AS strain,
    a.ctl,
    a.atl,
    a.tsb,
    r.known7 < 6 OR r.known_prev7 < 6 OR r.known_b4 < 25 AS incomplete
FROM ratio AS r
INNER JOIN lake.marts.load_average AS a
    ON a.athlete_id = r.athlete_id AND a.local_date = r.local_date AND a.channel = r.channel
