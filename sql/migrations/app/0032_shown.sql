-- how a person has things shown; a person without a row, and '' in one, means as the club has it
CREATE TABLE app.shown (
    person_id VARCHAR PRIMARY KEY,
    language VARCHAR NOT NULL, -- en, de; '': the club's
    distance VARCHAR NOT NULL, -- km, mi; '': the club's
    weight VARCHAR NOT NULL, -- kg, lb; '': the club's
    known_at TIMESTAMPTZ NOT NULL
);
