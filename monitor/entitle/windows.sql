-- Each recognised person's schedules where they are insured, and the time whose care counts: the calendar year to as_of,
-- longer where an application or a recognition reaches back, shorter where a transition period ended within it. Who is
-- in no register and has no settlement has no district: nothing can be due, whatever the place, and that is computed.
-- in: recognised, entitled_people, schedules, looked_back, document_region(prefix), aid_year(first, past, as_of)
-- out: person, category, entry, since, past (exclusive), and how they are recognised
SELECT
    r.person, r.category, r.position, r.held, r.begin, r.applied_on, r.decided_on, r.outcome, p.insu_admdvs, s.entry,
    least(coalesce(b.since, y.first), y.first) AS since,
    least(y.past, coalesce(s.past, y.past)) AS past
FROM recognised AS r
JOIN entitled_people AS p ON p.person = r.person
CROSS JOIN document_region AS g
JOIN schedules AS s ON s.category = r.category
    AND starts_with(CASE WHEN p.insu_admdvs = '' THEN g.prefix ELSE p.insu_admdvs END, s.region_prefix)
CROSS JOIN aid_year AS y
LEFT JOIN looked_back AS b ON b.person = r.person AND b.category = r.category AND b.entry = s.entry
WHERE s.past IS NULL OR s.past > y.first
