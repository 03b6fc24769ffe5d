-- 一事一议: what was decided for single cases in the year, where the document provides for it.
-- in: case_decisions, case_discussion(kind), aid_year; out: person, decided
SELECT d.person, CAST(sum(d.amount) AS DECIMAL(18, 2)) AS decided
FROM case_decisions AS d
SEMI JOIN case_discussion AS k ON k.kind = d.kind
CROSS JOIN aid_year AS y
WHERE d.decided_on >= y.first AND d.decided_on <= y.as_of
GROUP BY d.person
