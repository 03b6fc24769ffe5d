-- The good identity rows of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line, m.certno_key AS person, m.name, c.category, c.begin, c.ended, c.department,
    coalesce(c.risk_eliminated, false) AS risk_eliminated, m.household, c.town, coalesce(c.died, false) AS died,
    c.recognised, flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
