-- The settlements of the window that count, of people insured in the document's region (or nobody knows where) whom the viewer may
-- see, each under its institution: by its code; where it has none, by its name. No join of people here: thirty million rows pass.
-- in: settlements, left_out, window(first, past), seen_districts(district; "" for where nobody says); out: one row a settlement
SELECT
    coalesce(s.fixmedins_code, '') AS code,
    CASE WHEN coalesce(s.fixmedins_code, '') = '' THEN coalesce(s.fixmedins_name, '') ELSE '' END AS known_as,
    coalesce(s.fixmedins_name, '') AS name,
    coalesce(s.hosp_lv, '') AS hosp_lv,
    coalesce(s.fix_blng_admdvs, '') AS place,
    s.person, s.med_type, s.medfee_sumamt, s.fulamt_ownpay_amt, s.psn_part_amt, s.maf_pay,
    coalesce(nullif(s.mdtrt_id, ''), s.setl_id) AS visit
FROM settlements AS s
CROSS JOIN "window" AS w
SEMI JOIN seen_districts AS d ON d.district = coalesce(s.insu_admdvs, '')
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= w.first AND s.setl_time < w.past
