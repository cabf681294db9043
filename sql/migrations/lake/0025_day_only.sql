-- what a source says of when a session began; NULL in rows that came before
ALTER TABLE lake.raw.session ADD COLUMN time_known BOOLEAN; -- false: the day alone, start_local is noon of it
