-- what athletes answer; append only, the newest row of a day is in force
CREATE TABLE app.checkin (
    checkin_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    local_date DATE NOT NULL, -- the athlete's day of answering
    left_score BIGINT, -- 0-10; NULL: not answered
    right_score BIGINT,
    left_place VARCHAR, -- upper, middle, lower
    right_place VARCHAR,
    yesterday VARCHAR, -- 'rest' or 'trained'; NULL: not asked or not answered
    yesterday_distance_m BIGINT,
    yesterday_minutes BIGINT,
    yesterday_rpe_tenths BIGINT,
    something_else BOOLEAN NOT NULL,
    refer_signs VARCHAR, -- JSON list of sign ids, '[]': none of these; NULL: not answered
    strain_signs VARCHAR,
    pattern_answers VARCHAR, -- JSON object of question id to answer; NULL: not asked
    pattern VARCHAR, -- what triage decided; NULL: nothing to discuss
    drill_ids VARCHAR, -- JSON list
    known_at TIMESTAMPTZ NOT NULL
);

-- session RPE that an athlete gave in a check-in, over what the source says
CREATE TABLE app.session_rpe (
    session_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    rpe_tenths BIGINT NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, known_at)
);

-- decision on a doubtful session: 'keep' or 'drop'
CREATE TABLE app.quarantine_decision (
    session_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, known_at)
);

-- one row per tier 3 answer; only a physio's recorded decision closes it
CREATE TABLE app.referral (
    referral_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    checkin_id VARCHAR NOT NULL,
    pattern VARCHAR NOT NULL, -- 'refer' or 'strain'
    urgency VARCHAR NOT NULL, -- emergency, same_day, within_48_h, within_days
    acknowledged_at TIMESTAMPTZ,
    acknowledged_by VARCHAR,
    closed_at TIMESTAMPTZ,
    closed_by VARCHAR,
    decision VARCHAR,
    known_at TIMESTAMPTZ NOT NULL
);
