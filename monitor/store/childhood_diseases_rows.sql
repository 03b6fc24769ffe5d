-- The accepted diseases of a chunk as they are stored. in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, c.dise_codg, c.dise_name, c.listed
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
