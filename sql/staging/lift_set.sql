-- one row per set of a session that staging keeps, from the newest payload that tells any
SELECT
    l.session_id,
    l.athlete_id,
    s.local_date,
    l.set_index,
    l.exercise,
    l.set_type,
    l.reps,
    l.weight_g,
    l.rpe_tenths
FROM lake.raw.lift_set AS l
INNER JOIN lake.staging.session AS s ON s.session_id = l.session_id AND s.sets_sha256 = l.sha256
QUALIFY row_number() OVER (
    PARTITION BY l.session_id, l.set_index ORDER BY l.known_at DESC
) = 1
