-- Institutions' own figures of the months that begin in the window. in: institution_months, window(first, past)
-- out: one row an institution and month, by its code; where it has none, by its name
SELECT
    coalesce(m.fixmedins_code, '') AS code, coalesce(m.fixmedins_name, '') AS name, m.month, m.cost, m.drugs, m.consumables,
    m.tests, m.settled
FROM institution_months AS m
CROSS JOIN "window" AS w
WHERE make_date(m.year, m.month, 1) >= date_trunc('month', w.first) AND make_date(m.year, m.month, 1) < w.past
ORDER BY code, name, m.month
