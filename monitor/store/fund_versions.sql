-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is region, year and month.
SELECT
    batch,
    line,
    -- columns: key
    hash(region, year, month) AS h,
    -- columns end
    -- columns: digest
    hash(
        region, year, month, income, spent, balance, participants, expected_participants
    ) AS digest
    -- columns end
FROM stored
