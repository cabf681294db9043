-- one row per recorded session that is read: any of whose versions lies in the days from held_from on
SELECT DISTINCT s.session_id
FROM lake.raw.session AS s
WHERE s.audience = 'club'
    AND s.local_date >= getvariable('held_from')
    -- a slice of the past needs nothing of what came after it; this morning lists all
    AND (getvariable('until') = getvariable('morning') OR s.local_date <= getvariable('until') + 3)
    AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
UNION
-- one athlete's missing RPE is imputed from those who trained beside them, within an hour or so
SELECT DISTINCT beside.session_id
FROM lake.raw.session AS s
INNER JOIN app.role AS own ON own.person_id = s.athlete_id
INNER JOIN app.role AS others
    ON others.team_id = own.team_id AND others.person_id <> own.person_id AND others.team_id <> ''
INNER JOIN lake.raw.session AS beside
    ON beside.athlete_id = others.person_id
    AND beside.kind = s.kind
    AND beside.local_date BETWEEN s.local_date - 1 AND s.local_date + 1
    AND abs(epoch(beside.start_local) - epoch(s.start_local)) <= 3600
    AND beside.audience = 'club'
WHERE s.athlete_id = getvariable('athlete') AND s.rpe_tenths IS NULL AND s.audience = 'club'
UNION
-- a start that a person mended counts on its own day
SELECT m.session_id
FROM app.session_mend AS m
WHERE CAST(m.new_start AS DATE) >= getvariable('held_from')
    AND (
        getvariable('until') = getvariable('morning')
        OR CAST(m.new_start AS DATE) <= getvariable('until') + 3
    )
    AND m.known_at <= getvariable('known_by')
    AND (getvariable('athlete') IS NULL OR m.athlete_id = getvariable('athlete'))
