-- one row per recorded session: the newest known value of each field, and whether it waits for a decision
WITH version AS MATERIALIZED (
    SELECT
        s.*,
        l.session_id IS NOT NULL AS has_sets,
        coalesce(l.tonnage_g, 0) > 0 AS weighed
    FROM lake.raw.session AS s
    INNER JOIN lake.staging.held AS h ON h.session_id = s.session_id
    LEFT JOIN lake.staging.lift AS l ON l.session_id = s.session_id AND l.sha256 = s.sha256
    LEFT JOIN app.tombstone AS erased ON erased.kind = 'person' AND erased.key = s.athlete_id
    LEFT JOIN app.tombstone AS deleted ON deleted.kind = 'session' AND deleted.key = s.session_id
        AND deleted.known_at <= getvariable('known_by')
    WHERE s.audience = 'club'
        AND s.known_at <= getvariable('known_by')
        AND erased.key IS NULL
        AND deleted.key IS NULL
),
several AS (
    SELECT v.session_id FROM version AS v GROUP BY v.session_id HAVING count(*) > 1
),
ranked AS (
    SELECT
        v.*,
        row_number() OVER (PARTITION BY v.session_id ORDER BY v.known_at, v.sha256) AS newness,
        first_value(v.sport) OVER (
            PARTITION BY v.session_id ORDER BY v.known_at DESC, v.sha256 DESC
        ) AS newest_sport
    FROM version AS v
    INNER JOIN several AS e ON e.session_id = v.session_id
),
-- a later, poorer file takes nothing away: arg_max passes over a version without the value
merged AS (
    SELECT
        v.session_id,
        arg_max(v.athlete_id, v.newness) AS athlete_id,
        arg_max(v.source, v.newness) AS source,
        arg_max(v.source_id, v.newness) AS source_id,
        arg_max(v.sha256, row(coalesce(v.samples, 0) > 0, v.newness)) AS sha256,
        arg_max(v.sha256, v.newness) FILTER (WHERE v.has_sets) AS sets_sha256,
        coalesce(arg_max(v.weighed, v.newness) FILTER (WHERE v.has_sets), false) AS weighed,
        list_sort(list(DISTINCT v.sha256)) AS payloads,
        -- what a recording adds to a word such as Workout stays, until the athlete changes the word
        arg_max(v.kind, row(v.sport = v.newest_sport, v.kind <> 'other', v.newness)) AS kind,
        arg_max(v.sport, v.newness) AS sport,
        arg_max(v.title, v.newness) AS title,
        -- a start with its time of day before noon of a source that states the day alone
        bool_or(coalesce(v.time_known, true)) AS time_known,
        arg_max(v.start_utc, row(coalesce(v.time_known, true), v.newness)) AS start_utc,
        -- the wall clock of a source that states it before one reckoned with the club's zone
        arg_max(
            {'start_local': v.start_local, 'start_utc': v.start_utc},
            row(coalesce(v.time_known, true), coalesce(v.zone_stated, false), v.newness)
        ) AS clock,
        arg_max(v.distance_m, v.newness) AS distance_m,
        arg_max(v.moving_s, v.newness) AS moving_s,
        arg_max(v.elapsed_s, v.newness) AS elapsed_s,
        arg_max(v.ascent_m, v.newness) AS ascent_m,
        arg_max(v.descent_m, v.newness) AS descent_m,
        arg_max(v.graded_m, v.newness) AS graded_m,
        arg_max(v.fast_dm, v.newness) AS fast_dm,
        -- both come from the same recording
        arg_max(v.hr_from, v.newness) FILTER (WHERE v.hr_s IS NOT NULL) AS hr_from,
        arg_max(v.hr_s, v.newness) AS hr_s,
        arg_max(v.avg_hr, v.newness) AS avg_hr,
        arg_max(v.max_hr, v.newness) AS max_hr,
        arg_max(v.rpe_tenths, v.newness) AS rpe_tenths,
        max(v.known_at) AS known_at
    FROM ranked AS v
    GROUP BY v.session_id
    UNION ALL BY NAME
    SELECT
        v.session_id, v.athlete_id, v.source, v.source_id, v.sha256,
        if(v.has_sets, v.sha256, NULL) AS sets_sha256, v.weighed, [v.sha256] AS payloads,
        v.kind, v.sport, v.title, coalesce(v.time_known, true) AS time_known, v.start_utc,
        {'start_local': v.start_local, 'start_utc': v.start_utc} AS clock,
        v.distance_m, v.moving_s, v.elapsed_s, v.ascent_m, v.descent_m, v.graded_m,
        v.fast_dm, v.hr_from, v.hr_s, v.avg_hr, v.max_hr, v.rpe_tenths, v.known_at
    FROM version AS v
    WHERE v.session_id NOT IN (SELECT e.session_id FROM several AS e)
),
-- a doubt stands while what it was about does: the sets that count, or totals that none corrected
doubted AS (
    SELECT v.session_id, arg_max(v.doubt, row(v.known_at, v.sha256)) AS doubt
    FROM version AS v
    INNER JOIN merged AS m ON m.session_id = v.session_id
    WHERE v.doubt IS NOT NULL
        AND (v.sha256 = m.sets_sha256 OR (
            NOT v.has_sets
            AND v.kind = m.kind
            AND coalesce(v.start_utc, m.start_utc) IS NOT DISTINCT FROM m.start_utc
            AND coalesce(v.distance_m, m.distance_m) IS NOT DISTINCT FROM m.distance_m
            AND coalesce(v.elapsed_s, m.elapsed_s) IS NOT DISTINCT FROM m.elapsed_s
            AND coalesce(v.moving_s, v.elapsed_s, m.moving_s, m.elapsed_s)
                IS NOT DISTINCT FROM coalesce(m.moving_s, m.elapsed_s)
            AND coalesce(v.avg_hr, m.avg_hr) IS NOT DISTINCT FROM m.avg_hr
            AND coalesce(v.max_hr, m.max_hr) IS NOT DISTINCT FROM m.max_hr
        ))
    GROUP BY v.session_id
),
timed AS (
    SELECT
        m.*,
        d.doubt,
        -- an instant that was corrected later moves the wall clock along
        m.clock.start_local + coalesce(m.start_utc - m.clock.start_utc, INTERVAL 0 SECONDS)
            AS start_local
    FROM merged AS m
    LEFT JOIN doubted AS d ON d.session_id = m.session_id
),
-- what a person mended stands for what was recorded; of a recording that was wrong about how far
-- or how long, nothing is kept that was summed over it
mended AS (
    SELECT
        t.* REPLACE (
            (t.time_known OR d.new_start IS NOT NULL) AS time_known,
            coalesce(d.new_start, t.start_local) AS start_local,
            t.start_utc + coalesce(d.new_start - t.start_local, INTERVAL 0 SECONDS) AS start_utc,
            coalesce(d.distance_m, t.distance_m) AS distance_m,
            coalesce(d.seconds, t.moving_s) AS moving_s,
            coalesce(d.seconds, t.elapsed_s) AS elapsed_s,
            if(d.distance_m IS NULL, t.ascent_m, NULL) AS ascent_m,
            if(d.distance_m IS NULL, t.descent_m, NULL) AS descent_m,
            if(d.distance_m IS NULL, t.graded_m, NULL) AS graded_m,
            if(d.distance_m IS NULL, t.fast_dm, NULL) AS fast_dm,
            if(d.seconds IS NULL AND NOT coalesce(d.without_hr, false), t.hr_from, NULL)
                AS hr_from,
            if(d.seconds IS NULL AND NOT coalesce(d.without_hr, false), t.hr_s, NULL) AS hr_s,
            if(d.seconds IS NULL AND NOT coalesce(d.without_hr, false), t.avg_hr, NULL) AS avg_hr,
            if(coalesce(d.without_hr, false), NULL, t.max_hr) AS max_hr
        ),
        d.decision
    FROM timed AS t
    LEFT JOIN lake.staging.decision AS d ON d.session_id = t.session_id
),
newest AS (
    SELECT t.*, CAST(t.start_local AS DATE) AS local_date FROM mended AS t
),
answered AS (
    SELECT r.session_id, arg_max(r.rpe_tenths, r.known_at) AS rpe_tenths
    FROM app.session_rpe AS r
    WHERE r.known_at <= getvariable('known_by')
    GROUP BY r.session_id
),
-- what was handed over with a file goes over what the file says
given AS (
    SELECT v.session_id, arg_max(f.rpe_tenths, row(f.known_at, f.sha256)) AS rpe_tenths
    FROM version AS v
    INNER JOIN app.file_rpe AS f ON f.athlete_id = v.athlete_id AND f.sha256 = v.sha256
    WHERE f.known_at <= getvariable('known_by')
    GROUP BY v.session_id
)
SELECT
    n.* EXCLUDE (clock, decision) REPLACE (
        coalesce(a.rpe_tenths, g.rpe_tenths, n.rpe_tenths) AS rpe_tenths
    ),
    n.doubt IS NOT NULL AND coalesce(n.decision, '') NOT IN ('keep', 'mend') AS quarantined
FROM newest AS n
LEFT JOIN answered AS a ON a.session_id = n.session_id
LEFT JOIN given AS g ON g.session_id = n.session_id
WHERE n.decision IS DISTINCT FROM 'drop'
