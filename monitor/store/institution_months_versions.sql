-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is the institution's code (its name where there is none), year and month.
SELECT
    batch,
    line,
    -- columns: key
    hash(fixmedins_code, CASE WHEN fixmedins_code IS NULL THEN fixmedins_name END, year, month) AS h,
    -- columns end
    -- columns: digest
    hash(
        fixmedins_code, fixmedins_name, year, month, cost, drugs, consumables, tests, settled
    ) AS digest
    -- columns end
FROM stored
