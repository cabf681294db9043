-- whether an athlete can train, as the athlete or a guardian (own) and a physio said; no reason is
-- kept; append only, the newest row of each role counts
CREATE TABLE app.availability (
    availability_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL, -- full, limited, out
    by_person_id VARCHAR NOT NULL,
    by_role VARCHAR NOT NULL, -- own, physio
    known_at TIMESTAMPTZ NOT NULL
);

-- how a member of staff has the squad grid shown
CREATE TABLE app.grid_view (
    person_id VARCHAR PRIMARY KEY,
    sort VARCHAR NOT NULL, -- need, name or a column's key
    turned BOOLEAN NOT NULL, -- the other way round than the column's own order
    team VARCHAR NOT NULL, -- a name; '': all
    position VARCHAR NOT NULL, -- '': all
    availability VARCHAR NOT NULL, -- full, limited, out; '': all
    columns VARCHAR NOT NULL, -- JSON list of keys
    known_at TIMESTAMPTZ NOT NULL
);
