-- what the samples of a session come to, reckoned once when it arrives; NULL: not recorded
ALTER TABLE lake.raw.session ADD COLUMN graded_m BIGINT; -- metres on the flat that cost the same (Minetti 2002)
ALTER TABLE lake.raw.session ADD COLUMN fast_dm INTEGER[]; -- decimetres at 4.0-4.1 m/s, 4.1-4.2 m/s, and so on
ALTER TABLE lake.raw.session ADD COLUMN hr_from BIGINT; -- the lowest heart rate of hr_s
ALTER TABLE lake.raw.session ADD COLUMN hr_s INTEGER[]; -- seconds at hr_from, hr_from + 1, and so on

DROP TABLE IF EXISTS lake.marts.load_average; -- not kept any more
