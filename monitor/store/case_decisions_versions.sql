-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, day and kind: a later load corrects the amount.
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(decided_on, kind)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, decided_on, kind, amount, paper
    ) AS digest
    -- columns end
FROM stored
