-- Whom the document recognises within the year, in each named category: by an identity in force on any day of it up to
-- as_of, or by an application of the year that is granted or still open, for categories that are helped on application.
-- Who left within the year stays in the year's list. `recognised` is the day of recognition as the list says it, else the
-- first day in force; `ended` the last day in force where there is one.
-- in: aid_spells, named(category, position), applied, by_application(category), aid_year
-- out: person, category, position, held, begin, ended, recognised, recognised_told, applied_on, decided_on, outcome, granted
WITH held AS (
    SELECT
        s.person, s.category, min(s.first) AS begin, max(s.past) AS past, min(s.recognised) AS recognised,
        bool_or(s.recognised_told) AS recognised_told
    FROM aid_spells AS s
    CROSS JOIN aid_year AS y
    WHERE s.past > y.first
    GROUP BY s.person, s.category
),
applying AS (
    SELECT a.* FROM applied AS a SEMI JOIN by_application AS b ON b.category = a.category
)
SELECT
    n.person, n.category, d.position, n.held,
    coalesce(n.begin, CASE WHEN n.outcome = 'granted' THEN coalesce(n.decided_on, n.applied_on) END) AS begin,
    n.ended, n.recognised, n.recognised_told, n.applied_on, n.decided_on, n.outcome, n.granted
FROM (
    SELECT
        coalesce(h.person, a.person) AS person, coalesce(h.category, a.category) AS category, h.person IS NOT NULL AS held,
        h.begin, CASE WHEN h.past < DATE '9999-01-01' THEN h.past - 1 END AS ended, h.recognised,
        coalesce(h.recognised_told, false) AS recognised_told, a.applied_on, a.decided_on, coalesce(a.outcome, '') AS outcome,
        coalesce(a.granted, 0) AS granted
    FROM held AS h
    FULL JOIN applying AS a ON a.person = h.person AND a.category = h.category
) AS n
JOIN named AS d ON d.category = n.category
WHERE n.held OR n.outcome IN ('granted', 'pending')
