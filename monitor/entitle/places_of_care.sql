-- Costs of the year by where they arose and whether with a referral: outside the insured prefecture `referred` decides.
-- in: settlements, left_out, aid_year; out: one row a kind of referral
SELECT
    CASE
        WHEN coalesce(s.fix_blng_admdvs, '') <> '' AND coalesce(s.insu_admdvs, '') <> ''
            AND substr(s.fix_blng_admdvs, 1, 4) = substr(s.insu_admdvs, 1, 4) THEN 'local'
        WHEN (coalesce(s.fix_blng_admdvs, '') = '' OR coalesce(s.insu_admdvs, '') = '')
            AND coalesce(s.pay_loc, '') NOT IN ('3', '4') THEN 'local'
        WHEN s.referred = '1' THEN 'referred'
        WHEN s.referred = '0' THEN 'unreferred'
        ELSE 'assumed'
    END AS referral,
    CAST(sum(s.medfee_sumamt) AS DECIMAL(18, 2)) AS costs, count(*) AS settlements
FROM settlements AS s
CROSS JOIN aid_year AS y
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= y.first AND s.setl_time < y.past
GROUP BY 1
ORDER BY 1
