-- one row per athlete with loads, rule and channel: the version in force, the team's before the club's
-- A team that follows the club has none of its own; of two teams' rules the one changed last counts.
WITH team AS (
    SELECT DISTINCT d.athlete_id, '' AS team_id
    FROM lake.marts.daily_load AS d
    UNION
    SELECT r.person_id, r.team_id
    FROM app.role AS r
    WHERE r.role = 'athlete' AND r.known_at <= getvariable('known_by')
)
SELECT t.athlete_id, r.* EXCLUDE (known_at, by_person_id, inherits)
FROM team AS t
INNER JOIN lake.staging.newest_rule AS r ON r.team_id = t.team_id
WHERE NOT coalesce(r.inherits, false)
QUALIFY row_number() OVER (
    PARTITION BY t.athlete_id, r.rule, r.channel
    ORDER BY r.team_id <> '' DESC, r.known_at DESC, r.version DESC, r.team_id
) = 1
