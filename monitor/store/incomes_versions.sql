-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(region, residents, year) AS h,
    hash(hash(amount, source, published_on, approved_by), hash(region, residents, year)) AS digest
FROM stored
