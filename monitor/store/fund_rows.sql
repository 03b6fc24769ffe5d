-- The accepted figures of fund and participation of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, c.region, c.year, c.month, c.income, c.balance, c.participants, c.expected_participants
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
