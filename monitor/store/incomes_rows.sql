-- A chunk's good incomes.
SELECT b.batch, c.line::INTEGER AS line, c.region, c.residents, c.year, c.amount, c.source, c.published_on, c.approved_by
FROM cleaned AS c CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
