-- The accepted identity rows of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, a.person, a.name, c.category, c.begin, c.ended, c.department,
    coalesce(c.risk_eliminated, false) AS risk_eliminated, a.household, c.town, coalesce(c.died, false) AS died
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
