-- who switched the note of before off gets none of the kinds that it now has sections of
INSERT INTO app.unsubscribed
SELECT u.person_id, k.kind, u.known_at
FROM app.unsubscribed AS u
CROSS JOIN (VALUES ('flag'), ('plan'), ('reminder'), ('recheck'), ('week')) AS k (kind)
WHERE u.kind = 'morning';

-- which kinds a message has sections of, and 'drill' where it shows one: JSON list; NULL: its own
ALTER TABLE app.message ADD COLUMN parts VARCHAR;

-- hours in which a person is not written to, on their own clock; without a row: the club's
CREATE TABLE app.quiet_hours (
    person_id VARCHAR PRIMARY KEY,
    start_minute BIGINT NOT NULL, -- of the day; the same as the end: none are quiet
    end_minute BIGINT NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

-- whose note of a morning waits for the end of their quiet hours; it is composed only then
CREATE TABLE app.note_waiting (
    person_id VARCHAR PRIMARY KEY,
    morning DATE NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);

-- conditions that refer unless a physio has cleared them until a day; append only, the newest of
-- an athlete is in force. until NULL: the clearance was withdrawn
CREATE TABLE app.clearance (
    clearance_id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    until DATE,
    by_person_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
