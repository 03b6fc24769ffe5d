-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(category, applied_on)) AS h,
    hash(hash(outcome, decided_on, paper), person, hash(category, applied_on), name) AS digest
FROM stored
