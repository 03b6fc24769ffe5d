-- A chunk's good identity rows as they are stored.
SELECT
    b.batch,
    c.line::INTEGER AS line,
    k.key AS person,
    n.key AS name,
    c.category,
    c.begin,
    c.ended,
    c.department,
    coalesce(c.risk_eliminated, false) AS risk_eliminated,
    h.key AS household,
    c.town,
    coalesce(c.died, false) AS died
FROM cleaned AS c
LEFT JOIN value_keys AS k ON k.kind = 'certno' AND k.text = c.certno
LEFT JOIN value_keys AS n ON n.kind = 'name' AND n.text = c.psn_name
LEFT JOIN value_keys AS h ON h.kind = 'household' AND h.text = c.household
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
