-- signed-in browsers: signing out ends the row, whatever copy of the cookie exists
CREATE TABLE app.web_session (
    session_hash VARCHAR PRIMARY KEY,
    person_id VARCHAR NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
