-- one row per athlete, local day and channel from metric_from on: weighted averages over the whole history
-- X_i = d X_(i-1) + w L_i has the closed form d^i (sum of w L_j / d^j). Over chunks of 1,024 known days it
-- cannot overflow; the end of each chunk is carried into the next. An unknown day has the place i of the
-- known day before it, and so its value.
WITH placed AS (
    SELECT
        d.athlete_id,
        d.local_date,
        d.channel,
        CAST(d.load AS DOUBLE) AS load,
        count(d.load) OVER (
            PARTITION BY d.athlete_id, d.channel ORDER BY d.local_date ROWS UNBOUNDED PRECEDING
        ) - 1 AS i
    FROM lake.marts.daily_load AS d
),
decayed AS (
    SELECT
        p.*,
        p.i // 1024 AS chunk,
        p.i % 1024 AS place,
        pow(0.75e0, p.i % 1024) AS acute_d, -- lambda = 2 / (7 + 1)
        pow(27e0 / 29, p.i % 1024) AS chronic_d, -- lambda = 2 / (28 + 1)
        exp(-(p.i % 1024) / 42e0) AS ctl_d,
        exp(-(p.i % 1024) / 7e0) AS atl_d
    FROM placed AS p
),
summed AS (
    SELECT
        p.*,
        -- the two EWMA start at the first known load, CTL and ATL at 0
        p.acute_d * sum(p.load * if(p.i = 0, 1, 0.25e0) / p.acute_d) OVER chunk AS acute,
        p.chronic_d * sum(p.load * if(p.i = 0, 1, 2 / 29e0) / p.chronic_d) OVER chunk AS chronic,
        p.ctl_d * sum(p.load * (1 - exp(-1 / 42e0)) / p.ctl_d) OVER chunk AS ctl,
        p.atl_d * sum(p.load * (1 - exp(-1 / 7e0)) / p.atl_d) OVER chunk AS atl
    FROM decayed AS p
    WINDOW chunk AS (
        PARTITION BY p.athlete_id, p.channel, p.chunk ORDER BY p.local_date ROWS UNBOUNDED PRECEDING
    )
),
finished AS (
    SELECT s.athlete_id, s.channel, s.chunk, s.acute, s.chronic, s.ctl, s.atl
    FROM summed AS s
    WHERE s.place = 1023 AND s.load IS NOT NULL
),
carried AS (
    SELECT
        f.athlete_id,
        f.channel,
        f.chunk + 1 AS chunk,
        sum(e.acute * pow(0.75e0, 1024 * (f.chunk - e.chunk)) ORDER BY e.chunk) AS acute,
        sum(e.chronic * pow(27e0 / 29, 1024 * (f.chunk - e.chunk)) ORDER BY e.chunk) AS chronic,
        sum(e.ctl * exp(-1024 * (f.chunk - e.chunk) / 42e0) ORDER BY e.chunk) AS ctl,
        sum(e.atl * exp(-1024 * (f.chunk - e.chunk) / 7e0) ORDER BY e.chunk) AS atl
    FROM finished AS f
    INNER JOIN finished AS e
        ON e.athlete_id = f.athlete_id AND e.channel = f.channel AND e.chunk <= f.chunk
    GROUP BY f.athlete_id, f.channel, f.chunk
),
joined AS (
    SELECT
        s.athlete_id,
        s.local_date,
        s.channel,
        s.acute + coalesce(c.acute * s.acute_d * 0.75e0, 0) AS acute,
        s.chronic + coalesce(c.chronic * s.chronic_d * (27e0 / 29), 0) AS chronic,
        coalesce(s.ctl + coalesce(c.ctl * s.ctl_d * exp(-1 / 42e0), 0), 0) AS ctl,
        coalesce(s.atl + coalesce(c.atl * s.atl_d * exp(-1 / 7e0), 0), 0) AS atl
    FROM summed AS s
    LEFT JOIN carried AS c
        ON c.athlete_id = s.athlete_id AND c.channel = s.channel AND c.chunk = s.chunk
),
-- TSB is what yesterday left behind
yesterday AS (
    SELECT
        j.*,
        lag(j.ctl - j.atl, 1, 0) OVER (
            PARTITION BY j.athlete_id, j.channel ORDER BY j.local_date
        ) AS tsb
    FROM joined AS j
)
SELECT y.*
FROM yesterday AS y
WHERE y.local_date >= getvariable('metric_from')
