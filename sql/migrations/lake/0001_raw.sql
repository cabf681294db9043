-- what arrived, as it was read; never updated. The lake can be thrown away and rebuilt from raw files
CREATE SCHEMA lake.raw;
CREATE SCHEMA lake.staging;
CREATE SCHEMA lake.marts;

CREATE TABLE lake.raw.payload (
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    name VARCHAR NOT NULL, -- the file's own name
    connector VARCHAR NOT NULL,
    connector_version VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    audience VARCHAR NOT NULL, -- club or athlete_only
    sessions BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.raw.session (
    session_id VARCHAR NOT NULL, -- made from athlete, source and source id: an edited session keeps it
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, -- the payload it came from
    audience VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- run, lift, other
    sport VARCHAR NOT NULL,
    title VARCHAR,
    start_utc TIMESTAMPTZ,
    start_local TIMESTAMP NOT NULL,
    local_date DATE NOT NULL,
    timezone VARCHAR,
    distance_m BIGINT,
    moving_s BIGINT,
    elapsed_s BIGINT,
    ascent_m BIGINT,
    descent_m BIGINT,
    avg_hr BIGINT,
    max_hr BIGINT,
    rpe_tenths BIGINT,
    doubt VARCHAR, -- why the session waits for a decision; NULL: nothing odd
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.raw.lift_set (
    session_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    set_index BIGINT NOT NULL,
    exercise VARCHAR NOT NULL,
    set_type VARCHAR NOT NULL,
    reps BIGINT,
    weight_g BIGINT, -- NULL: body weight or not entered
    rpe_tenths BIGINT,
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.raw.sample (
    session_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    t_s BIGINT NOT NULL,
    distance_dm BIGINT,
    speed_mmps BIGINT,
    elevation_dm BIGINT,
    hr BIGINT
);
