-- The register's key is psn_no (certno where there is none). in: rows_in; out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(register_key) AS h,
    hash(register_key, person, psn, name, household, insutype, insured, insu_admdvs, town, deceased, contact, gend) AS digest
FROM rows_in
