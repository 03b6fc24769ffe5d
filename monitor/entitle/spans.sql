-- The days whose care each recognised category's schedules may aid, up to as_of: the days the identity was in force; before
-- them what a look-back of the text reaches (Inner Mongolia: before recognition, for recognitions of the year); and, for an
-- applicant, everything from the look-back (from the application, where the text has none) to the year's end without a gap.
-- Rows of a person and category may overlap. `reached_from` is the day a look-back counts from; `begin` the day before which
-- care was not yet known to be theirs.
-- in: aid_spells, recognised, category_terms(category, window_kind, months), look_backs(window_kind, months, day, first), aid_year
-- out: person, category, first, past (exclusive), begin, reached_from
WITH held AS (
    SELECT
        s.person, s.category, s.first AS begin, s.past, s.recognised,
        greatest(s.first, s.recognised) >= y.first AS of_the_year
    FROM aid_spells AS s
    CROSS JOIN aid_year AS y
    WHERE s.past > y.first
),
in_force AS (
    SELECT h.person, h.category, greatest(h.begin, y.first) AS first, h.past, h.begin, CAST(NULL AS DATE) AS reached_from
    FROM held AS h
    CROSS JOIN aid_year AS y
),
before_recognition AS (
    SELECT h.person, h.category, b.first, h.past, h.begin, h.recognised AS reached_from
    FROM held AS h
    JOIN category_terms AS t ON t.category = h.category AND t.window_kind = 'before_recognition'
    JOIN look_backs AS b ON b.window_kind = t.window_kind AND b.months = t.months AND b.day = h.recognised
    WHERE h.of_the_year
),
applied_for AS (
    -- Recognised today at the earliest is who has not been yet.
    SELECT
        r.person, r.category, coalesce(b.first, r.applied_on) AS first, y.past, coalesce(r.begin, y.past) AS begin,
        CASE WHEN b.first IS NOT NULL THEN b.day END AS reached_from
    FROM recognised AS r
    JOIN category_terms AS t ON t.category = r.category
    CROSS JOIN aid_year AS y
    LEFT JOIN look_backs AS b ON b.window_kind = t.window_kind AND b.months = t.months AND b.day = CASE
        WHEN t.window_kind <> 'before_recognition' THEN r.applied_on
        WHEN r.outcome = 'granted' THEN coalesce(r.decided_on, r.applied_on)
        ELSE y.as_of
    END
    WHERE r.outcome IN ('granted', 'pending')
),
together AS (
    SELECT * FROM in_force
    UNION ALL
    SELECT * FROM before_recognition
    UNION ALL
    SELECT * FROM applied_for
)
SELECT t.person, t.category, t.first, least(t.past, y.past) AS past, t.begin, t.reached_from
FROM together AS t
CROSS JOIN aid_year AS y
WHERE t.first < least(t.past, y.past)
