-- The accepted applications of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, a.person, a.name, c.category, c.applied_on, c.outcome, c.decided_on, c.paper
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
