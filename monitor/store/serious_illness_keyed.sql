-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
-- The key is person, disease and first day, as an identity's: a later load brings the end.
SELECT
    ref, line, certno_key AS person, name,
    hash(certno_key, own) AS h,
    hash(content, certno_key, own, name) AS digest
FROM filled
