-- one row per athlete and channel known before `since`: its first day and its averages on the evening before
-- Nothing stands here when a history is computed from its first day on. The nightly rebuild reads
-- what it has kept instead, so that it need not go over years that have not changed.
SELECT
    CAST(NULL AS VARCHAR) AS athlete_id,
    CAST(NULL AS VARCHAR) AS channel,
    CAST(NULL AS DATE) AS first_date,
    CAST(NULL AS DOUBLE) AS acute,
    CAST(NULL AS DOUBLE) AS chronic,
    CAST(NULL AS DOUBLE) AS ctl,
    CAST(NULL AS DOUBLE) AS atl
WHERE false
