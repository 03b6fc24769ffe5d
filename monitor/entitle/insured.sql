-- What critical-illness insurance should have paid, against hifmi_pay and hifob_pay; people without the tilted terms are
-- reckoned for special drugs alone. in: insured_sums, insured_segments, drugs(deductible, ratio, cap); out: one row a person
WITH segmented AS (
    SELECT person, sum(pays) AS pays FROM insured_segments GROUP BY person
),
together AS (
    SELECT
        i.*, s.pays AS segments_exact,
        CASE WHEN d.ratio IS NULL THEN 0
            ELSE least(d.cap, CAST(d.ratio * greatest(i.drug_base - d.deductible, 0) AS DECIMAL(24, 6)))
        END AS drugs_exact
    FROM insured_sums AS i
    LEFT JOIN segmented AS s ON s.person = i.person
    CROSS JOIN drugs AS d
)
SELECT
    person, tilted, insutype, insu_admdvs, base, base_in_policy, base_added, drug_base, paid, specific_base,
    CASE WHEN tilted THEN CAST(segments_exact AS DECIMAL(18, 2)) END AS segments_due,
    CAST(drugs_exact AS DECIMAL(18, 2)) AS drugs_due,
    CASE
        WHEN tilted AND segments_exact IS NOT NULL THEN CAST(segments_exact + drugs_exact AS DECIMAL(18, 2))
        WHEN NOT tilted THEN CAST(drugs_exact AS DECIMAL(18, 2))
    END AS expected
FROM together
ORDER BY person
