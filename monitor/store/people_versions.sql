-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(register_key) AS h,
    hash(hash(insutype, insured, insu_admdvs, town, deceased, gend), person, psn, name, household, contact) AS digest
FROM stored
