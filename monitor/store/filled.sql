-- The chunk's keys, the fresh ones filled in. in: looked_up, fresh_keys, this_load; out: ref, line, five keys, own, content
SELECT
    (b.batch::BIGINT << 40) + n.line AS ref,
    n.line,
    coalesce(n.certno_key, c.key) AS certno_key,
    coalesce(n.psn_no_key, p.key) AS psn,
    coalesce(n.name_key, m.key) AS name,
    coalesce(n.household_key, h.key) AS household,
    coalesce(n.contact_key, a.key) AS contact,
    n.own,
    n.content
FROM looked_up AS n
LEFT JOIN (SELECT text, key FROM fresh_keys WHERE kind = 'certno') AS c ON c.text = n.certno
LEFT JOIN (SELECT text, key FROM fresh_keys WHERE kind = 'psn_no') AS p ON p.text = n.psn_no
LEFT JOIN (SELECT text, key FROM fresh_keys WHERE kind = 'name') AS m ON m.text = n.psn_name
LEFT JOIN (SELECT text, key FROM fresh_keys WHERE kind = 'household') AS h ON h.text = n.household
LEFT JOIN (SELECT text, key FROM fresh_keys WHERE kind = 'contact') AS a ON a.text = n.contact
CROSS JOIN this_load AS b
