-- The days each identity is in force, as its list says: first day, and the day after its last. What decides whose aid a
-- bill gets is who somebody was on the day of care, so settlements are joined with this on that day, not on as_of. A
-- monitored identity whose risk is eliminated without a day ends with the month of the load that first said so, and
-- cancels nothing before (a reading); where its list gives the day, that day counts, earlier or later.
-- An open end is the year 9999.
-- in: identities, monitored(category), eliminated(person, category, begin, past), aid_year(as_of)
-- out: person, category, first, past (exclusive), recognised, recognised_told, one row an identity's row
SELECT
    i.person, i.category, i.begin AS first,
    coalesce(i.ended + 1, e.past, DATE '9999-01-01') AS past,
    coalesce(i.recognised, i.begin) AS recognised, i.recognised IS NOT NULL AS recognised_told
FROM identities AS i
CROSS JOIN aid_year AS y
LEFT JOIN eliminated AS e ON e.person = i.person AND e.category = i.category AND e.begin = i.begin
    AND i.ended IS NULL AND i.risk_eliminated AND i.category IN (SELECT category FROM monitored)
WHERE i.begin <= y.as_of AND (i.ended IS NULL OR i.ended >= i.begin) AND (e.past IS NULL OR e.past > i.begin)
