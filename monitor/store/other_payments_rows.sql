-- The good payments of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    m.certno_key AS person, m.name, c.paid_on, c.payer, c.amount, c.setl_id,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
