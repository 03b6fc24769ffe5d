-- Each recognised person's schedules where they are insured, with how they are recognised. Who is in no register and has no
-- settlement has no district: nothing can be due, whatever the place, and that is computed. A transition period that ended
-- before the year leaves no schedule. Doubles (hoped.sql) have the schedules of what they could be.
-- in: recognised, hoped, category_terms(category, position), entitled_people, schedules, document_region(prefix), aid_year(first)
-- out: person, category, position, entry, schedule, insu_admdvs, past (of a transition that ends, else null), and how they are
-- recognised, one row a person and schedule of a category
WITH held AS (
    SELECT person, category, position, held, begin, ended, applied_on, decided_on, outcome, granted FROM recognised
    UNION ALL
    SELECT DISTINCT h.person, h.category, t.position, false, CAST(NULL AS DATE), CAST(NULL AS DATE), CAST(NULL AS DATE), CAST(NULL AS DATE), '', 0
    FROM hoped AS h
    JOIN category_terms AS t ON t.category = h.category
)
SELECT
    r.person, r.category, r.position, r.held, r.begin, r.ended, r.applied_on, r.decided_on, r.outcome, r.granted, p.insu_admdvs,
    s.entry, s.schedule, s.past
FROM held AS r
JOIN entitled_people AS p ON p.person = greatest(r.person, -1 - r.person)
CROSS JOIN document_region AS g
JOIN schedules AS s ON s.category = r.category
    AND starts_with(CASE WHEN p.insu_admdvs = '' THEN g.prefix ELSE p.insu_admdvs END, s.region_prefix)
CROSS JOIN aid_year AS y
WHERE s.past IS NULL OR s.past > y.first
