-- Recognised people with scheme and insured district (the register's, else those of their latest settlement), township,
-- and whether they live. in: recognised, registered, theirs, identities, document_region(prefix)
-- out: person, insutype, insu_admdvs, town, deceased, inside
WITH latest AS (
    SELECT
        t.person,
        arg_max(t.insutype, (t.setl_time, t.setl_id)) AS insutype,
        arg_max(t.insu_admdvs, (t.setl_time, t.setl_id)) AS insu_admdvs
    FROM theirs AS t
    -- The few of whom the register does not say both.
    ANTI JOIN (SELECT person FROM registered WHERE insutype IS NOT NULL AND insu_admdvs IS NOT NULL) AS told ON told.person = t.person
    GROUP BY t.person
)
SELECT
    p.person,
    coalesce(r.insutype, l.insutype, '') AS insutype,
    coalesce(r.insu_admdvs, l.insu_admdvs, '') AS insu_admdvs,
    coalesce(r.town, '') AS town,
    coalesce(r.deceased, false) OR d.person IS NOT NULL AS deceased,
    starts_with(coalesce(r.insu_admdvs, l.insu_admdvs, ''), g.prefix) AS inside
FROM (SELECT DISTINCT person FROM recognised) AS p
LEFT JOIN registered AS r ON r.person = p.person
LEFT JOIN latest AS l ON l.person = p.person
LEFT JOIN (SELECT DISTINCT person FROM identities WHERE died) AS d ON d.person = p.person
CROSS JOIN document_region AS g
