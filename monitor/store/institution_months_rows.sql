-- The good figures of institutions of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    c.fixmedins_code, c.fixmedins_name, c.year, c.month, c.cost, c.drugs, c.consumables, c.tests, c.settled,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
