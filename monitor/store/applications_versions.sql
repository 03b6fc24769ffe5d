-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, category and day of application: the outcome that comes later supersedes 待定.
SELECT
    batch,
    line,
    hash(person, hash(category, applied_on)) AS h,
    hash(person, category, applied_on, name, outcome, decided_on, paper) AS digest
FROM stored
