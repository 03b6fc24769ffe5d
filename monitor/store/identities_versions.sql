-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(category, begin)) AS h,
    hash(hash(ended, department, risk_eliminated, town, died), person, hash(category, begin), name, household) AS digest
FROM stored
