-- what else a club can choose of a rule, who chose it, and rules for the further channels
ALTER TABLE app.rule ADD COLUMN week VARCHAR DEFAULT 'rolling'; -- rolling: any seven days; calendar: Monday to Sunday
ALTER TABLE app.rule ADD COLUMN percentile BIGINT; -- the week must reach this percentile of the athlete's own 26; NULL: not asked
ALTER TABLE app.rule ADD COLUMN by_person_id VARCHAR; -- NULL: shipped

-- running time follows running distance, so it is off until a club wants it;
-- rule acwr raises nothing: enabled, pages show the ratios
INSERT INTO app.rule VALUES
    ('spike', '', 'run_s', 1, false, 'max', 15, 5400, 1800, 3, 7, 35, '2026-01-01 00:00:00+00', 'rolling', NULL, NULL),
    ('spike', '', 'fast_m', 1, true, 'max', 15, 500, 200, 3, 7, 35, '2026-01-01 00:00:00+00', 'rolling', NULL, NULL),
    ('spike', '', 'eccentric_sets', 1, true, 'max', 15, 4, 3, 3, 7, 35, '2026-01-01 00:00:00+00', 'rolling', NULL, NULL),
    ('acwr', '', '', 1, false, 'max', 15, 0, 0, 1, 7, 28, '2026-01-01 00:00:00+00', 'rolling', NULL, NULL);
