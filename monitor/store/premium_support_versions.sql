-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person and year: nobody is supported twice for one year (不得重复资助).
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(year)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, year, category, premium, supported, insured, optional_shares
    ) AS digest
    -- columns end
FROM stored
