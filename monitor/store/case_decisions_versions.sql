-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(decided_on, kind)) AS h,
    hash(hash(amount, paper), person, hash(decided_on, kind), name) AS digest
FROM stored
