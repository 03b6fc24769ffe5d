-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(category, begin)) AS h,
    -- columns end
    -- columns: digest
    hash(
        person, name, category, begin, ended, recognised, department, risk_eliminated, household, town, died
    ) AS digest
    -- columns end
FROM stored
