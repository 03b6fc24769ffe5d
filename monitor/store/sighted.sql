-- Combinations that a good row shows for the first time, with their texts; line: the first row that does.
-- A combination seen in rejected rows alone is seen by nobody: it waits (table unsighted) for a good row, or for the end.
-- One that a row set apart may show first waits for those rows. in: unsighted, who, rejected(line), who_apart
SELECT u.*, w.line
FROM unsighted AS u
JOIN (
    SELECT w.once, w.again, min(w.line) AS line
    FROM who AS w
    -- Few of a chunk's rows, when most of its people have been met.
    SEMI JOIN unsighted AS u ON u.once = w.once AND u.again = w.again
    ANTI JOIN rejected AS r ON r.line = w.line
    GROUP BY w.once, w.again
) AS w ON w.once = u.once AND w.again = u.again
ANTI JOIN who_apart AS a ON a.once = u.once AND a.again = u.again
