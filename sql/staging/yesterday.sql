-- one row per athlete and local day that the athlete told about in the next day's check-in
SELECT
    c.athlete_id,
    c.local_date - 1 AS local_date,
    c.checkin_id,
    c.yesterday AS told,
    c.yesterday_distance_m AS distance_m,
    c.yesterday_minutes AS minutes,
    c.yesterday_rpe_tenths AS rpe_tenths,
    c.known_at
FROM app.checkin AS c
LEFT JOIN app.tombstone AS gone ON gone.kind = 'person' AND gone.key = c.athlete_id
WHERE c.yesterday IN ('rest', 'trained')
    AND c.known_at <= getvariable('known_by')
    AND (getvariable('athlete') IS NULL OR c.athlete_id = getvariable('athlete'))
    AND gone.key IS NULL
-- a later check-in of the same day that skips the question does not take the answer back
QUALIFY row_number() OVER (
    PARTITION BY c.athlete_id, c.local_date ORDER BY c.known_at DESC, c.checkin_id DESC
) = 1
