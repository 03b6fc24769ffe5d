-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
SELECT
    ref, line,
    -- The register's key is psn_no; certno where there is none.
    coalesce(psn, certno_key) AS register_key,
    certno_key AS person,
    psn, name, household,
    -- Address and telephone lie sealed; their keyed hash tells whether they changed.
    contact,
    hash(coalesce(psn, certno_key)) AS h,
    hash(content, certno_key, psn, name, household, contact) AS digest
FROM filled
