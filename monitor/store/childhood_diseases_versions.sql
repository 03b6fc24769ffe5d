-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(dise_codg, CASE WHEN dise_codg IS NULL THEN dise_name END) AS h,
    hash(hash(dise_name, listed), hash(dise_codg, CASE WHEN dise_codg IS NULL THEN dise_name END)) AS digest
FROM stored
