-- The stored keys of the people who are over: their own, and those of psn_no the register resolves to them.
-- in: over, numbers_resolved; out: stored, person
SELECT DISTINCT person AS stored, person FROM over
UNION ALL
SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN over AS o ON o.person = n.person
