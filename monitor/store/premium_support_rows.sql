-- The accepted premium support of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, a.person, a.name, c.year, c.category, c.premium, c.supported, c.insured
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
