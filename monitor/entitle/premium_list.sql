-- The list, one row a person. `state`: joined since the month before's list, left within the year (where leavers keep it),
-- next_year (recognised within the year and insured already, nothing paid), else continuing.
-- in: premium_best, premium_support(person, supported, insured), list_days
SELECT
    b.person, b.category, b.insutype, b.insu_admdvs, b.town, coalesce(s.insured, b.insured) AS insured, b.in_register, b.begin,
    CASE
        WHEN b.waits AND coalesce(s.insured, b.insured) AND coalesce(s.supported, 0) <= 0 THEN 'next_year'
        WHEN NOT b.still THEN 'left'
        WHEN CASE WHEN b.joiners_next_year THEN b.since >= d.day ELSE b.since > d.day - INTERVAL 1 MONTH END THEN 'joined'
        ELSE 'continuing'
    END AS state,
    b.kind, b.tier, b.standard, b.share, b.due AS amount, b.optional_shares, b.shares_due AS shares_amount, b.fiscal,
    b.due + b.shares_due + b.fiscal AS total, s.supported
FROM premium_best AS b
LEFT JOIN premium_support AS s ON s.person = b.person
JOIN list_days AS d ON d.last
ORDER BY b.insu_admdvs, b.town, b.category, b.person
