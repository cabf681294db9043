-- sessions that a coach means to have done: of one athlete, or of everybody in the team (athlete_id '');
-- an empty amount is none
CREATE TABLE app.planned_session (
    planned_id VARCHAR PRIMARY KEY,
    team_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    run_m BIGINT,
    ascent_m BIGINT,
    tonnage_g BIGINT,
    eccentric_sets BIGINT,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
