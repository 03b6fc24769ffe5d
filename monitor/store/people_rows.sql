-- The good register rows of a chunk as they are stored open; names, numbers and addresses are sealed apart.
-- in: cleaned, met, this_load
SELECT
    b.batch, c.line::INTEGER AS line, coalesce(m.psn, m.certno_key) AS register_key,
    -- columns: stored
    m.psn, m.name, m.certno_key AS person, c.gend, c.insutype, c.insured, c.insu_admdvs, c.town, m.contact,
    m.household, c.deceased,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
