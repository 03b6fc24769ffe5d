-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(disease, marked_on)) AS h,
    hash(hash(ended_on), person, hash(disease, marked_on), name) AS digest
FROM stored
