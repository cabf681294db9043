-- one row per lifting session and payload that tells of its sets: what they come to
SELECT
    l.session_id,
    l.sha256,
    count(*) AS sets,
    -- body-weight sets add nothing
    CAST(coalesce(sum(l.reps * l.weight_g), 0) AS BIGINT) AS tonnage_g,
    -- reps x kg x (10 - RIR) / 10, where RPE is 10 - RIR (Zourdos 2016, Helms 2016); nobody rates
    -- a warm-up, and one rating that is missing leaves the whole unknown
    CASE WHEN coalesce(bool_and(l.rpe_tenths IS NOT NULL)
            FILTER (WHERE l.set_type <> 'warmup' AND l.reps * l.weight_g > 0), true)
        THEN CAST(coalesce(sum(l.reps * l.weight_g * l.rpe_tenths)
            FILTER (WHERE l.set_type <> 'warmup'), 0) AS BIGINT) // 100 END AS rpe_tonnage_g,
    count(*) FILTER (WHERE e.eccentric) AS eccentric_sets,
    count(*) FILTER (WHERE e.sled) AS sled_sets
FROM lake.raw.lift_set AS l
INNER JOIN lake.staging.held AS h ON h.session_id = l.session_id
-- sets that are for the athlete alone are of another payload, maybe of the same session
ANTI JOIN lake.raw.session AS s
    ON s.session_id = l.session_id AND s.sha256 = l.sha256 AND s.audience <> 'club'
LEFT JOIN lake.staging.exercise AS e ON e.exercise = l.exercise
GROUP BY l.session_id, l.sha256
