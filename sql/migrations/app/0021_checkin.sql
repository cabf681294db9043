-- what a check-in asks besides tightness; append only, the newest row of a day is in force

-- whether a team's athletes are asked how they slept, how sore and how stressed they are;
-- the newest row is in force, without one they are not
CREATE TABLE app.team_asks (
    asks_id VARCHAR PRIMARY KEY,
    team_id VARCHAR NOT NULL,
    wellness BOOLEAN NOT NULL,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE app.wellness (
    wellness_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    local_date DATE NOT NULL, -- the athlete's day of answering
    sleep BIGINT, -- 1 badly to 5 very well; NULL: not answered
    soreness BIGINT, -- 1 not at all to 5 very
    stress BIGINT, -- 1 none to 5 a lot
    known_at TIMESTAMPTZ NOT NULL
);

-- the four weekly questions: points of each answer, and their sum
CREATE TABLE app.weekly (
    weekly_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    participation BIGINT, -- 0, 8, 17 or 25; NULL: not answered
    training BIGINT, -- 0, 6, 13, 19 or 25
    performance BIGINT, -- as training
    pain BIGINT, -- as participation
    score BIGINT, -- 0-100; NULL unless all four were answered
    known_at TIMESTAMPTZ NOT NULL
);
