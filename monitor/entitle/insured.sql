-- What critical-illness insurance should have paid, against hifmi_pay and hifob_pay. Ordinary and better terms each within their cap,
-- together at most the higher cap; where the document gives no terms to people without the better ones, they are reckoned for
-- special drugs alone.
-- in: insured_sums, insured_segments, drugs(deductible, ratio, cap), insured_caps(scheme, region_prefix, tilted, cap)
-- out: one row a person
WITH segmented AS (
    SELECT person, tilted, sum(pays) AS pays FROM insured_segments GROUP BY person, tilted
),
parts AS (
    SELECT i.*, c.cap, CASE WHEN c.cap IS NULL THEN s.pays ELSE least(c.cap, s.pays) END AS pays
    FROM insured_sums AS i
    LEFT JOIN segmented AS s ON s.person = i.person AND s.tilted = i.tilted
    LEFT JOIN insured_caps AS c
        ON c.tilted = i.tilted AND starts_with(i.insutype, c.scheme) AND starts_with(i.insu_admdvs, c.region_prefix)
),
people AS (
    SELECT
        person, bool_or(tilted) AS tilted, max(insutype) AS insutype, max(insu_admdvs) AS insu_admdvs, sum(base) AS base,
        coalesce(sum(base) FILTER (tilted), 0) AS tilted_base, sum(base_in_policy) AS base_in_policy, sum(base_added) AS base_added,
        sum(base_drugs) AS base_drugs, sum(drug_base) AS drug_base, sum(paid) AS paid, bool_or(specific_base) AS specific_base,
        CASE
            WHEN count(pays) = 0 OR NOT bool_and(pays IS NOT NULL OR (base = 0 AND NOT tilted)) THEN NULL
            WHEN bool_and(cap IS NOT NULL) THEN least(max(cap), sum(pays))
            ELSE sum(pays)
        END AS segments_exact
    FROM parts
    GROUP BY person
),
together AS (
    SELECT
        p.*, d.ratio IS NOT NULL AS has_drugs,
        CASE WHEN d.ratio IS NULL THEN 0
            ELSE least(d.cap, CAST(d.ratio * greatest(p.drug_base - d.deductible, 0) AS DECIMAL(24, 6)))
        END AS drugs_exact
    FROM people AS p
    CROSS JOIN drugs AS d
)
SELECT
    person, tilted, insutype, insu_admdvs, CAST(base AS DECIMAL(18, 2)) AS base, CAST(tilted_base AS DECIMAL(18, 2)) AS tilted_base,
    CAST(base_in_policy AS DECIMAL(18, 2)) AS base_in_policy, CAST(base_added AS DECIMAL(18, 2)) AS base_added,
    CAST(base_drugs AS DECIMAL(18, 2)) AS base_drugs, CAST(drug_base AS DECIMAL(18, 2)) AS drug_base,
    CAST(paid AS DECIMAL(18, 2)) AS paid, specific_base,
    CAST(segments_exact AS DECIMAL(18, 2)) AS segments_due,
    CAST(drugs_exact AS DECIMAL(18, 2)) AS drugs_due,
    CASE
        WHEN segments_exact IS NOT NULL THEN CAST(segments_exact + drugs_exact AS DECIMAL(18, 2))
        WHEN NOT tilted AND has_drugs THEN CAST(drugs_exact AS DECIMAL(18, 2))
    END AS expected
FROM together
ORDER BY person
