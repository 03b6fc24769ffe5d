-- A psn_no shown without a number, of which the register says nothing, and otherwise with that of one person alone, under no other
-- name: what was stored under it is theirs. in: shared, registered_numbers(stored), joined(stored, person), decided
-- out: stored (the psn_no's key), person
WITH lacking AS (
    SELECT s.psn, s.names
    FROM shared AS s
    ANTI JOIN registered_numbers AS r ON r.stored = s.stored
    ANTI JOIN joined AS j ON j.stored = s.stored
    WHERE NOT s.numbered
)
SELECT l.psn AS stored, min(coalesce(j.person, n.stored)) AS person
FROM lacking AS l
JOIN shared AS n ON n.psn = l.psn AND n.numbered
LEFT JOIN joined AS j ON j.stored = n.stored
LEFT JOIN decided AS d
    ON NOT d.together AND d.one = least(l.psn, n.stored) AND d.other = greatest(l.psn, n.stored)
GROUP BY l.psn
HAVING count(DISTINCT coalesce(j.person, n.stored)) = 1
    AND bool_or(len(l.names) = 0 OR len(n.names) = 0 OR list_has_any(l.names, n.names))
    AND count(d.one) = 0
