-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person, day, payer and settlement: a later load corrects the amount.
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(paid_on, payer, setl_id)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, paid_on, payer, amount, setl_id
    ) AS digest
    -- columns end
FROM stored
