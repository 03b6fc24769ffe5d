-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
SELECT
    batch,
    line,
    hash(person, hash(category, begin)) AS h,
    hash(person, category, begin, ended, department, risk_eliminated, town, died, name, household, recognised) AS digest
FROM stored
