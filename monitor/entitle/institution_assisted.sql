-- Whom medical assistance paid something for at an institution in the window, taken over all their settlements there: who was paid
-- for and refunded is not among them.
-- in: care, numbers_resolved(stored, person); out: one row an institution, level and person
SELECT c.code, c.known_as, c.hosp_lv, coalesce(n.person, c.person) AS person
FROM care AS c
LEFT JOIN numbers_resolved AS n ON n.stored = c.person
WHERE c.maf_pay <> 0
GROUP BY c.code, c.known_as, c.hosp_lv, coalesce(n.person, c.person)
HAVING sum(c.maf_pay) > 0
