-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
-- The key is person and year: nobody belongs to two households, and whoever moves is moved by the later load.
SELECT
    ref, line, certno_key AS person, name, household,
    hash(certno_key, own) AS h,
    hash(content, certno_key, own, name, household) AS digest
FROM filled
