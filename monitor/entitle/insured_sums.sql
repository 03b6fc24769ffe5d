-- Per person and terms (a person can have the better terms for part of the year): scheme (the register's, else the latest
-- settlement's), the base of the segments and that of special drugs. Each of the two has its own bills, its deductible once.
-- `specific_base`: whether there is care of which the text counts only some; `base_in_policy` and `base_added`: the parts of
-- the base, self-payment and what was paid after basic insurance. Where so recorded, what special drugs leave unpaid is in the base.
-- in: insured_groups, candidates, registered, scheme_care(scheme, care, specific, counts), drug_care(care), drugs(deductible, ratio,
-- cap, remainder), document_region; out: one row a person and terms
WITH who AS (
    SELECT
        g.person, coalesce(max(r.insutype), arg_max(g.insutype, g.latest), '') AS insutype,
        coalesce(max(r.insu_admdvs), arg_max(g.insu_admdvs, g.latest), '') AS insu_admdvs
    FROM insured_groups AS g
    SEMI JOIN candidates AS c ON c.person = g.person
    LEFT JOIN registered AS r ON r.person = g.person
    GROUP BY g.person
),
sums AS (
    SELECT
        w.person, g.tilted,
        sum(CASE WHEN k.counts THEN g.base END) AS base,
        sum(CASE WHEN k.counts THEN g.added END) AS base_added,
        sum(CASE WHEN k.specific THEN g.base END) AS specific_base,
        greatest(coalesce(sum(CASE WHEN d.care IS NOT NULL THEN g.base END), 0), 0) AS drug_base,
        sum(g.paid) AS paid
    FROM who AS w
    JOIN insured_groups AS g ON g.person = w.person
    LEFT JOIN scheme_care AS k ON starts_with(w.insutype, k.scheme) AND k.care = g.care
    LEFT JOIN drug_care AS d ON d.care = g.care
    GROUP BY w.person, g.tilted
),
left_of_drugs AS (
    SELECT
        s.person,
        CASE WHEN NOT d.remainder OR sum(s.drug_base) <= 0 THEN 0
            ELSE 1 - least(d.cap, CAST(d.ratio * greatest(sum(s.drug_base) - d.deductible, 0) AS DECIMAL(24, 6))) / sum(s.drug_base)
        END AS unpaid
    FROM sums AS s
    CROSS JOIN drugs AS d
    GROUP BY s.person, d.remainder, d.cap, d.ratio, d.deductible
)
SELECT
    w.person, s.tilted, w.insutype, w.insu_admdvs,
    CAST(greatest(coalesce(s.base, 0), 0) + CASE WHEN s.tilted THEN s.drug_base * l.unpaid ELSE 0 END AS DECIMAL(18, 2)) AS base,
    CAST(coalesce(s.base - s.base_added, 0) AS DECIMAL(18, 2)) AS base_in_policy,
    CAST(coalesce(s.base_added, 0) AS DECIMAL(18, 2)) AS base_added,
    CAST(CASE WHEN s.tilted THEN s.drug_base * l.unpaid ELSE 0 END AS DECIMAL(18, 2)) AS base_drugs,
    CAST(s.drug_base AS DECIMAL(18, 2)) AS drug_base,
    s.tilted AND coalesce(s.specific_base, 0) > 0 AS specific_base,
    CAST(coalesce(s.paid, 0) AS DECIMAL(18, 2)) AS paid
FROM who AS w
JOIN sums AS s ON s.person = w.person
JOIN left_of_drugs AS l ON l.person = w.person
CROSS JOIN document_region AS g
WHERE starts_with(w.insu_admdvs, g.prefix)
