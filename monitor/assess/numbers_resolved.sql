-- Settlements without certno whose psn_no the register knows: the register's person.
-- in: settlements, register; out: psn (a stored person key), person
SELECT n.person AS psn, r.person
FROM (SELECT DISTINCT person FROM settlements WHERE by_psn_no) AS n
JOIN register AS r ON r.psn = n.person
WHERE r.person IS NOT NULL
