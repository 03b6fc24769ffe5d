-- A chunk's good register rows as they are stored open; names, numbers and addresses are sealed apart.
SELECT
    b.batch,
    c.line::INTEGER AS line,
    coalesce(p.key, k.key) AS register_key,
    k.key AS person,
    p.key AS psn,
    n.key AS name,
    h.key AS household,
    c.insutype,
    c.insured,
    c.insu_admdvs,
    c.town,
    c.deceased,
    -- Address and telephone lie sealed; their keyed hash tells whether they changed.
    a.key AS contact,
    c.gend
FROM cleaned AS c
LEFT JOIN value_keys AS k ON k.kind = 'certno' AND k.text = c.certno
LEFT JOIN value_keys AS p ON p.kind = 'psn_no' AND p.text = c.psn_no
LEFT JOIN value_keys AS n ON n.kind = 'name' AND n.text = c.psn_name
LEFT JOIN value_keys AS h ON h.kind = 'household' AND h.text = c.resdbook_no
LEFT JOIN value_keys AS a ON a.kind = 'contact' AND a.text = concat_ws('|', c.village, c.address, c.tel)
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
