-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, disease and first day, as an identity's: a later load brings the end.
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(disease, marked_on)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, disease, marked_on, ended_on
    ) AS digest
    -- columns end
FROM stored
