-- one row per run with heart rate, of an athlete whose maximum is known: training impulse in tenths of AU
WITH body AS (
    SELECT p.*
    FROM app.physiology AS p
    WHERE p.known_at <= getvariable('known_by')
    QUALIFY row_number() OVER (PARTITION BY p.athlete_id ORDER BY p.known_at DESC) = 1
),
beaten AS (
    SELECT
        s.session_id,
        b.sex,
        b.resting_hr,
        b.max_hr,
        -- without samples the whole run counts at its mean heart rate
        if(s.hr_s IS NULL, s.avg_hr, s.hr_from) AS hr_from,
        coalesce(s.hr_s, [coalesce(nullif(s.moving_s, 0), s.elapsed_s)]) AS hr_s
    FROM lake.staging.session AS s
    INNER JOIN body AS b ON b.athlete_id = s.athlete_id
    WHERE s.kind = 'run'
        AND NOT s.quarantined
        AND b.max_hr > 0
        AND (s.hr_s IS NOT NULL OR s.avg_hr > 0 AND coalesce(s.moving_s, s.elapsed_s) > 0)
),
reserve AS (
    SELECT
        t.*,
        CASE WHEN t.max_hr > t.resting_hr THEN
            list_transform(t.hr_s, lambda s, i: greatest(0, least(1,
                (t.hr_from + i - 1 - t.resting_hr) / (t.max_hr - t.resting_hr)
            )))
        END AS x
    FROM beaten AS t
)
SELECT
    r.session_id,
    -- min x 0.64 e^(1.92 x) for men, 0.86 e^(1.67 x) for women (Banister 1991, Morton 1990)
    CAST(round(CASE r.sex
        WHEN 'm' THEN list_sum(list_transform(
            r.hr_s, lambda s, i: s / 6e0 * r.x[i] * 0.64 * exp(1.92 * r.x[i])))
        WHEN 'f' THEN list_sum(list_transform(
            r.hr_s, lambda s, i: s / 6e0 * r.x[i] * 0.86 * exp(1.67 * r.x[i])))
    END) AS BIGINT) AS trimp_banister_dau,
    -- min x 1 to 5, a zone for each tenth of the maximum from a half on (Edwards 1993)
    CAST(round(list_sum(list_transform(r.hr_s, lambda s, i: s / 6e0 * greatest(0, least(5,
        10 * (r.hr_from + i - 1) // r.max_hr - 4
    ))))) AS BIGINT) AS trimp_edwards_dau,
    list_sum(list_transform(r.hr_s, lambda s, i: s * r.x[i])) / list_sum(r.hr_s) AS mean_reserve
FROM reserve AS r
