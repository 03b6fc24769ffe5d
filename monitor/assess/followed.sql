-- The predecessor's open alerts, each under the person's key of today (a register that came later may have given a
-- psn_no its certno). in: before (the predecessor's alerts), numbers_resolved; out: before's columns
SELECT b.* REPLACE (coalesce(n.person, b.person) AS person)
FROM before AS b
LEFT JOIN numbers_resolved AS n ON n.stored = b.person
WHERE b.state <> 'cleared'
