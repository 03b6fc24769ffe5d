-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(region, year, month) AS h,
    hash(hash(income, balance, participants, expected_participants), hash(region, year, month)) AS digest
FROM stored
