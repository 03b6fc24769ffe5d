-- A psn_no under which settlements without certno may be stored, where the register knows it: the register's person.
-- in: shown_numbers(psn: shown without certno), register; out: psn (a stored person key), person
SELECT n.psn, r.person
FROM (SELECT DISTINCT psn FROM shown_numbers WHERE person IS NULL AND psn IS NOT NULL) AS n
JOIN register AS r ON r.psn = n.psn
WHERE r.person IS NOT NULL
