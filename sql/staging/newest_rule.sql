-- one row per rule, team ('' is the club) and channel: the newest version known by then
SELECT r.*
FROM app.rule AS r
WHERE r.known_at <= getvariable('known_by')
QUALIFY row_number() OVER (
    PARTITION BY r.rule, r.team_id, r.channel ORDER BY r.version DESC
) = 1
