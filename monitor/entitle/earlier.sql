-- What years before have counted already: a look-back reaches into them only for the rest. Days before the year on which
-- somebody held a category helped directly (within the transition period, where its help ends with that), or that a granted
-- application of an earlier year covered. in: aid_spells, applications, recognised, look_backs, aid_year, schedules(category, past),
-- category_terms(category, position, direct, window_kind, months)
-- out: person, position, first, past (exclusive, at most the year's first day)
WITH reaching AS (
    SELECT DISTINCT person FROM recognised
),
transitions AS (
    SELECT category, max(past) AS past FROM schedules WHERE past IS NOT NULL GROUP BY category
),
held AS (
    SELECT
        s.person, t.position,
        CASE WHEN t.window_kind = 'before_recognition' THEN least(s.first, coalesce(b.first, s.first)) ELSE s.first END AS first,
        least(s.past, coalesce(e.past, s.past)) AS past
    FROM aid_spells AS s
    SEMI JOIN reaching AS r ON r.person = s.person
    JOIN category_terms AS t ON t.category = s.category AND t.direct
    CROSS JOIN aid_year AS y
    LEFT JOIN transitions AS e ON e.category = s.category
    LEFT JOIN look_backs AS b ON b.window_kind = t.window_kind AND b.months = t.months AND b.day = s.recognised
        AND greatest(s.first, s.recognised) < y.first
    WHERE s.first < y.first
),
granted AS (
    SELECT a.person, t.position, coalesce(b.first, a.applied_on) AS first, make_date(year(a.applied_on) + 1, 1, 1) AS past
    FROM applications AS a
    SEMI JOIN reaching AS r ON r.person = a.person
    JOIN category_terms AS t ON t.category = a.category AND NOT t.direct
    CROSS JOIN aid_year AS y
    LEFT JOIN look_backs AS b ON b.window_kind = t.window_kind AND b.months = t.months
        AND b.day = CASE WHEN t.window_kind = 'before_recognition' THEN coalesce(a.decided_on, a.applied_on) ELSE a.applied_on END
    WHERE a.outcome = 'granted' AND a.applied_on < y.first AND coalesce(a.decided_on, a.applied_on) <= y.as_of
)
SELECT t.person, t.position, t.first, least(t.past, y.first) AS past
FROM (SELECT * FROM held UNION ALL SELECT * FROM granted) AS t
CROSS JOIN aid_year AS y
WHERE t.first < least(t.past, y.first)
