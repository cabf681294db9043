-- what tells a rich version of a session from a poor one; NULL in rows that came before
ALTER TABLE lake.raw.session ADD COLUMN zone_stated BOOLEAN; -- start_local is the source's own wall clock
ALTER TABLE lake.raw.session ADD COLUMN samples BIGINT; -- rows in lake.raw.sample of this version
