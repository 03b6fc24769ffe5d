-- Each region's latest fund figures of the year up to as_of's month. in: fund, aid_year, document_region; out: one row a region
WITH ordered AS (
    SELECT f.*, row_number() OVER (PARTITION BY f.region ORDER BY f.month DESC) AS choice
    FROM fund AS f
    CROSS JOIN aid_year AS y
    CROSS JOIN document_region AS g
    WHERE f.year = year(y.as_of) AND f.month <= month(y.as_of) AND starts_with(f.region, g.prefix)
)
SELECT region, year, month, income, spent, balance, participants, expected_participants FROM ordered WHERE choice = 1 ORDER BY region
