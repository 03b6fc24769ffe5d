-- Residents' inpatient costs of the year in the county they are insured in, and what the pooled fund paid of those within policy.
-- in: settlements, left_out, aid_year, care_prefixes(prefix, care), document_region(prefix); out: one row
WITH kinds AS (
    SELECT m.med_type, arg_max(c.care, length(c.prefix)) AS care
    FROM (SELECT DISTINCT med_type FROM settlements) AS m
    JOIN care_prefixes AS c ON starts_with(m.med_type, c.prefix)
    GROUP BY m.med_type
)
SELECT CAST(sum(s.hifp_pay) AS DECIMAL(18, 2)) AS paid, CAST(sum(s.inscp_scp_amt) AS DECIMAL(18, 2)) AS in_policy
FROM settlements AS s
JOIN kinds AS k ON k.med_type = s.med_type AND k.care = 'inpatient'
CROSS JOIN aid_year AS y
CROSS JOIN document_region AS g
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= y.first AND s.setl_time < y.past
    AND starts_with(s.insutype, '39') AND s.fix_blng_admdvs = s.insu_admdvs AND starts_with(s.insu_admdvs, g.prefix)
