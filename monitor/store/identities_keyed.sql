-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
SELECT
    ref, line, certno_key AS person, name, household,
    hash(certno_key, own) AS h,
    hash(content, certno_key, own, name, household) AS digest
FROM filled
