-- what an exercise trains; append only. The newest row of a name is in force, a club's before a
-- shipped one. Names that differ in spelling meet in lake.staging.exercise
CREATE TABLE app.exercise_tag (
    exercise VARCHAR NOT NULL, -- the name as it was written
    tags VARCHAR NOT NULL, -- words of the closed list in clubmon.exercises, with spaces between
    by_person_id VARCHAR, -- NULL: shipped
    known_at TIMESTAMPTZ NOT NULL
);
INSERT INTO app.exercise_tag VALUES
('Romanian Deadlift (Barbell)','eccentric-hamstring hinge',NULL,'2026-01-01 00:00:00+00'),
('Leg Curl (Machine)','knee-flexion',NULL,'2026-01-01 00:00:00+00');
