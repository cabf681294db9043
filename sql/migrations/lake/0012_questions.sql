-- what was looked up among the athlete's answers to read a file; made anew whenever it is read
CREATE TABLE lake.raw.question (
    athlete_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    key VARCHAR NOT NULL, -- as in app.file_answer
    waiting BOOLEAN NOT NULL -- no usable answer so far: nothing of the file counts
);
