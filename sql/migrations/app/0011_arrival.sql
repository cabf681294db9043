-- files that were handed over by page, upload API or drop folder, and what became of each
CREATE TABLE app.arrival (
    arrival_id VARCHAR PRIMARY KEY,
    batch_id VARCHAR NOT NULL, -- what was handed over together
    athlete_id VARCHAR NOT NULL,
    by_person_id VARCHAR NOT NULL, -- a person, or the athlete whose token or folder it was
    way VARCHAR NOT NULL, -- page, api, folder
    name VARCHAR NOT NULL, -- the file's own name
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    rpe_tenths BIGINT, -- session RPE handed over with the file
    state VARCHAR NOT NULL, -- waiting, reading, stored, known, asks, refused
    receipt VARCHAR NOT NULL, -- JSON, '{}' until it was read
    known_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);

-- lets a program hand over files for one athlete, and nothing else; the token itself is kept nowhere
CREATE TABLE app.upload_token (
    token_id VARCHAR PRIMARY KEY,
    token_hash VARCHAR NOT NULL UNIQUE,
    athlete_id VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    by_person_id VARCHAR NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    known_at TIMESTAMPTZ NOT NULL
);

-- session RPE handed over with a file, over what the file says; what a check-in tells goes over both
CREATE TABLE app.file_rpe (
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    rpe_tenths BIGINT NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (athlete_id, sha256, known_at)
);

-- the values of a decision 'mend' in app.quarantine_decision, saved in the same instant; NULL: as recorded
CREATE TABLE app.session_mend (
    session_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    new_start TIMESTAMP, -- wall clock
    distance_m BIGINT,
    seconds BIGINT, -- how long it took, pauses left out
    without_hr BOOLEAN NOT NULL, -- the heart rate is left out
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, known_at)
);
