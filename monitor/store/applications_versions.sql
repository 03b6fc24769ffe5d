-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, category and day of application: the outcome that comes later supersedes 待定.
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(category, applied_on)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, category, applied_on, outcome, decided_on, paper
    ) AS digest
    -- columns end
FROM stored
