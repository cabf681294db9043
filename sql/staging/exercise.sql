-- one row per exercise name as a source or the tag table writes it
WITH used AS (
    SELECT DISTINCT l.exercise
    FROM lake.raw.lift_set AS l
    -- what only the athlete may see names no exercise here
    ANTI JOIN lake.raw.session AS s
        ON s.session_id = l.session_id AND s.sha256 = l.sha256 AND s.audience <> 'club'
    WHERE getvariable('athlete') IS NULL OR l.athlete_id = getvariable('athlete')
),
tagged AS (
    SELECT t.exercise, t.tags, t.by_person_id, t.known_at
    FROM app.exercise_tag AS t
    WHERE t.known_at <= getvariable('known_by')
),
name AS (
    SELECT u.exercise FROM used AS u
    UNION
    SELECT t.exercise FROM tagged AS t
),
-- lower case, no accents, punctuation as spaces; farmer's and farmers are one word
written AS (
    SELECT
        n.exercise,
        list_transform(
            string_split(trim(regexp_replace(
                regexp_replace(lower(strip_accents(n.exercise)), '[''’]', '', 'g'),
                '[^\pL\pN]+', ' ', 'g'
            )), ' '),
            -- crunches, lunges; not press, abs
            lambda w: CASE
                WHEN regexp_matches(w, '(ch|sh|ss|x)es$') THEN w[:-3]
                WHEN length(w) > 3 AND regexp_matches(w, '[^s]s$') THEN w[:-2]
                ELSE w
            END
        ) AS words
    FROM name AS n
),
-- what apps shorten, join or spell in two ways; '' is left out: a bar or a machine does not make
-- another exercise. Bands and balls do, and stay
spelling AS (
    SELECT MAP {
        'barbell': '', 'bb': '', 'dumbbell': '', 'dumbell': '', 'db': '', 'kettlebell': '', 'kb': '',
        'machine': '', 'smith': '', 'cable': '', 'weighted': '', 'bodyweight': '',
        'a': '', 'an': '', 'and': '', 'on': '', 'the': '', 'with': '',
        'rdl': 'romanian dead lift', 'sldl': 'stiff leg dead lift', 'ghr': 'glute ham raise',
        'ohp': 'overhead press', 'sl': 'single leg', 'sa': 'single arm', 'trx': 'suspension',
        'deadlift': 'dead lift', 'goodmorning': 'good morning', 'hyperextension': 'hyper extension',
        'pullup': 'pull up', 'pushup': 'push up', 'chinup': 'chin up', 'situp': 'sit up',
        'stepup': 'step up', 'pulldown': 'pull down', 'pushdown': 'push down',
        'pressdown': 'press down', 'pullover': 'pull over', 'pullthrough': 'pull through',
        'pullapart': 'pull apart', 'kickback': 'kick back', 'crossover': 'cross over',
        'skullcrusher': 'skull crusher', 'skierg': 'ski erg', 'warmup': 'warm up',
        'legged': 'leg', 'one': 'single', '1': 'single', 'banded': 'band', 'paused': 'pause',
        'slide': 'sliding', 'slider': 'sliding', 'swiss': 'stability',
        'flye': 'fly', 'flie': 'fly', 'calve': 'calf', 'ups': 'up'
    } AS respelt
),
respelt AS (
    SELECT
        w.exercise,
        w.words,
        list_filter(
            string_split(
                array_to_string(
                    list_transform(w.words, lambda w: coalesce(s.respelt[w], w)), ' '
                ), ' '
            ),
            lambda w: w <> ''
        ) AS kept
    FROM written AS w
    CROSS JOIN spelling AS s
),
keyed AS (
    SELECT
        r.exercise,
        coalesce( -- a name of nothing but equipment or signs keeps them
            nullif(array_to_string(list_sort(list_distinct(r.kept)), ' '), ''),
            nullif(array_to_string(list_sort(list_distinct(r.words)), ' '), ''),
            r.exercise
        ) AS name_key
    FROM respelt AS r
),
in_force AS (
    SELECT k.name_key, t.tags
    FROM tagged AS t
    INNER JOIN keyed AS k ON k.exercise = t.exercise
    QUALIFY row_number() OVER (
        PARTITION BY k.name_key
        -- what a club says stands over what was shipped, also over what is shipped later
        ORDER BY t.by_person_id IS NOT NULL DESC, t.known_at DESC, t.exercise, t.tags
    ) = 1
)
SELECT
    k.exercise,
    k.name_key,
    f.tags,
    f.tags IS NOT NULL AS known,
    coalesce(list_contains(string_split(f.tags, ' '), 'eccentric-hamstring'), false) AS eccentric,
    coalesce(list_contains(string_split(f.tags, ' '), 'sled'), false) AS sled
FROM keyed AS k
LEFT JOIN in_force AS f ON f.name_key = k.name_key
