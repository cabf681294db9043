-- one row per run with heart rate, of an athlete whose maximum is known: training impulse in tenths of AU
-- Only while the athlete agrees to health data being used: the values are that.
WITH agreed AS (
    SELECT c.athlete_id
    FROM app.consent AS c
    WHERE c.kind = 'health' AND c.known_at <= getvariable('known_by')
    GROUP BY c.athlete_id
    HAVING arg_max(c.granted, row(c.known_at, c.consent_id))
),
body AS (
    SELECT p.*
    FROM app.physiology AS p
    INNER JOIN agreed AS a ON a.athlete_id = p.athlete_id
    WHERE p.known_at <= getvariable('known_by')
    QUALIFY row_number() OVER (PARTITION BY p.athlete_id ORDER BY p.known_at DESC) = 1
),
-- what one second at 30, 31, … 230 beats per minute counts for each athlete
beat AS (
    SELECT
        b.athlete_id,
        b.sex,
        b.max_hr,
        CASE WHEN b.max_hr > b.resting_hr THEN
            list_transform(range(30, 231), lambda h: greatest(0e0, least(1e0,
                (h - b.resting_hr) / (b.max_hr - b.resting_hr)
            )))
        END AS reserve,
        -- a zone for each tenth of the maximum from a half on (Edwards 1993)
        list_transform(range(30, 231), lambda h: CAST(
            greatest(0, least(5, 10 * h // b.max_hr - 4)) AS DOUBLE
        )) AS zone
    FROM body AS b
    WHERE b.max_hr > 0
),
weighed AS (
    SELECT
        b.*,
        -- x 0.64 e^(1.92 x) for men, 0.86 e^(1.67 x) for women (Banister 1991, Morton 1990)
        CASE b.sex
            WHEN 'm' THEN list_transform(b.reserve, lambda x: x * 0.64 * exp(1.92 * x))
            WHEN 'f' THEN list_transform(b.reserve, lambda x: x * 0.86 * exp(1.67 * x))
        END AS impulse
    FROM beat AS b
),
beaten AS (
    SELECT
        s.session_id,
        w.*,
        -- without samples the whole run counts at its mean heart rate
        greatest(30, least(230, if(s.hr_s IS NULL, s.avg_hr, s.hr_from))) - 29 AS first,
        CAST(coalesce(s.hr_s, [coalesce(nullif(s.moving_s, 0), s.elapsed_s)]) AS DOUBLE[])
            AS seconds
    FROM lake.staging.session AS s
    INNER JOIN weighed AS w ON w.athlete_id = s.athlete_id
    WHERE s.kind = 'run'
        AND NOT s.quarantined
        AND (s.hr_s IS NOT NULL OR s.avg_hr > 0 AND coalesce(s.moving_s, s.elapsed_s) > 0)
)
SELECT
    b.session_id,
    CAST(round(list_inner_product(
        b.seconds, b.impulse[b.first:b.first + len(b.seconds) - 1]
    ) / 6) AS BIGINT) AS trimp_banister_dau,
    CAST(round(list_inner_product(
        b.seconds, b.zone[b.first:b.first + len(b.seconds) - 1]
    ) / 6) AS BIGINT) AS trimp_edwards_dau,
    list_inner_product(b.seconds, b.reserve[b.first:b.first + len(b.seconds) - 1])
        / list_sum(b.seconds) AS mean_reserve
FROM beaten AS b
