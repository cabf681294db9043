-- one row per athlete and channel: the first day that is known
SELECT
    d.athlete_id,
    d.channel,
    least(min(d.local_date) FILTER (WHERE d.state <> 'unknown'), any_value(p.first_date)) AS first_date
FROM lake.marts.daily_load AS d
LEFT JOIN lake.marts.load_past AS p ON p.athlete_id = d.athlete_id AND p.channel = d.channel
GROUP BY d.athlete_id, d.channel
