-- one durable row per message; the id is made from what the message is about, so it is written once
CREATE TABLE app.message (
    message_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body_text VARCHAR NOT NULL, -- erased once sent
    body_html VARCHAR NOT NULL, -- erased once sent
    unsubscribe_url VARCHAR, -- NULL: this kind cannot be switched off
    not_before TIMESTAMPTZ NOT NULL,
    claim VARCHAR, -- who is sending it now
    claimed_at TIMESTAMPTZ,
    attempts BIGINT NOT NULL,
    sent_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ, -- given up
    last_error VARCHAR,
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE app.unsubscribed (
    person_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, kind)
);

CREATE TABLE app.job_run (
    run_id VARCHAR PRIMARY KEY,
    job VARCHAR NOT NULL, -- nightly, rebuild
    morning DATE NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    state VARCHAR NOT NULL, -- running, done, failed, interrupted
    summary VARCHAR NOT NULL, -- JSON: counts and seconds per step
    error VARCHAR
);
