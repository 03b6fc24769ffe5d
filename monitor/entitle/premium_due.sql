-- Premium support: everybody entitled to it, what the document gives, whether they are insured and what was paid. Employees'
-- premiums are not what is supported. Of several categories the one that gives most (就高不重复). An identity that ended
-- within the year still counts: leavers stay in the year's lists; where joiners wait for the next, who began within it, is insured and
-- got nothing is due nothing yet (`next_year`). Optional shares (选缴保费) are counted as shares: a row that does not say
-- how many is not a zero.
-- in: identity_spells, identities, aid_year, premiums(entry, category, position, region_prefix, kind, share, amount, past,
-- leavers_keep_year, joiners_next_year, optional_shares, missing), registered_people(person, insutype, insu_admdvs, insured), premium_support, document_region
-- out: one row a person
WITH held AS (
    SELECT s.person, s.category, min(s.first) AS begin
    FROM identity_spells AS s
    CROSS JOIN aid_year AS y
    ANTI JOIN (SELECT DISTINCT person FROM identities WHERE died) AS d ON d.person = s.person
    WHERE s.past > y.first
    GROUP BY s.person, s.category
),
due AS (
    SELECT
        h.person, h.category, p.position, p.kind, p.share, p.amount, p.optional_shares, p.missing, r.insutype, r.insu_admdvs, r.town,
        r.insured, p.joiners_next_year, h.begin > y.first AS joined
    FROM held AS h
    JOIN registered_people AS r ON r.person = h.person
    CROSS JOIN document_region AS g
    JOIN premiums AS p ON p.category = h.category
        AND starts_with(CASE WHEN r.insu_admdvs = '' THEN g.prefix ELSE r.insu_admdvs END, p.region_prefix)
    CROSS JOIN aid_year AS y
    WHERE p.kind <> 'none'
        AND (p.past IS NULL OR p.past > y.as_of)
        AND (r.insutype = '' OR starts_with(r.insutype, '39'))
),
best AS (
    SELECT
        *,
        max(optional_shares) OVER (PARTITION BY person) AS shares_due,
        joiners_next_year AND bool_and(joined) OVER (PARTITION BY person) AS waits,
        row_number() OVER (
            PARTITION BY person
            ORDER BY
                CASE kind WHEN 'full' THEN 0 WHEN 'share' THEN 1 WHEN 'fixed' THEN 2 ELSE 3 END,
                coalesce(share, 0) DESC, coalesce(amount, 0) DESC, position
        ) AS choice
    FROM due
),
paid AS (
    SELECT s.person, s.premium, s.supported, s.insured, s.optional_shares
    FROM premium_support AS s
    CROSS JOIN aid_year AS y
    WHERE s.year = year(y.as_of)
),
against AS (
    SELECT
        b.person, b.category, b.kind, b.share, b.missing, b.insutype, b.insu_admdvs, b.town, b.waits,
        coalesce(p.insured, b.insured) AS insured, p.premium, coalesce(p.supported, 0) AS supported,
        b.shares_due, CASE WHEN p.person IS NULL THEN 0 ELSE p.optional_shares END AS shares_supported,
        CASE
            WHEN b.missing <> '' THEN NULL
            WHEN b.kind = 'fixed' THEN CAST(b.amount AS DECIMAL(18, 2))
            WHEN b.kind IN ('full', 'share') AND p.premium > 0 THEN CAST(b.share * p.premium AS DECIMAL(18, 2))
        END AS expected
    FROM best AS b
    LEFT JOIN paid AS p ON p.person = b.person
    WHERE b.choice = 1
)
SELECT
    * EXCLUDE (waits),
    CASE
        WHEN supported <= 0 AND waits AND insured THEN 'next_year'
        WHEN supported <= 0 THEN 'not_supported'
        WHEN supported < expected THEN 'less'
        ELSE 'supported'
    END AS support,
    CASE
        WHEN shares_due = 0 THEN 'none'
        WHEN shares_supported IS NULL THEN 'unknown'
        WHEN shares_supported < shares_due THEN 'less'
        ELSE 'supported'
    END AS shares,
    CASE WHEN insured THEN 'insured' WHEN NOT insured THEN 'not_insured' ELSE 'unknown' END AS insurance
FROM against
