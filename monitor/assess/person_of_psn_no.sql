-- Whose psn_no this is: the person its key stands under, else that of the latest number shown with it, else its own.
-- in: shown_numbers, wanted(person: the psn_no's key), numbers_resolved; out: one row where it was ever shown
WITH shown AS (
    SELECT s.psn, arg_max(s.person, (s.batch, s.line)) FILTER (s.person IS NOT NULL) AS number
    FROM shown_numbers AS s
    SEMI JOIN wanted AS w ON w.person = s.psn
    GROUP BY s.psn
)
SELECT coalesce(p.person, n.person, s.number, s.psn) AS person
FROM shown AS s
LEFT JOIN numbers_resolved AS p ON p.stored = s.psn
LEFT JOIN numbers_resolved AS n ON n.stored = s.number
