-- what people said that their files do not say; append only, the newest row of a key is in force
CREATE TABLE app.file_answer (
    athlete_id VARCHAR NOT NULL,
    key VARCHAR NOT NULL, -- weight_unit, or columns@<mark of a header>
    value VARCHAR NOT NULL,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (athlete_id, key, known_at)
);

-- whose name it is that a team's files use; append only, the newest row of a name is in force
CREATE TABLE app.player_name (
    team_id VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL, -- lower case, without accents and double spaces
    athlete_id VARCHAR NOT NULL, -- '': nobody of ours, not asked for again
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (team_id, name_key, known_at)
);
