-- When an eliminated risk ends an identity: the first day of the month after the load that first said so, of the loads
-- since it was last said not to be. in: identity_rows (every row ever taken in), numbers_resolved, load_months(batch, past)
-- out: person, category, begin, past
WITH said AS (
    SELECT
        person, category, begin, batch, coalesce(risk_eliminated, false) AS eliminated,
        max(CASE WHEN NOT coalesce(risk_eliminated, false) THEN batch END) OVER (PARTITION BY person, category, begin) AS last_not
    FROM (
        SELECT i.* REPLACE (coalesce(n.person, i.person) AS person)
        FROM identity_rows AS i
        LEFT JOIN numbers_resolved AS n ON n.stored = i.person
    ) AS of_persons
)
SELECT s.person, s.category, s.begin, min(m.past) AS past
FROM said AS s
JOIN load_months AS m ON m.batch = s.batch
WHERE s.eliminated AND (s.last_not IS NULL OR s.batch > s.last_not)
GROUP BY s.person, s.category, s.begin
