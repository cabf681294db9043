-- people, teams, roles, guardians, consent and everything a person decided
CREATE TABLE app.person (
    person_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL UNIQUE, -- lower case
    born DATE,
    timezone VARCHAR, -- IANA; NULL: the club's
    shirt VARCHAR,
    position VARCHAR,
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE app.team (
    team_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    medical_contact_id VARCHAR,
    second_contact_id VARCHAR,
    checkins BOOLEAN NOT NULL, -- can be true only with a medical contact
    known_at TIMESTAMPTZ NOT NULL
);

-- team_id '' is the whole club; role: admin, coach, physio, athlete
CREATE TABLE app.role (
    person_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    team_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, role, team_id)
);

CREATE TABLE app.guardian (
    guardian_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (guardian_id, athlete_id)
);

-- append only; the newest row per athlete and kind is in force; kind: load, health, tightness
CREATE TABLE app.consent (
    consent_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    granted BOOLEAN NOT NULL,
    by_person_id VARCHAR NOT NULL, -- who said so: the athlete, a guardian, or an admin with evidence
    by_role VARCHAR NOT NULL, -- athlete, guardian, paper
    evidence VARCHAR, -- where the signed paper is kept
    known_at TIMESTAMPTZ NOT NULL
);

-- what must not come back: kind 'person' (erased), 'session' (deleted at the source or by hand)
CREATE TABLE app.tombstone (
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE app.login_link (
    token_hash VARCHAR PRIMARY KEY,
    person_id VARCHAR NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    known_at TIMESTAMPTZ NOT NULL
);

-- what a person did, never what their body did: no health data here
CREATE TABLE app.audit (
    audit_id VARCHAR PRIMARY KEY,
    actor VARCHAR NOT NULL, -- person_id, 'cli' or 'service'
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
