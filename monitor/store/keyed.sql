-- The keys of a chunk's rows. in: who, shown, other_keys
-- out: line, five keys, h (hash of the row's key: DuckDB's own, only ever kept with the mark of who made it)
SELECT
    w.line, s.certno_key, s.psn, s.name, h.key AS household, a.key AS contact,
    CASE WHEN w.whose THEN hash(coalesce(s.psn, s.certno_key), w.own) ELSE w.own END AS h
FROM who AS w
LEFT JOIN shown AS s ON s.once = w.once AND s.again = w.again
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'household') AS h ON h.text = w.household
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'contact') AS a ON a.text = w.contact
