-- The good members of households of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    m.household, m.certno_key AS person, m.name, c.members, c.family_income, c.income_year, c.dibao_line,
    c.local_hukou, c.property_ok,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
