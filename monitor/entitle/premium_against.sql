-- What premium support gives against what was paid of it: a row that does not say how many optional shares is not a zero. The
-- premium is what the bureau recorded for the year, else what the row of payment says.
-- `next_year`: recognised within the year, insured, got nothing: due from the next year. `less`: a part of the premium or of the
-- optional shares; only all of both is `supported`.
-- in: premium_best, premium_support(person, year, premium, supported, insured, optional_shares), aid_year; out: one row a person
WITH paid AS (
    -- One number has one row a year; somebody with an old and a new one can have two.
    SELECT
        s.person, max(s.premium) AS premium, sum(s.supported) AS supported, bool_or(s.insured) AS insured,
        CAST(sum(s.optional_shares) AS INTEGER) AS optional_shares
    FROM premium_support AS s
    CROSS JOIN aid_year AS y
    WHERE s.year = year(y.as_of)
    GROUP BY s.person
),
against AS (
    SELECT
        b.person, b.category, b.kind, b.share, b.missing, b.insutype, b.insu_admdvs, b.town, b.waits, b.still, b.in_register,
        coalesce(p.insured, b.insured) AS insured, coalesce(b.standard, p.premium) AS premium, coalesce(p.supported, 0) AS supported,
        b.most_shares AS shares_due, CASE WHEN p.person IS NULL THEN 0 ELSE p.optional_shares END AS shares_supported,
        CASE
            WHEN b.missing <> '' THEN NULL
            WHEN b.due IS NOT NULL THEN b.due
            WHEN b.kind = 'fixed' THEN CAST(b.amount AS DECIMAL(18, 2))
            WHEN b.kind IN ('full', 'share') AND p.premium > 0 THEN CAST(b.share * p.premium AS DECIMAL(18, 2))
        END AS expected
    FROM premium_best AS b
    LEFT JOIN paid AS p ON p.person = b.person
),
shared AS (
    SELECT
        *,
        CASE
            WHEN shares_due = 0 THEN 'none'
            WHEN shares_supported IS NULL THEN 'unknown'
            WHEN shares_supported < shares_due THEN 'less'
            ELSE 'supported'
        END AS shares
    FROM against
)
SELECT
    * EXCLUDE (waits),
    CASE
        WHEN supported <= 0 AND waits AND insured THEN 'next_year'
        WHEN supported <= 0 THEN 'not_supported'
        WHEN supported < expected OR shares = 'less' THEN 'less'
        ELSE 'supported'
    END AS support,
    CASE WHEN insured THEN 'insured' WHEN NOT insured THEN 'not_insured' ELSE 'unknown' END AS insurance
FROM shared
