-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is the code, the name where there is none.
SELECT
    batch,
    line,
    -- columns: key
    hash(dise_codg, CASE WHEN dise_codg IS NULL THEN dise_name END) AS h,
    -- columns end
    -- columns: digest
    hash(
        dise_codg, dise_name, listed
    ) AS digest
    -- columns end
FROM stored
