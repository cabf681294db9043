-- what an athlete's own figures need; append only, the newest row is in force
CREATE TABLE app.physiology (
    athlete_id VARCHAR NOT NULL,
    sex VARCHAR, -- f or m: Banister's factors differ; NULL: not said
    resting_hr BIGINT,
    max_hr BIGINT,
    fast_mmps BIGINT, -- high-speed running from here on; NULL: 5.5 m/s
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (athlete_id, known_at)
);
