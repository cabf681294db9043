-- one row per recorded session that was decided about: the newest decision known by then, and the values that it mends
-- 'undo' takes the decision before it back
SELECT
    q.session_id,
    q.decision,
    m.new_start,
    m.distance_m,
    m.seconds,
    coalesce(m.without_hr, false) AS without_hr
FROM (
    SELECT d.session_id, arg_max(d.decision, d.known_at) AS decision, max(d.known_at) AS known_at
    FROM app.quarantine_decision AS d
    WHERE d.known_at <= getvariable('known_by')
    GROUP BY d.session_id
) AS q
LEFT JOIN app.session_mend AS m
    ON m.session_id = q.session_id AND m.known_at = q.known_at AND q.decision = 'mend'
