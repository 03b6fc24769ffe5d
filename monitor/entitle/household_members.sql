-- The members of households, each household's latest figures up to as_of's year: one row a member.
-- in: households, aid_year; out: households' columns
WITH ordered AS (
    SELECT
        h.*,
        dense_rank() OVER (PARTITION BY h.household ORDER BY h.income_year DESC) AS choice
    FROM households AS h
    CROSS JOIN aid_year AS y
    WHERE h.income_year <= year(y.as_of)
)
SELECT * EXCLUDE (choice) FROM ordered WHERE choice = 1
