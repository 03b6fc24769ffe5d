-- The accepted incomes of a chunk. in: cleaned, accepted (of keyed), this_load
SELECT b.batch, c.line::INTEGER AS line, c.region, c.residents, c.year, c.amount, c.source, c.published_on, c.approved_by
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
