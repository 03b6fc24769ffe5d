-- Candidates with scheme, district and whether they live. in: candidates, registered, latest_settlement, identities,
-- document_region(prefix); out: candidates' columns + insutype, insu_admdvs, town, deceased, inside
SELECT
    c.*,
    coalesce(r.insutype, l.insutype, '') AS insutype,
    coalesce(r.insu_admdvs, l.insu_admdvs, '') AS insu_admdvs,
    coalesce(r.town, '') AS town,
    coalesce(r.deceased, false) OR d.person IS NOT NULL AS deceased,
    starts_with(coalesce(r.insu_admdvs, l.insu_admdvs, ''), g.prefix) AS inside,
    r.person IS NOT NULL AS in_register
FROM candidates AS c
LEFT JOIN registered AS r ON r.person = c.person
LEFT JOIN latest_settlement AS l ON l.person = c.person
LEFT JOIN (SELECT DISTINCT person FROM identities WHERE died) AS d ON d.person = c.person
CROSS JOIN document_region AS g
