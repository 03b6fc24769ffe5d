-- The keys of a chunk's rows. in: who_keys (what `who` knows of a row, and its three keys), other_keys
-- out: line, five keys, h (hash of the row's key: DuckDB's own, only ever kept with the mark of who made it)
SELECT
    w.line, w.certno_key, w.psn, w.name, h.key AS household, a.key AS contact,
    CASE WHEN w.whose THEN hash(coalesce(w.psn, w.certno_key), w.own) ELSE w.own END AS h
FROM who_keys AS w
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'household') AS h ON h.text = w.household
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'contact') AS a ON a.text = w.contact
