-- one row per athlete, local day and channel, from the athlete's first evidence to the day before the morning
WITH fast AS (
    SELECT p.athlete_id, p.fast_mmps
    FROM app.physiology AS p
    WHERE p.known_at <= getvariable('known_by')
    QUALIFY row_number() OVER (PARTITION BY p.athlete_id ORDER BY p.known_at DESC) = 1
),
measured AS (
    SELECT
        s.athlete_id, s.local_date, s.kind,
        s.source = 'checkin' AS told,
        s.quarantined,
        s.distance_m AS run_m,
        coalesce(nullif(s.moving_s, 0), s.elapsed_s) AS run_s,
        s.ascent_m,
        s.descent_m,
        s.graded_m,
        -- bands of a tenth of a metre per second from 4.0 on; 5.5 m/s and more unless set (Duhig 2016)
        1 + greatest(0, coalesce(f.fast_mmps, 5500) - 4000) // 100 AS fast_from,
        -- a band without a number was told only together with slower metres
        CASE WHEN s.fast_dm[fast_from] IS NOT NULL OR len(s.fast_dm) < fast_from
            THEN (coalesce(list_sum(s.fast_dm[fast_from:]), 0) + 5) // 10 END AS fast_m,
        l.tonnage_g,
        l.rpe_tonnage_g,
        l.eccentric_sets,
        e.srpe_dau,
        e.known_from <> 'told' AS imputed,
        t.trimp_banister_dau,
        t.trimp_edwards_dau
    FROM lake.staging.session AS s
    LEFT JOIN lake.staging.lift AS l
        ON l.session_id = s.session_id AND l.sha256 = s.sets_sha256
    LEFT JOIN lake.staging.effort AS e ON e.session_id = s.session_id
    LEFT JOIN lake.staging.trimp AS t ON t.session_id = s.session_id
    LEFT JOIN fast AS f ON f.athlete_id = s.athlete_id
    WHERE s.local_date < getvariable('until')
        AND s.local_date >= getvariable('since')
        AND (getvariable('athlete') IS NULL OR s.athlete_id = getvariable('athlete'))
),
run AS (
    SELECT
        m.athlete_id, m.local_date,
        count(*) AS sessions,
        -- one session that waits for a decision, or does not say, makes the day unknown
        if(bool_or(m.quarantined OR m.run_m IS NULL), NULL, sum(m.run_m)) AS run_m,
        if(bool_or(m.quarantined OR m.run_s IS NULL), NULL, sum(m.run_s)) AS run_s,
        if(bool_or(m.quarantined OR m.ascent_m IS NULL), NULL, sum(m.ascent_m)) AS ascent_m,
        if(bool_or(m.quarantined OR m.descent_m IS NULL), NULL, sum(m.descent_m)) AS descent_m,
        if(bool_or(m.quarantined OR m.graded_m IS NULL), NULL, sum(m.graded_m)) AS graded_m,
        if(bool_or(m.quarantined OR m.fast_m IS NULL), NULL, sum(m.fast_m)) AS fast_m,
        if(bool_or(m.quarantined OR m.trimp_banister_dau IS NULL), NULL,
            sum(m.trimp_banister_dau)) AS trimp_banister_dau,
        if(bool_or(m.quarantined OR m.trimp_edwards_dau IS NULL), NULL,
            sum(m.trimp_edwards_dau)) AS trimp_edwards_dau
    FROM measured AS m
    WHERE m.kind = 'run'
    GROUP BY m.athlete_id, m.local_date
),
lift AS (
    SELECT
        m.athlete_id, m.local_date,
        count(*) AS sessions,
        if(bool_or(m.quarantined OR m.tonnage_g IS NULL), NULL, sum(m.tonnage_g)) AS tonnage_g,
        if(bool_or(m.quarantined OR m.rpe_tonnage_g IS NULL), NULL,
            sum(m.rpe_tonnage_g)) AS rpe_tonnage_g,
        if(bool_or(m.quarantined OR m.eccentric_sets IS NULL), NULL,
            sum(m.eccentric_sets)) AS eccentric_sets
    FROM measured AS m
    WHERE m.kind = 'lift'
    GROUP BY m.athlete_id, m.local_date
),
everything AS (
    SELECT
        m.athlete_id, m.local_date,
        count(*) AS sessions,
        bool_or(m.told) AS told,
        bool_or(m.imputed) AS imputed,
        if(bool_or(m.quarantined OR m.srpe_dau IS NULL), NULL, sum(m.srpe_dau)) AS srpe_dau
    FROM measured AS m
    GROUP BY m.athlete_id, m.local_date
),
first AS (
    -- a clock that was never set starts no calendar in 1989
    SELECT
        m.athlete_id,
        min(m.local_date) AS day,
        min(m.local_date) FILTER (WHERE m.kind = 'run') AS run_day,
        min(m.local_date) FILTER (WHERE m.kind = 'lift') AS lift_day
    FROM measured AS m
    WHERE NOT m.quarantined
    GROUP BY m.athlete_id
),
evidence AS (
    SELECT
        e.athlete_id, e.local_date,
        bool_or(e.grp = 'run') AS run,
        bool_or(e.grp = 'lift') AS lift
    FROM lake.staging.evidence AS e
    WHERE e.local_date >= getvariable('since')
    GROUP BY e.athlete_id, e.local_date
),
past AS (
    SELECT
        p.athlete_id,
        list(p.channel) AS channels,
        getvariable('since') AS day
    FROM lake.marts.load_past AS p
    GROUP BY p.athlete_id
),
-- lifting counts from the first lift on; running from the first run, or from the first word of a
-- rest day where no lift came before it
started AS (
    SELECT
        coalesce(f.athlete_id, p.athlete_id, e.athlete_id) AS athlete_id,
        coalesce(p.channels, []) AS channels,
        CASE WHEN list_contains(p.channels, 'run_m') THEN p.day
            WHEN list_contains(p.channels, 'tonnage_g') OR e.day > f.lift_day THEN f.run_day
            ELSE least(f.run_day, e.day) END AS run_from,
        CASE WHEN list_contains(p.channels, 'tonnage_g') THEN p.day
            ELSE f.lift_day END AS lift_from,
        coalesce(p.day, least(f.day, e.day)) AS any_from
    FROM first AS f
    FULL JOIN past AS p ON p.athlete_id = f.athlete_id
    FULL JOIN (
        SELECT e.athlete_id, min(e.local_date) AS day FROM evidence AS e WHERE e.run GROUP BY e.athlete_id
    ) AS e ON e.athlete_id = coalesce(f.athlete_id, p.athlete_id)
),
calendar AS (
    SELECT
        s.*,
        CAST(unnest(
            generate_series(s.any_from, getvariable('until') - 1, INTERVAL 1 DAY)
        ) AS DATE) AS local_date
    FROM started AS s
),
day AS (
    SELECT
        c.*,
        r.* EXCLUDE (athlete_id, local_date, sessions),
        l.* EXCLUDE (athlete_id, local_date, sessions),
        a.srpe_dau, a.told,
        coalesce(a.imputed, false) AS imputed,
        coalesce(r.sessions, 0) AS runs,
        coalesce(l.sessions, 0) AS lifts,
        coalesce(a.sessions, 0) AS sessions,
        runs > 0 OR coalesce(e.run, false) AS run_known,
        lifts > 0 OR coalesce(e.lift, false) AS lift_known,
        coalesce(c.run_from <= c.local_date, false) AS run_begun,
        coalesce(c.lift_from <= c.local_date, false) AS lift_begun
    FROM calendar AS c
    LEFT JOIN run AS r ON r.athlete_id = c.athlete_id AND r.local_date = c.local_date
    LEFT JOIN lift AS l ON l.athlete_id = c.athlete_id AND l.local_date = c.local_date
    LEFT JOIN everything AS a ON a.athlete_id = c.athlete_id AND a.local_date = c.local_date
    LEFT JOIN evidence AS e ON e.athlete_id = c.athlete_id AND e.local_date = c.local_date
),
-- what not every session tells starts on the first day that it is told
derived AS (
    SELECT
        d.athlete_id,
        min(d.local_date) FILTER (WHERE d.descent_m IS NOT NULL) AS descent_from,
        min(d.local_date) FILTER (WHERE d.graded_m IS NOT NULL) AS graded_from,
        min(d.local_date) FILTER (WHERE d.fast_m IS NOT NULL) AS fast_from,
        min(d.local_date) FILTER (WHERE d.rpe_tonnage_g IS NOT NULL) AS rpe_from,
        min(d.local_date) FILTER (WHERE d.trimp_banister_dau IS NOT NULL) AS banister_from,
        min(d.local_date) FILTER (WHERE d.trimp_edwards_dau IS NOT NULL) AS edwards_from
    FROM day AS d
    GROUP BY d.athlete_id
),
channel AS (
    SELECT
        d.athlete_id, d.local_date, d.channels,
        -- the combined channel needs every group that the athlete has started with, one at least
        (d.run_known OR d.lift_begun AND NOT d.run_begun) AND (d.lift_known OR NOT d.lift_begun)
            AS whole,
        unnest([
            {'channel': 'run_m', 'start': d.run_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.run_m},
            {'channel': 'run_s', 'start': d.run_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.run_s},
            {'channel': 'ascent_m', 'start': d.run_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.ascent_m},
            {'channel': 'descent_m', 'start': v.descent_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.descent_m},
            {'channel': 'graded_m', 'start': v.graded_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.graded_m},
            {'channel': 'fast_m', 'start': v.fast_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.fast_m},
            {'channel': 'trimp_banister_dau', 'start': v.banister_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.trimp_banister_dau},
            {'channel': 'trimp_edwards_dau', 'start': v.edwards_from, 'known': d.run_known, 'sessions': d.runs, 'load': d.trimp_edwards_dau},
            {'channel': 'tonnage_g', 'start': d.lift_from, 'known': d.lift_known, 'sessions': d.lifts, 'load': d.tonnage_g},
            {'channel': 'rpe_tonnage_g', 'start': v.rpe_from, 'known': d.lift_known, 'sessions': d.lifts, 'load': d.rpe_tonnage_g},
            {'channel': 'eccentric_sets', 'start': d.lift_from, 'known': d.lift_known, 'sessions': d.lifts, 'load': d.eccentric_sets},
            {'channel': 'srpe_dau', 'start': d.any_from, 'known': whole, 'sessions': d.sessions,
                'load': if(d.told OR whole, d.srpe_dau, NULL)}
        ], recursive := true),
        d.imputed
    FROM day AS d
    INNER JOIN derived AS v ON v.athlete_id = d.athlete_id
),
stated AS (
    SELECT
        c.*,
        CASE
            WHEN c.sessions = 0 AND c.known THEN 'rest'
            WHEN c.load IS NOT NULL THEN 'trained'
            ELSE 'unknown'
        END AS state
    FROM channel AS c
    WHERE c.local_date >= c.start OR list_contains(c.channels, c.channel)
)
SELECT
    s.athlete_id,
    s.local_date,
    s.channel,
    s.state,
    CAST(CASE s.state WHEN 'trained' THEN s.load WHEN 'rest' THEN 0 END AS BIGINT) AS load,
    s.sessions,
    s.channel = 'srpe_dau' AND s.state = 'trained' AND s.imputed AS imputed
FROM stated AS s
