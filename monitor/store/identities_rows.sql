-- The good identity rows of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    m.certno_key AS person, m.name, c.category, c.begin, c.ended, c.recognised, c.department, c.risk_eliminated,
    m.household, c.town, c.died,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
