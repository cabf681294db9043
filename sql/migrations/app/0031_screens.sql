-- links that show a team's week without signing in: on a screen of the club, in a page of its site
CREATE TABLE app.screen (
    screen_id VARCHAR PRIMARY KEY,
    person_id VARCHAR NOT NULL, -- who made it: it works as long as they may make one
    team_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- wall, embed
    shows VARCHAR NOT NULL, -- names, shirts, counts
    name VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);

-- kinds of e-mail that come only to who asked for them
CREATE TABLE app.subscribed (
    person_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- report
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, kind)
);
