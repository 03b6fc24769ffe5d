-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
-- The key is person and year: nobody is supported twice for one year (不得重复资助).
SELECT
    ref, line, certno_key AS person, name,
    hash(certno_key, own) AS h,
    hash(content, certno_key, own, name) AS digest
FROM filled
