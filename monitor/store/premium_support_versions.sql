-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(year)) AS h,
    hash(hash(category, premium, supported, insured), person, hash(year), name) AS digest
FROM stored
