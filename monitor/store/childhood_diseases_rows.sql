-- The good diseases of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    c.dise_codg, c.dise_name, c.listed,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
