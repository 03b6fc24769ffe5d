-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, hash(income_year)) AS h,
    hash(hash(members, family_income, dibao_line, local_hukou, property_ok), person, hash(income_year), name, household) AS digest
FROM stored
