-- The good figures of fund and participation of a chunk as they are stored. in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: stored
    c.region, c.year, c.month, c.income, c.spent, c.balance, c.participants, c.expected_participants,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
