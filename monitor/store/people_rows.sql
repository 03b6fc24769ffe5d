-- The accepted register rows of a chunk as they are stored open; names, numbers and addresses are sealed apart.
-- in: cleaned, accepted (of keyed), this_load
SELECT
    b.batch, c.line::INTEGER AS line, a.register_key, a.person, a.psn, a.name, a.household,
    c.insutype, c.insured, c.insu_admdvs, c.town, c.deceased, a.contact, c.gend
FROM cleaned AS c
JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
