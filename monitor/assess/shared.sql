-- The psn_no that more than one stored key goes with: shown with two numbers (a load flags where it shows the second, so that
-- nobody has to look through all of them again), or without and with one where the register does not say whose it is.
-- in: shown_numbers, flagged(batch, line, flag: of the loads with such flags), unnumbered(psn), registered_numbers(stored)
-- out: one row a psn_no and stored key: numbered (whether the key is a number's), first (place it was first shown), names
WITH told_apart AS (
    SELECT s.psn
    FROM shown_numbers AS s
    SEMI JOIN flagged AS f ON f.batch = s.batch AND f.line = s.line AND f.flag = 'one_psn_no_two_numbers'
    WHERE s.psn IS NOT NULL
),
unregistered AS (
    SELECT n.psn FROM unnumbered AS n ANTI JOIN registered_numbers AS r ON r.stored = n.psn
),
asked AS (
    SELECT psn FROM told_apart
    UNION
    SELECT u.psn FROM unregistered AS u SEMI JOIN (SELECT psn FROM shown_numbers WHERE person IS NOT NULL) AS s ON s.psn = u.psn
)
SELECT
    s.psn, coalesce(s.person, s.psn) AS stored, s.person IS NOT NULL AS numbered,
    min((s.batch::BIGINT << 32) + s.line) AS first,
    coalesce(list(DISTINCT s.name) FILTER (s.name IS NOT NULL), []) AS names
FROM shown_numbers AS s
SEMI JOIN asked AS a ON a.psn = s.psn
GROUP BY s.psn, coalesce(s.person, s.psn), s.person IS NOT NULL
