-- Stored keys that may be one person: two that one psn_no was shown with. A psn_no shown with more numbers than `most` is
-- nobody's (a filler, a test): it joins nobody. A psn_no without number is a key of its own where the register does not know it.
-- by_register: the register gives the psn_no one of the two numbers, knows the other nowhere, and no name speaks against it.
-- in: shared, registered_numbers(stored), told(psn, person), most(numbers)
-- out: one, other (one < other), the places that first showed each with such a psn_no, psn_nos (their keys), numbered (both are
-- numbers), agree (no name speaks against it), by_register
WITH keys AS (
    SELECT s.*, count(*) FILTER (s.numbered) OVER (PARTITION BY s.psn) AS numbers
    FROM shared AS s
    LEFT JOIN registered_numbers AS r ON r.stored = s.stored
    WHERE s.numbered OR r.stored IS NULL
),
two AS (
    SELECT
        a.psn, a.stored AS one, b.stored AS other, a.first AS one_first, b.first AS other_first, a.numbered AND b.numbered AS numbered,
        len(a.names) = 0 OR len(b.names) = 0 OR list_has_any(a.names, b.names) AS agree
    FROM keys AS a
    JOIN keys AS b ON b.psn = a.psn AND a.stored < b.stored
    CROSS JOIN most AS m
    WHERE a.numbers <= m.numbers
),
judged AS (
    SELECT
        t.*,
        t.numbered AND t.agree AND r.person IS NOT NULL AND o.person IS NULL AS by_register
    FROM two AS t
    LEFT JOIN told AS r ON r.psn = t.psn AND (r.person = t.one OR r.person = t.other)
    LEFT JOIN (SELECT DISTINCT person FROM told) AS o
        ON o.person = CASE WHEN r.person = t.one THEN t.other ELSE t.one END
)
SELECT
    one, other, min(one_first) AS one_first, min(other_first) AS other_first, list(DISTINCT psn ORDER BY psn) AS psn_nos,
    bool_or(numbered) AS numbered, bool_or(agree) AS agree, bool_or(by_register) AS by_register
FROM judged
GROUP BY one, other
