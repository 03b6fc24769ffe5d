-- What other insurance paid outside the platform and came off no bill: more than the bill or the year's bills, or of no bill there is.
-- Of payments of the year and of those for a bill that is looked at; only of people with a schedule that takes them off first.
-- in: other_payments, theirs, windows, schedules, paid_outside, aid_year(first, as_of); out: person, amount
WITH paid AS (
    SELECT o.person, greatest(sum(o.amount), 0) AS amount
    FROM other_payments AS o
    CROSS JOIN aid_year AS y
    LEFT JOIN (SELECT DISTINCT person, setl_id FROM theirs) AS t ON t.person = o.person AND t.setl_id = o.setl_id
    WHERE o.paid_on <= y.as_of AND (o.paid_on >= y.first OR t.setl_id IS NOT NULL)
    GROUP BY o.person, coalesce(o.setl_id, '')
),
taken_off AS (
    SELECT person, sum(amount) AS amount FROM paid_outside GROUP BY person
)
SELECT p.person, CAST(sum(p.amount) - coalesce(any_value(o.amount), 0) AS DECIMAL(18, 2)) AS amount
FROM paid AS p
LEFT JOIN taken_off AS o ON o.person = p.person
WHERE p.person IN (SELECT w.person FROM windows AS w JOIN schedules AS s ON s.entry = w.entry AND s.paid_outside)
GROUP BY p.person
HAVING sum(p.amount) > coalesce(any_value(o.amount), 0)
