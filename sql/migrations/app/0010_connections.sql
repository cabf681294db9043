-- where data is fetched from: one living connection per athlete and source; a revoked one stays
-- as a line without credentials
CREATE TABLE app.connection (
    connection_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL, -- the athlete's id at the source
    mode VARCHAR NOT NULL, -- athlete_only or club: the audience of what is fetched
    -- connecting (the athlete has said yes and nothing was asked yet), active, retrying,
    -- rate_limited, needs_attention, revoked
    state VARCHAR NOT NULL,
    credentials VARCHAR, -- JSON; NULL once they were given back
    cursor VARCHAR, -- where the next page begins; NULL: at the beginning
    caught_up BOOLEAN NOT NULL, -- whether the first fetch of the years before has ended
    next_try TIMESTAMPTZ, -- not before then
    last_success TIMESTAMPTZ,
    last_error VARCHAR, -- in words; NULL: none since the last success
    known_at TIMESTAMPTZ NOT NULL -- when the athlete connected
);

-- what all connections of a source share, in its connector's own words: a budget of calls
CREATE TABLE app.source_note (
    source VARCHAR PRIMARY KEY,
    note VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

-- who may see what a source sends, and who permitted it; append only, the newest per source counts
CREATE TABLE app.source_mode (
    mode_id VARCHAR PRIMARY KEY,
    source VARCHAR NOT NULL,
    mode VARCHAR NOT NULL, -- athlete_only or club
    permitted_by VARCHAR NOT NULL, -- '' for athlete_only, which needs nobody's permission
    permitted_on DATE,
    reference VARCHAR NOT NULL,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

-- days of which a source has handed over everything; deleted with what was fetched
CREATE TABLE app.sync (
    sync_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    groups VARCHAR NOT NULL, -- of run and lift, with spaces between
    first_date DATE NOT NULL, -- local days, both included
    last_date DATE NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

-- what webhooks said, each event once
CREATE TABLE app.hint (
    source VARCHAR NOT NULL,
    hint_key VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    change VARCHAR NOT NULL, -- changed, deleted, revoked
    source_id VARCHAR NOT NULL,
    done_at TIMESTAMPTZ,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (source, hint_key)
);
