-- one row per athlete and file: the days that it covers, and for which groups
-- every version counts: a session that came again in a later file still dates the earlier file
WITH held AS (
    SELECT
        s.athlete_id, s.sha256, s.kind,
        coalesce(CAST(d.new_start AS DATE), s.local_date) AS local_date
    FROM lake.raw.session AS s
    LEFT JOIN lake.staging.decision AS d ON d.session_id = s.session_id
    LEFT JOIN app.tombstone AS erased ON erased.kind = 'person' AND erased.key = s.athlete_id
    WHERE s.audience = 'club'
        AND s.known_at <= getvariable('known_by')
        AND coalesce(CAST(d.new_start AS DATE), s.local_date) < getvariable('morning')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
        AND erased.key IS NULL
        -- a doubtful date must not stretch what a file covers
        AND (s.doubt IS NULL OR d.decision IN ('keep', 'mend'))
)
SELECT
    h.athlete_id,
    min(h.local_date) AS first_date,
    max(h.local_date) AS last_date,
    list_filter(
        [if(bool_or(h.kind = 'lift'), 'lift', NULL), if(bool_or(h.kind = 'run'), 'run', NULL)],
        lambda g: g IS NOT NULL
    ) AS groups
FROM held AS h
GROUP BY h.athlete_id, h.sha256
