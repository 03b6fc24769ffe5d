-- Each hospital's costs of the year outside the catalogue. Nothing is divided here: a hospital without costs is listed.
-- Of people insured in the document's region, as in the list of institutions; whom nobody says to be insured anywhere counts.
-- in: settlements, left_out, aid_year, document_region(prefix); out: one row a hospital and level
SELECT
    coalesce(s.fixmedins_code, '') AS code, max(coalesce(s.fixmedins_name, '')) AS name, coalesce(s.hosp_lv, '') AS hosp_lv,
    CAST(sum(s.fulamt_ownpay_amt) AS DECIMAL(18, 2)) AS outside, CAST(sum(s.medfee_sumamt) AS DECIMAL(18, 2)) AS total,
    count(*) AS settlements
FROM settlements AS s
CROSS JOIN aid_year AS y
CROSS JOIN document_region AS g
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= y.first AND s.setl_time < y.past
    AND (coalesce(s.insu_admdvs, '') = '' OR starts_with(s.insu_admdvs, g.prefix))
GROUP BY coalesce(s.fixmedins_code, ''), coalesce(s.hosp_lv, '')
ORDER BY code, hosp_lv
