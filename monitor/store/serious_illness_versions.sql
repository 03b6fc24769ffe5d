-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, disease and first day, as an identity's: a later load brings the end.
SELECT
    batch,
    line,
    hash(person, hash(disease, marked_on)) AS h,
    hash(person, disease, marked_on, name, ended_on) AS digest
FROM stored
