-- The accepted members of households of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, a.person, a.name, a.household, c.members, c.family_income, c.income_year,
    c.dibao_line, c.local_hukou, c.property_ok
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
