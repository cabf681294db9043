-- a team goes back to the club's rule by a version that says so; what it holds besides is not used.
-- From here on a version number is given once per rule and channel, whatever the team, so that it names one row.
ALTER TABLE app.rule ADD COLUMN inherits BOOLEAN DEFAULT false;
