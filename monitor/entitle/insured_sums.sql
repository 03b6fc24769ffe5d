-- Per person: scheme (the register's, else the latest settlement's), the base of the segments and that of special drugs.
-- `specific_base`: whether there is care of which the text counts only some; `base_in_policy` and `base_added`: the parts of
-- the base, self-payment and what was paid after basic insurance.
-- in: insured_care, registered, scheme_care(scheme, care, specific, counts), drug_care(care), document_region
-- out: one row a person
WITH who AS (
    SELECT
        c.person, bool_or(c.tilted) AS tilted,
        coalesce(max(r.insutype), arg_max(c.insutype, (c.setl_time, c.setl_id)), '') AS insutype,
        coalesce(max(r.insu_admdvs), arg_max(c.insu_admdvs, (c.setl_time, c.setl_id)), '') AS insu_admdvs
    FROM insured_care AS c
    LEFT JOIN registered AS r ON r.person = c.person
    GROUP BY c.person
),
sums AS (
    SELECT
        w.person,
        sum(CASE WHEN k.counts THEN c.base END) AS base,
        sum(CASE WHEN k.counts THEN c.added END) AS base_added,
        sum(CASE WHEN k.specific THEN c.base END) AS specific_base,
        sum(CASE WHEN d.care IS NOT NULL THEN c.base END) AS drug_base,
        sum(c.paid) AS paid
    FROM who AS w
    JOIN insured_care AS c ON c.person = w.person
    LEFT JOIN scheme_care AS k ON starts_with(w.insutype, k.scheme) AND k.care = c.care
    LEFT JOIN drug_care AS d ON d.care = c.care
    GROUP BY w.person
)
SELECT
    w.person, w.tilted, w.insutype, w.insu_admdvs,
    CAST(greatest(coalesce(s.base, 0), 0) AS DECIMAL(18, 2)) AS base,
    CAST(coalesce(s.base - s.base_added, 0) AS DECIMAL(18, 2)) AS base_in_policy,
    CAST(coalesce(s.base_added, 0) AS DECIMAL(18, 2)) AS base_added,
    CAST(greatest(coalesce(s.drug_base, 0), 0) AS DECIMAL(18, 2)) AS drug_base,
    w.tilted AND coalesce(s.specific_base, 0) > 0 AS specific_base,
    CAST(coalesce(s.paid, 0) AS DECIMAL(18, 2)) AS paid
FROM who AS w
JOIN sums AS s ON s.person = w.person
CROSS JOIN document_region AS g
WHERE starts_with(w.insu_admdvs, g.prefix)
