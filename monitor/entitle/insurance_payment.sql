-- The share critical-illness insurance pays (政策范围内支付比例): what it paid, over what lies above the deductible of everybody's terms,
-- by the deductible's region. in: insured_sums, insured_deductibles(scheme, region_prefix, deductible)
-- out: region_prefix, paid, above, people (above it), paid_below (of the paid, to people not above it)
WITH people AS (
    SELECT person, max(insutype) AS insutype, max(insu_admdvs) AS insu_admdvs, sum(base) AS base, sum(paid) AS paid
    FROM insured_sums
    GROUP BY person
)
SELECT
    d.region_prefix, CAST(sum(p.paid) AS DECIMAL(18, 2)) AS paid,
    CAST(sum(greatest(p.base - d.deductible, 0)) AS DECIMAL(18, 2)) AS above,
    count(*) FILTER (p.base > d.deductible) AS people,
    CAST(coalesce(sum(p.paid) FILTER (p.base <= d.deductible), 0) AS DECIMAL(18, 2)) AS paid_below
FROM people AS p
JOIN insured_deductibles AS d ON starts_with(p.insutype, d.scheme) AND starts_with(p.insu_admdvs, d.region_prefix)
GROUP BY d.region_prefix
ORDER BY d.region_prefix
