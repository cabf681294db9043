-- erasures of people; swept_at is NULL until files, lake and the deleted rows' bytes are gone as well
CREATE TABLE app.erasure (
    person_key VARCHAR PRIMARY KEY, -- as in app.tombstone
    by_role VARCHAR NOT NULL, -- athlete, guardian or cli
    known_at TIMESTAMPTZ NOT NULL,
    swept_at TIMESTAMPTZ
);
