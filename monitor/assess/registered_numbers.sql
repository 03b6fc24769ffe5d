-- Those the register gives a number: whatever was stored under the psn_no is the register's person's.
-- in: unnumbered(psn), register; out: stored (a psn_no's key), person
SELECT n.psn AS stored, r.person
FROM unnumbered AS n
JOIN register AS r ON r.psn = n.psn
WHERE r.person IS NOT NULL
