-- one row per real session: the newest known value of each field, from the best source that tells of it
WITH with_sets AS (
    SELECT l.session_id, l.sha256, coalesce(max(l.weight_g), 0) > 0 AS weighed
    FROM lake.raw.lift_set AS l
    WHERE getvariable('athlete') IS NULL OR l.athlete_id = getvariable('athlete')
    GROUP BY l.session_id, l.sha256
),
version AS (
    SELECT
        s.*,
        w.session_id IS NOT NULL AS has_sets,
        w.weighed,
        row_number() OVER (PARTITION BY s.session_id ORDER BY s.known_at, s.sha256) AS newness,
        first_value(s.sport) OVER (
            PARTITION BY s.session_id ORDER BY s.known_at DESC, s.sha256 DESC
        ) AS newest_sport
    FROM lake.raw.session AS s
    LEFT JOIN with_sets AS w ON w.session_id = s.session_id AND w.sha256 = s.sha256
    LEFT JOIN app.tombstone AS erased ON erased.kind = 'person' AND erased.key = s.athlete_id
    LEFT JOIN app.tombstone AS deleted ON deleted.kind = 'session' AND deleted.key = s.session_id
        AND deleted.known_at <= getvariable('known_by')
    WHERE s.audience = 'club'
        AND s.known_at <= getvariable('known_by')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
        AND erased.key IS NULL
        AND deleted.key IS NULL
),
-- a later, poorer file takes nothing away: arg_max passes over a version without the value
merged AS (
    SELECT
        v.session_id,
        arg_max(v.athlete_id, v.newness) AS athlete_id,
        arg_max(v.source, v.newness) AS source,
        arg_max(v.sha256, row(coalesce(v.samples, 0) > 0, v.newness)) AS sha256,
        arg_max(v.sha256, v.newness) FILTER (WHERE v.has_sets) AS sets_sha256,
        coalesce(arg_max(v.weighed, v.newness) FILTER (WHERE v.has_sets), false) AS weighed,
        list(DISTINCT v.sha256) AS payloads,
        -- what a recording adds to a word such as Workout stays, until the athlete changes the word
        arg_max(v.kind, row(v.sport = v.newest_sport, v.kind <> 'other', v.newness)) AS kind,
        arg_max(v.sport, v.newness) AS sport,
        arg_max(v.title, v.newness) AS title,
        arg_max(v.start_utc, v.newness) AS start_utc,
        -- the wall clock of a source that states it before one reckoned with the club's zone
        arg_max(
            {'start_local': v.start_local, 'start_utc': v.start_utc},
            row(coalesce(v.zone_stated, false), v.newness)
        ) AS clock,
        arg_max(v.distance_m, v.newness) AS distance_m,
        arg_max(v.moving_s, v.newness) AS moving_s,
        arg_max(v.elapsed_s, v.newness) AS elapsed_s,
        arg_max(v.ascent_m, v.newness) AS ascent_m,
        arg_max(v.descent_m, v.newness) AS descent_m,
        arg_max(v.avg_hr, v.newness) AS avg_hr,
        arg_max(v.max_hr, v.newness) AS max_hr,
        arg_max(v.rpe_tenths, v.newness) AS rpe_tenths,
        max(v.known_at) AS known_at
    FROM version AS v
    GROUP BY v.session_id
),
-- a doubt stands while what it was about does: the sets that count, or totals that none corrected
doubted AS (
    SELECT v.session_id, arg_max(v.doubt, v.newness) AS doubt
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
newest AS (
    SELECT t.*, CAST(t.start_local AS DATE) AS local_date FROM timed AS t
),
decision AS (
    SELECT q.session_id, arg_max(q.decision, q.known_at) AS decision
    FROM app.quarantine_decision AS q
    WHERE q.known_at <= getvariable('known_by')
    GROUP BY q.session_id
),
answered AS (
    SELECT r.session_id, arg_max(r.rpe_tenths, r.known_at) AS rpe_tenths
    FROM app.session_rpe AS r
    WHERE r.known_at <= getvariable('known_by')
    GROUP BY r.session_id
),
decided AS (
    SELECT
        n.* REPLACE (coalesce(a.rpe_tenths, n.rpe_tenths) AS rpe_tenths),
        n.doubt IS NOT NULL AND d.decision IS DISTINCT FROM 'keep' AS quarantined,
        epoch(n.start_utc) AS utc_s,
        epoch(n.start_local) AS local_s,
        -- no end known: assume longer than the five minutes that starts may differ by
        coalesce(nullif(n.elapsed_s, 0), 301) AS lasts_s,
        row_number() OVER (
            PARTITION BY n.athlete_id, n.kind
            ORDER BY
                n.doubt IS NOT NULL AND d.decision IS DISTINCT FROM 'keep',
                NOT n.weighed, -- the source that has a lift's weights before one without
                CASE n.source WHEN 'fit' THEN 0 WHEN 'strava_export' THEN 1 ELSE 2 END,
                n.session_id
        ) AS choice
    FROM newest AS n
    LEFT JOIN decision AS d ON d.session_id = n.session_id
    LEFT JOIN answered AS a ON a.session_id = n.session_id
    WHERE d.decision IS DISTINCT FROM 'drop'
),
near AS (
    SELECT d.*, unnest([d.local_date - 1, d.local_date, d.local_date + 1]) AS near_date
    FROM decided AS d
),
pair AS (
    SELECT
        better.session_id AS better_id,
        worse.session_id AS worse_id,
        worse.rpe_tenths,
        CASE
            WHEN better.utc_s IS NOT NULL AND worse.utc_s IS NOT NULL
                THEN worse.utc_s - better.utc_s
            ELSE worse.local_s - better.local_s
        END AS later_s,
        better.lasts_s AS better_lasts_s,
        worse.lasts_s AS worse_lasts_s
    FROM decided AS worse
    INNER JOIN near AS better
        ON better.athlete_id = worse.athlete_id
        AND better.kind = worse.kind
        AND better.near_date = worse.local_date
        -- what one file tells of as two stays two
        AND NOT list_has_any(better.payloads, worse.payloads)
        AND better.choice < worse.choice
),
doubled AS (
    SELECT p.better_id, p.worse_id, p.rpe_tenths
    FROM pair AS p
    WHERE abs(p.later_s) <= 300
        -- two short recordings one after the other are two sessions
        AND CASE WHEN p.later_s >= 0 THEN p.later_s < p.better_lasts_s
            ELSE -p.later_s < p.worse_lasts_s END
),
other_rpe AS (
    SELECT x.better_id, max(x.rpe_tenths) AS rpe_tenths
    FROM doubled AS x
    GROUP BY x.better_id
),
kept AS (
    SELECT
        d.* REPLACE (coalesce(d.rpe_tenths, o.rpe_tenths) AS rpe_tenths)
    FROM decided AS d
    LEFT JOIN other_rpe AS o ON o.better_id = d.session_id
    WHERE d.session_id NOT IN (SELECT x.worse_id FROM doubled AS x)
)
SELECT
    k.session_id, k.athlete_id, k.source, k.sha256, k.sets_sha256, k.kind, k.sport, k.title,
    k.start_utc, k.start_local, k.local_date,
    k.distance_m, k.moving_s, k.elapsed_s, k.ascent_m, k.descent_m, k.avg_hr, k.max_hr,
    k.rpe_tenths, k.doubt, k.quarantined, k.known_at
FROM kept AS k
UNION ALL
-- what the athlete said of a day; it has no time of day. A told run gives way to a run that
-- arrived, and minutes without a distance to any session that tells its own session-RPE load.
-- One that waits for a decision replaces nothing: dropped, it leaves what was told.
SELECT
    y.checkin_id, y.athlete_id, 'checkin', NULL, NULL,
    CASE WHEN y.distance_m > 0 THEN 'run' ELSE 'other' END, 'checkin', NULL,
    NULL, NULL, y.local_date,
    y.distance_m, 60 * y.minutes, 60 * y.minutes, NULL, NULL, NULL, NULL,
    y.rpe_tenths, NULL, false, y.known_at
FROM lake.staging.yesterday AS y
WHERE y.told = 'trained'
    AND NOT EXISTS (
        SELECT 1
        FROM kept AS k
        WHERE k.athlete_id = y.athlete_id AND k.local_date = y.local_date
            AND NOT k.quarantined
            AND CASE
                WHEN y.distance_m > 0 THEN k.kind = 'run'
                ELSE k.rpe_tenths IS NOT NULL AND coalesce(k.moving_s, k.elapsed_s) IS NOT NULL
            END
    )
