-- The chunk's rows with keys in place of texts. in: narrow, shown, other_keys, this_load
-- out: ref, line, five keys, own, content
SELECT
    (b.batch::BIGINT << 40) + n.line AS ref,
    n.line,
    s.certno_key,
    s.psn,
    s.name,
    h.key AS household,
    a.key AS contact,
    n.own,
    n.content
FROM narrow AS n
LEFT JOIN shown AS s ON s.once = n.once AND s.again = n.again
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'household') AS h ON h.text = n.household
LEFT JOIN (SELECT text, key FROM other_keys WHERE kind = 'contact') AS a ON a.text = n.contact
CROSS JOIN this_load AS b
