-- drills that an athlete was given to do for some weeks; never rewritten, what became of it is below
CREATE TABLE app.plan (
    plan_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    drill_ids VARCHAR NOT NULL, -- JSON list, done together
    pattern VARCHAR, -- of the answers that it follows from
    checkin_id VARCHAR NOT NULL, -- those answers
    start_date DATE NOT NULL, -- the athlete's days, both included
    end_date DATE NOT NULL,
    per_day BIGINT NOT NULL, -- how often on a day that it is due
    days_per_week BIGINT, -- NULL: once, before the next fitting session
    left_score BIGINT, -- tightness at the start, 0-10; NULL: not known
    right_score BIGINT,
    by_person_id VARCHAR NOT NULL, -- who assigned it; '' by the club's choice without anybody
    known_at TIMESTAMPTZ NOT NULL
);

-- what the athlete tapped, re-checks, decisions of staff, the end; append only
CREATE TABLE app.plan_event (
    event_id VARCHAR PRIMARY KEY,
    plan_id VARCHAR NOT NULL,
    athlete_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- done, not_today, worse, recheck, ended, noted
    local_date DATE NOT NULL, -- the athlete's day that it is about
    detail VARCHAR NOT NULL, -- JSON object
    by_person_id VARCHAR NOT NULL, -- '' where nobody signed in: a mailed link, or the service
    known_at TIMESTAMPTZ NOT NULL
);

-- whether a drill that answers lead to reaches the athlete without a coach; append only, the newest
-- version of a scope is in force, a team's own before the club's
CREATE TABLE app.proposal_setting (
    team_id VARCHAR NOT NULL, -- '' is the whole club
    version BIGINT NOT NULL,
    reaches_athlete BOOLEAN, -- NULL: as the club
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (team_id, version)
);
