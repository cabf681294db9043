-- rules as versioned rows; the highest version per rule, team and channel is in force
CREATE TABLE app.rule (
    rule VARCHAR NOT NULL, -- spike, single_run
    team_id VARCHAR NOT NULL, -- '' is the whole club
    channel VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    basis VARCHAR NOT NULL, -- max: the larger of last week and four-week mean; literal; four_week; longest
    threshold_pct BIGINT NOT NULL,
    floor_base BIGINT NOT NULL, -- base units of the channel
    floor_rise BIGINT NOT NULL,
    hold_days BIGINT NOT NULL,
    rearm_days BIGINT NOT NULL,
    from_day BIGINT NOT NULL, -- days of history before the rule can fire
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (rule, team_id, channel, version)
);

INSERT INTO app.rule VALUES
    ('spike', '', 'run_m', 1, true, 'max', 15, 10000, 3000, 3, 7, 35, '2026-01-01 00:00:00+00'),
    ('spike', '', 'ascent_m', 1, true, 'max', 15, 200, 100, 3, 7, 35, '2026-01-01 00:00:00+00'),
    ('spike', '', 'tonnage_g', 1, true, 'max', 15, 2000000, 500000, 3, 7, 35, '2026-01-01 00:00:00+00'),
    ('spike', '', 'srpe_dau', 1, true, 'max', 15, 5000, 1500, 3, 7, 35, '2026-01-01 00:00:00+00'),
    ('single_run', '', 'run_m', 1, true, 'longest', 10, 5000, 1000, 1, 7, 31, '2026-01-01 00:00:00+00');

-- a durable event with the inputs and the rule version that made it; never rewritten
CREATE TABLE app.flag (
    flag_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    morning DATE NOT NULL, -- the club's morning on which it was raised
    tier BIGINT NOT NULL, -- 3 refer, 2 talk today, 1 watch
    rule VARCHAR NOT NULL, -- refer, strain, tightness, spike, single_run, return_to_run
    rule_version BIGINT NOT NULL,
    channel VARCHAR NOT NULL, -- '' where the rule has none
    uses_tightness BOOLEAN NOT NULL, -- a coach needs the athlete's consent to see it
    inputs VARCHAR NOT NULL, -- JSON: the numbers behind it, in base units
    superseded_at TIMESTAMPTZ,
    known_at TIMESTAMPTZ NOT NULL,
    UNIQUE (athlete_id, morning, rule, channel)
);

CREATE TABLE app.flag_action (
    action_id VARCHAR PRIMARY KEY,
    flag_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    action VARCHAR NOT NULL, -- seen, acted, dismissed, snoozed
    reason VARCHAR,
    until DATE,
    known_at TIMESTAMPTZ NOT NULL
);
