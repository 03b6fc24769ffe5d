-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
SELECT
    batch,
    line,
    -- columns: key
    hash(region, residents, year) AS h,
    -- columns end
    -- columns: digest
    hash(
        region, residents, year, amount, source, published_on, approved_by
    ) AS digest
    -- columns end
FROM stored
